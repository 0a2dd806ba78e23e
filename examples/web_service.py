"""The smallest use of the library: a network, a cluster, a load balancer and one blue/green service.

Everything not said here is production's choice: isolated tasks, logs kept for a year, deletion protection,
alarms that roll a deployment back.
"""

import aws_cdk as cdk
from aws_cdk import aws_route53 as route53

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "web-service", env=cdk.Environment(account="111111111111", region="eu-central-1"))

network = ecs_platform.Network(
    stack,
    "Network",
    cidr="10.0.0.0/16",
    zones=[
        ecs_platform.Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
        ecs_platform.Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
    ],
)
load_balancer = ecs_platform.LoadBalancer(
    stack,
    "LoadBalancer",
    network=network,
    https=ecs_platform.Https(
        domain_name="shop.example.com",
        hosted_zone=route53.HostedZone.from_hosted_zone_attributes(
            stack, "Zone", hosted_zone_id="Z00000000000000000000", zone_name="example.com"
        ),
    ),
)
images = ecs_platform.ImageRepository(stack, "Images", name="shop")
ecs_platform.Service(
    stack,
    "Shop",
    name="shop",
    network=network,
    cluster=ecs_platform.Cluster(stack, "Cluster", network=network),
    load_balancer=load_balancer,
    task=ecs_platform.TaskDefinition(
        stack,
        "Task",
        network=network,
        family="shop",
        size=ecs_platform.FargateSize(cpu=512, memory_mib=1024),
        image=ecs_platform.RegistryImage(tag="1.0.0"),
        repository=images.repository,
        port=8080,
        logs=ecs_platform.AwsLogs(group_name="/ecs/shop"),
    ),
    routing=ecs_platform.Routing(priority=100, paths=["/*"]),
    tasks=ecs_platform.Scaling(min_tasks=2, max_tasks=10, cpu_percent=60),
    deployment=ecs_platform.CodeDeployBlueGreen(traffic=ecs_platform.Canary(percent=10, minutes=5)),
)
app.synth()
