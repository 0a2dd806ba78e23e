"""A worker that empties a queue: no load balancer, tasks by the length of the queue.

A message that was received five times and not done ends in the dead-letter queue. That, and a message that
waits for too long, are the alarms that end a deployment and roll it back. No task runs while there is nothing
to do.
"""

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "worker", env=cdk.Environment(account="111111111111", region="eu-central-1"))

network = ecs_platform.Network(
    stack,
    "Network",
    cidr="10.0.0.0/16",
    zones=[
        ecs_platform.Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
        ecs_platform.Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
    ],
)
images = ecs_platform.ImageRepository(stack, "Images", name="resize")
pictures = ecs_platform.WorkQueue(stack, "Pictures", visibility_timeout_seconds=120)
ecs_platform.Worker(
    stack,
    "Worker",
    name="resize",
    network=network,
    cluster=ecs_platform.Cluster(stack, "Cluster", network=network),
    task=ecs_platform.TaskDefinition(
        stack,
        "Task",
        network=network,
        family="resize",
        size=ecs_platform.FargateSize(cpu=256, memory_mib=512),
        image=ecs_platform.RegistryImage(tag="1.0.0"),
        repository=images.repository,
        logs=ecs_platform.AwsLogs(group_name="/ecs/resize"),
        environment={"QUEUE_URL": pictures.queue.queue_url},
    ),
    queue=pictures,
    tasks=ecs_platform.QueueScaling(messages_per_task=100, min_tasks=0, max_tasks=10),
    # Work that is interrupted goes back to the queue, so it may run where capacity can be taken away.
    capacity=ecs_platform.CapacityShare(fargate_weight=1, spot_weight=3),
)
cdk.CfnOutput(stack, "QueueUrl", value=pictures.queue.queue_url)
app.synth()
