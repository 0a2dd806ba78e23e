"""A service of three containers: nginx in front of the application, and a helper that ends before it starts.

Containers of a task share localhost and, where they mount it, a volume. Requests go to nginx alone, which has
a repository and an image of its own; a release exchanges the image of the application.
"""

import aws_cdk as cdk
from aws_cdk import aws_route53 as route53

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "sidecars", env=cdk.Environment(account="111111111111", region="eu-central-1"))

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
release = ecs_platform.RegistryImage(tag="1.0.0")
images = ecs_platform.ImageRepository(stack, "Images", name="shop")

nginx = ecs_platform.Container(
    name="nginx",
    image=ecs_platform.RegistryImage(tag="1.29"),
    repository=ecs_platform.ImageRepository(stack, "NginxImages", name="shop-nginx").repository,
    port=8080,
    environment={"UPSTREAM": "127.0.0.1:8000"},
    tmpfs=[ecs_platform.Tmpfs(path="/tmp", size_mib=64)],  # noqa: S108 - a path in the container
    mounts=[ecs_platform.Mount(volume="public", path="/usr/share/nginx/html", read_only=True)],
    depends_on=[
        ecs_platform.DependsOn(container="app", condition=ecs_platform.Condition.HEALTHY),
        ecs_platform.DependsOn(container="assets", condition=ecs_platform.Condition.SUCCESS),
    ],
)
assets = ecs_platform.Container(
    name="assets",
    image=release,
    # It ends as soon as the files are there, and the task goes on.
    essential=False,
    # The image's Dockerfile gives /public to user 10001, and names it in a VOLUME instruction.
    command=["publish-assets", "/public"],
    mounts=[ecs_platform.Mount(volume="public", path="/public")],
    start_timeout_seconds=60,
)
task = ecs_platform.TaskDefinition(
    stack,
    "Task",
    network=network,
    family="shop",
    size=ecs_platform.FargateSize(cpu=512, memory_mib=1024),
    image=release,
    repository=images.repository,
    # On localhost, for nginx: nothing outside of the task reaches it.
    port=8000,
    health_check=ecs_platform.HealthCheck(command=["/bin/healthy"], start_period_seconds=30),
    memory_reservation_mib=768,
    sidecars=[nginx, assets],
    front="nginx",
    volumes=[ecs_platform.SharedVolume(name="public")],
    logs=ecs_platform.AwsLogs(group_name="/ecs/shop"),
)
ecs_platform.Service(
    stack,
    "Shop",
    name="shop",
    network=network,
    cluster=ecs_platform.Cluster(stack, "Cluster", network=network),
    load_balancer=load_balancer,
    task=task,
    routing=ecs_platform.Routing(priority=100, paths=["/*"]),
    tasks=ecs_platform.Scaling(min_tasks=2, max_tasks=10, cpu_percent=60),
)
app.synth()
