"""A collector on every EC2 instance of a cluster, on those that come later too.

It reads the instance's own logs, from a directory that it cannot write to, and listens to what other tasks
send to their instance. Each instance has one; nothing is counted, placed or scaled.
"""

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "daemon", env=cdk.Environment(account="111111111111", region="eu-central-1"))

network = ecs_platform.Network(
    stack,
    "Network",
    cidr="10.0.0.0/16",
    zones=[
        ecs_platform.Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
        ecs_platform.Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
    ],
)
capacity = ecs_platform.Ec2Capacity(
    stack,
    "Capacity",
    cluster=ecs_platform.Cluster(stack, "Cluster", network=network),
    network=network,
    image=ecs_platform.Ec2Image(),
    instance_types=["m7g.large"],
    max_instances=4,
)
ecs_platform.DaemonService(
    stack,
    "Collector",
    name="collector",
    network=network,
    instances=[capacity],
    min_healthy_percent=50,
    task=ecs_platform.Ec2TaskDefinition(
        stack,
        "Task",
        network=network,
        network_mode=ecs_platform.NetworkMode.HOST,
        family="collector",
        port=8126,
        memory_mib=256,
        image=ecs_platform.RegistryImage(tag="1.0.0"),
        repository=ecs_platform.ImageRepository(stack, "Images", name="collector").repository,
        logs=ecs_platform.AwsLogs(group_name="/ecs/collector"),
        volumes=[ecs_platform.HostVolume(name="instance-logs", source_path="/var/log")],
        mounts=[ecs_platform.Mount(volume="instance-logs", path="/instance/log", read_only=True)],
    ),
)
cdk.CfnOutput(stack, "CapacityProvider", value=capacity.provider_name)
app.synth()
