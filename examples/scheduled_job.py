"""A job that runs every night, and whenever somebody starts it.

Everything not said here is production's choice: an isolated task, a role that starts this job and no other,
starts that are tried again for an hour, and an encrypted queue for those that failed to the end.
"""

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "scheduled-job", env=cdk.Environment(account="111111111111", region="eu-central-1"))

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
report = ecs_platform.OneOffTask(
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
    ),
)
ecs_platform.ScheduledTask(
    stack,
    "Nightly",
    job=report,
    schedule=ecs_platform.Cron(fields="0 2 * * ? *", time_zone="Europe/Berlin"),
    command=["report", "--of", "yesterday"],
)
for name, value in report.outputs.items():
    cdk.CfnOutput(stack, name, value=value)
app.synth()
