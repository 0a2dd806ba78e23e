"""The hello-world of many tutorials: Apache on Ubuntu, on port 80, in private subnets behind a public ALB.

The image is built from `hello_world/` in CodeBuild while deploying. Apache opens port 80 as root and serves
as another user; for that it is allowed root, and keeps those of Docker's capabilities that it needs.
"""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "hello-world", env=cdk.Environment(account="111111111111", region="eu-central-1"))

network = ecs_platform.Network(
    stack,
    "Network",
    cidr="10.0.0.0/16",
    zones=[
        ecs_platform.Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
        ecs_platform.Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
    ],
)
ecs_platform.Service(
    stack,
    "HelloWorld",
    name="hello-world",
    network=network,
    cluster=ecs_platform.Cluster(stack, "Cluster", network=network),
    load_balancer=ecs_platform.LoadBalancer(
        stack, "LoadBalancer", network=network, plain_http_reason="a page without secrets, for a first look"
    ),
    task=ecs_platform.TaskDefinition(
        stack,
        "Task",
        network=network,
        family="hello-world",
        size=ecs_platform.FargateSize(cpu=256, memory_mib=512),
        image=ecs_platform.SourceImage(directory=Path(__file__).parent / "hello_world"),
        repository=ecs_platform.ImageRepository(stack, "Images", name="hello-world").repository,
        port=80,
        user="root",
        allow_root=True,
        # What stays of Docker's: open a low port, own and read files, become another user, end children.
        drop_capabilities=[
            ecs.Capability.AUDIT_WRITE,
            ecs.Capability.FSETID,
            ecs.Capability.MKNOD,
            ecs.Capability.NET_RAW,
            ecs.Capability.SETFCAP,
            ecs.Capability.SETPCAP,
            ecs.Capability.SYS_CHROOT,
        ],
        writable_mounts=["/run"],
        logs=ecs_platform.AwsLogs(group_name="/ecs/hello-world"),
    ),
    routing=ecs_platform.Routing(priority=100, paths=["/*"]),
    target_groups=ecs_platform.TargetGroupSettings(health_check=ecs_platform.TargetHealthCheck(path="/")),
    tasks=2,
)
app.synth()
