"""EC2 instances in a cluster, and a service for each way of placing tasks on them.

The instances start from the latest ECS-optimised Amazon Linux 2023, which CloudFormation finds with every
deployment. ECS starts one when a task has no room, and drains it before it goes. Instances that are protected
keep their stack from being deleted: docs/capacity.md says what comes before.
"""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk

import ecs_platform

app = cdk.App()
stack = cdk.Stack(app, "ec2-capacity", env=cdk.Environment(account="111111111111", region="eu-central-1"))

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
    image=ecs_platform.Ec2Image(architecture=ecs_platform.Architecture.ARM64),
    instance_types=["m7g.large", "m6g.large"],
    max_instances=6,
    agent=ecs_platform.AgentConfig(instance_attributes={"disk": "gp3"}),
)
placements: Mapping[str, Mapping[str, Any]] = {
    # As few instances as possible.
    "packed": {"placement": [ecs_platform.Binpack(by=ecs_platform.PackBy.MEMORY)]},
    "anywhere": {"placement": [ecs_platform.Random()]},
    # Over zones, and within each over instances: the loss of either takes the fewest tasks.
    "spread": {
        "placement": [
            ecs_platform.Spread(over=ecs_platform.SpreadOver.ZONE),
            ecs_platform.Spread(over=ecs_platform.SpreadOver.INSTANCE),
        ]
    },
    "apart": {"constraints": [ecs_platform.DistinctInstance()]},
    "chosen": {
        "constraints": [
            ecs_platform.MemberOf("attribute:disk == gp3 and attribute:ecs.instance-type =~ m7g.*")
        ]
    },
}
images = ecs_platform.ImageRepository(stack, "Images", name="crawler")
for name, placement in placements.items():
    task = ecs_platform.Ec2TaskDefinition(
        stack,
        f"{name.title()}Task",
        network=network,
        family=name,
        memory_mib=512,
        image=ecs_platform.RegistryImage(tag="1.0.0"),
        repository=images.repository,
        logs=ecs_platform.AwsLogs(group_name=f"/ecs/{name}"),
    )
    ecs_platform.Ec2Service(
        stack, name.title(), name=name, network=network, capacity=capacity, task=task, tasks=2, **placement
    )
cdk.CfnOutput(stack, "CapacityProvider", value=capacity.provider_name)
app.synth()
