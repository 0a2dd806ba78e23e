"""Three services on one load balancer, by host and by path, none of them with a priority.

Each priority comes from the service's own hosts and paths: a host before any path, a longer path before a
shorter, what takes everything last. So another service added here, or one removed, renumbers none.
"""

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "several-services", env=cdk.Environment(account="111111111111", region="eu-central-1"))

network = ecs_platform.Network(
    stack,
    "Network",
    cidr="10.0.0.0/16",
    zones=[
        ecs_platform.Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
        ecs_platform.Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
    ],
)
cluster = ecs_platform.Cluster(stack, "Cluster", network=network)
load_balancer = ecs_platform.LoadBalancer(
    stack, "LoadBalancer", network=network, plain_http_reason="An example without a domain."
)
for name, routing in {
    "shop": ecs_platform.Routing(paths=["/*"]),
    "orders": ecs_platform.Routing(paths=["/orders", "/orders/*"]),
    "admin": ecs_platform.Routing(hosts=["admin.example.com"]),
}.items():
    ecs_platform.Service(
        stack,
        name,
        name=name,
        network=network,
        cluster=cluster,
        load_balancer=load_balancer,
        task=ecs_platform.TaskDefinition(
            stack,
            f"{name}-task",
            network=network,
            family=name,
            size=ecs_platform.FargateSize(cpu=256, memory_mib=512),
            image=ecs_platform.RegistryImage(tag="1.0.0"),
            repository=ecs_platform.ImageRepository(stack, f"{name}-images", name=name).repository,
            port=8080,
            logs=ecs_platform.AwsLogs(group_name=f"/ecs/{name}"),
        ),
        routing=routing,
        tasks=2,
    )
app.synth()
