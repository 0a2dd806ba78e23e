"""A pair of services: `web`, behind a load balancer, calls `http://prices:8080` by Service Connect.

`prices` stands behind no load balancer, and only `web` may reach it. Whatever else of the VPC is let in calls
`prices-tasks.shop.internal`, a DNS name. CodeDeploy works with neither, so ECS moves the traffic of `web`.
"""

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "service-connect", env=cdk.Environment(account="111111111111", region="eu-central-1"))

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
namespace = ecs_platform.Namespace(stack, "Namespace", name="shop.internal", network=network)


def task(name: str) -> ecs_platform.TaskDefinition:
    """One task definition like the other."""
    return ecs_platform.TaskDefinition(
        stack,
        f"{name}-task",
        network=network,
        family=name,
        # The proxy of Service Connect takes its part of this.
        size=ecs_platform.FargateSize(cpu=512, memory_mib=1024),
        image=ecs_platform.RegistryImage(tag="1.0.0"),
        repository=ecs_platform.ImageRepository(stack, f"{name}-images", name=name).repository,
        port=8080,
        logs=ecs_platform.AwsLogs(group_name=f"/ecs/{name}"),
    )


prices = ecs_platform.Worker(
    stack,
    "prices",
    name="prices",
    network=network,
    cluster=cluster,
    task=task("prices"),
    tasks=2,
    service_connect=ecs_platform.ServiceConnect(
        namespace=namespace, endpoints=[ecs_platform.Endpoint(name="prices")]
    ),
    discovery=ecs_platform.Discovery(namespace=namespace, name="prices-tasks"),
)
web = ecs_platform.Service(
    stack,
    "web",
    name="web",
    network=network,
    cluster=cluster,
    load_balancer=ecs_platform.LoadBalancer(
        stack, "LoadBalancer", network=network, plain_http_reason="An example without a domain."
    ),
    task=task("web"),
    routing=ecs_platform.Routing(priority=100, paths=["/*"]),
    tasks=2,
    deployment=ecs_platform.NativeBlueGreen(),
    service_connect=ecs_platform.ServiceConnect(namespace=namespace),
)
web.calls(prices)
app.synth()
