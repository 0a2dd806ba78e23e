"""Many small tasks on few EC2 instances: each behind a port of its instance that ECS picks.

The load balancer is let in to the range the ports are picked from, and target groups hold instances with
their ports. In the default network mode, awsvpc, every task would need a network interface of its own.
"""

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "bridge-mode", env=cdk.Environment(account="111111111111", region="eu-central-1"))

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
    stack, "LoadBalancer", network=network, plain_http_reason="An example without a domain of its own."
)
ecs_platform.Ec2Service(
    stack,
    "Service",
    name="hello",
    network=network,
    capacity=ecs_platform.Ec2Capacity(
        stack,
        "Capacity",
        cluster=ecs_platform.Cluster(stack, "Cluster", network=network),
        network=network,
        image=ecs_platform.Ec2Image(),
        instance_types=["m7g.large"],
        max_instances=4,
    ),
    task=ecs_platform.Ec2TaskDefinition(
        stack,
        "Task",
        network=network,
        network_mode=ecs_platform.NetworkMode.BRIDGE,
        family="hello",
        port=8080,
        memory_reservation_mib=64,
        image=ecs_platform.RegistryImage(tag="1.0.0"),
        repository=ecs_platform.ImageRepository(stack, "Images", name="hello").repository,
        logs=ecs_platform.AwsLogs(group_name="/ecs/hello"),
    ),
    tasks=ecs_platform.Scaling(min_tasks=4, max_tasks=40, cpu_percent=60),
    load_balancer=load_balancer,
    routing=ecs_platform.Routing(priority=1, paths=["/*"]),
    placement=[ecs_platform.Spread(), ecs_platform.Binpack()],
)
cdk.CfnOutput(stack, "Url", value=load_balancer.url)
app.synth()
