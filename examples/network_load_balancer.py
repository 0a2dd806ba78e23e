"""A service that speaks a protocol of its own over TLS, behind a Network Load Balancer.

TLS ends at the load balancer. ECS moves the connections between two target groups; the listeners keep the
weights that a deployment gave them, and only the office reaches the new version before users do.
"""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm

import ecs_platform

app = cdk.App()
stack = cdk.Stack(
    app, "network-load-balancer", env=cdk.Environment(account="111111111111", region="eu-central-1")
)

network = ecs_platform.Network(
    stack,
    "Network",
    cidr="10.0.0.0/16",
    zones=[
        ecs_platform.Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
        ecs_platform.Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
    ],
)
images = ecs_platform.ImageRepository(stack, "Images", name="chat")
certificate = acm.Certificate.from_certificate_arn(
    stack,
    "Certificate",
    "arn:aws:acm:eu-central-1:111111111111:certificate/00000000-0000-0000-0000-000000000000",
)
service = ecs_platform.NetworkLoadBalancedService(
    stack,
    "Chat",
    name="chat",
    network=network,
    cluster=ecs_platform.Cluster(stack, "Cluster", network=network),
    load_balancer=ecs_platform.NetworkLoadBalancer(
        stack, "LoadBalancer", network=network, test_listener_cidrs=["203.0.113.0/24"]
    ),
    task=ecs_platform.TaskDefinition(
        stack,
        "Task",
        network=network,
        family="chat",
        size=ecs_platform.FargateSize(cpu=256, memory_mib=512),
        image=ecs_platform.RegistryImage(tag="1.0.0"),
        repository=images.repository,
        port=7000,
        logs=ecs_platform.AwsLogs(group_name="/ecs/chat"),
    ),
    routing=ecs_platform.NetworkRouting(
        port=5223, test_port=5224, protocol=ecs_platform.NetworkProtocol.TLS, certificate=certificate
    ),
    tasks=ecs_platform.Scaling(min_tasks=2, max_tasks=10, cpu_percent=60),
    deployment=ecs_platform.NativeBlueGreen(bake_minutes=30),
)
app.synth()
