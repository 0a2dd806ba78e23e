"""A log router beside the application: Fluent Bit sends its output where it is told to, here CloudWatch Logs.

The network is isolated: the router's image comes from AWS's own repository in the region, which the endpoints
of ECR admit because this task asks for it. Another output is one line, such as
`ecs_platform.S3Output(bucket=...)`.
"""

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "firelens", env=cdk.Environment(account="111111111111", region="eu-central-1"))

network = ecs_platform.Network(
    stack,
    "Network",
    cidr="10.0.0.0/16",
    zones=[
        ecs_platform.Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
        ecs_platform.Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
    ],
)
images = ecs_platform.ImageRepository(stack, "Images", name="report")
ecs_platform.OneOffTask(
    stack,
    "Report",
    network=network,
    cluster=ecs_platform.Cluster(stack, "Cluster", network=network),
    task=ecs_platform.TaskDefinition(
        stack,
        "Task",
        network=network,
        family="report",
        size=ecs_platform.FargateSize(cpu=256, memory_mib=512),
        image=ecs_platform.RegistryImage(tag="1.0.0"),
        repository=images.repository,
        logs=ecs_platform.AwsLogs(group_name="/ecs/report"),
        log_driver=ecs_platform.FireLens(output=ecs_platform.CloudWatchOutput(line_only=True)),
    ),
)
app.synth()
