"""Files that outlive the task: an encrypted file system, and an access point that makes one directory of it.

The task mounts it with TLS, as its role allows, through this access point and no other. An isolated network
is enough: the mount targets stand in the tasks' own subnets.
"""

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "efs", env=cdk.Environment(account="111111111111", region="eu-central-1"))

network = ecs_platform.Network(
    stack,
    "Network",
    cidr="10.0.0.0/16",
    zones=[
        ecs_platform.Zone(name="eu-central-1a", public_cidr="10.0.0.0/24", private_cidr="10.0.16.0/20"),
        ecs_platform.Zone(name="eu-central-1b", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20"),
    ],
)
images = ecs_platform.ImageRepository(stack, "Images", name="import")
files = ecs_platform.FileSystem(stack, "Files", network=network)
uploads = files.access_point("Uploads", path="/uploads", uid=10001, gid=10001)
ecs_platform.OneOffTask(
    stack,
    "Import",
    network=network,
    cluster=ecs_platform.Cluster(stack, "Cluster", network=network),
    task=ecs_platform.TaskDefinition(
        stack,
        "Task",
        network=network,
        family="import",
        size=ecs_platform.FargateSize(cpu=256, memory_mib=512),
        image=ecs_platform.RegistryImage(tag="1.0.0"),
        repository=images.repository,
        logs=ecs_platform.AwsLogs(group_name="/ecs/import"),
        volumes=[ecs_platform.EfsVolume(name="uploads", file_system=files, access_point=uploads)],
        mounts=[ecs_platform.Mount(volume="uploads", path="/var/uploads")],
    ),
)
app.synth()
