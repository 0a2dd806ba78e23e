"""Tasks with a GPU each, on EC2 instances with NVIDIA's, of which there are none while no task runs.

The image brings the drivers; a task says how many GPUs are its own, and ECS starts an instance where none has
as many left. Fargate has no GPUs.
"""

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "gpu", env=cdk.Environment(account="111111111111", region="eu-central-1"))

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
    image=ecs_platform.Ec2Image(architecture=ecs_platform.Architecture.X86_64, gpu=True),
    instance_types=["g6.xlarge"],
    max_instances=4,
    # Images with CUDA are large.
    volume_gib=100,
)
ecs_platform.Ec2Service(
    stack,
    "Captions",
    name="captions",
    network=network,
    capacity=capacity,
    task=ecs_platform.Ec2TaskDefinition(
        stack,
        "Task",
        network=network,
        family="captions",
        architecture=ecs_platform.Architecture.X86_64,
        gpus=1,
        memory_mib=8192,
        image=ecs_platform.RegistryImage(tag="1.0.0"),
        repository=ecs_platform.ImageRepository(stack, "Images", name="captions").repository,
        logs=ecs_platform.AwsLogs(group_name="/ecs/captions"),
    ),
    tasks=2,
    placement=[ecs_platform.Binpack(by=ecs_platform.PackBy.MEMORY)],
)
cdk.CfnOutput(stack, "CapacityProvider", value=capacity.provider_name)
app.synth()
