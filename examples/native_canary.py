"""ECS itself moves a tenth of the traffic, after a smoke test and under the eyes of alarms; no CodeDeploy.

A stack update starts the deployment and waits for its end.
"""

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "native-canary", env=cdk.Environment(account="111111111111", region="eu-central-1"))

network = ecs_platform.Network(
    stack,
    "Network",
    cidr="10.0.0.0/16",
    zones=[
        ecs_platform.Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
        ecs_platform.Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
    ],
)
images = ecs_platform.ImageRepository(stack, "Images", name="shop")
ecs_platform.Service(
    stack,
    "Shop",
    name="shop",
    network=network,
    cluster=ecs_platform.Cluster(stack, "Cluster", network=network),
    load_balancer=ecs_platform.LoadBalancer(
        stack, "LoadBalancer", network=network, plain_http_reason="An example without a domain."
    ),
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
    routing=ecs_platform.Routing(paths=["/*"]),
    tasks=ecs_platform.Scaling(min_tasks=2, max_tasks=10, cpu_percent=60),
    deployment=ecs_platform.NativeCanary(
        percent=10, canary_minutes=10, smoke_test=ecs_platform.SmokeTest(path="/healthz")
    ),
)
app.synth()
