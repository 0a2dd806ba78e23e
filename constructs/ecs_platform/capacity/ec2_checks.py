"""What is refused of EC2 capacity before anything is made."""

import re
from collections.abc import Sequence

import aws_cdk as cdk
from constructs import Construct

from ecs_platform.capacity.image import Ec2Image
from ecs_platform.capacity.instance_types import instance_type_mistakes
from ecs_platform.capacity.scaling import Spot
from ecs_platform.cluster import Cluster
from ecs_platform.mistakes import Mistake, out_of_range, refuse

_NAME = re.compile(r"(?!aws|ecs|fargate)[A-Za-z0-9_-]{1,255}", re.IGNORECASE)


def check_capacity(
    capacity: Construct,
    *,
    cluster: Cluster,
    image: Ec2Image,
    instance_types: Sequence[str],
    min_instances: int,
    max_instances: int,
    name: str | None,
    spot: Spot | None,
    volume_gib: int,
    health_check_grace_seconds: int,
) -> None:
    """Refuse what AWS would; the arguments are those of `Ec2Capacity`.

    Args:
        capacity: The construct that is being made.
        cluster: Its cluster.
        image: Its image.
        instance_types: Its types.
        min_instances: The fewest instances.
        max_instances: The most.
        name: The provider's name, or None.
        spot: Which part is Spot, or None.
        volume_gib: The size of the root volume.
        health_check_grace_seconds: How long a new instance may fail its checks.

    Raises:
        ConfigurationError: What is wrong, all at once.
    """
    mistakes: list[Mistake] = [
        *instance_type_mistakes(instance_types, image, where="Ec2Capacity(instance_types=...)"),
        *out_of_range(max_instances, 1, 5_000, what="max_instances", where="Ec2Capacity(max_instances=...)"),
        *out_of_range(min_instances, 0, 5_000, what="min_instances", where="Ec2Capacity(min_instances=...)"),
        # 30 GiB is the snapshot's size, and a volume cannot be smaller than what it is made from.
        *out_of_range(volume_gib, 30, 16_384, what="volume_gib", where="Ec2Capacity(volume_gib=...)"),
        *out_of_range(
            health_check_grace_seconds,
            0,
            7_200,
            what="health_check_grace_seconds",
            where="Ec2Capacity(health_check_grace_seconds=...)",
        ),
    ]
    if min_instances > max_instances:
        mistakes.append(
            Mistake(
                problem=f"There are to be at least {min_instances} instances and at most {max_instances}.",
                allowed="a minimum that is not above the maximum.",
                where="Ec2Capacity(min_instances=..., max_instances=...)",
            )
        )
    if spot and spot.on_demand_base >= max_instances:
        mistakes.append(
            Mistake(
                problem=f"The first {spot.on_demand_base} instances are not Spot, and there are never more "
                f"than {max_instances}.",
                allowed="a base below max_instances, or no spot.",
                where="Spot(on_demand_base=...)",
            )
        )
    if name is not None and not cdk.Token.is_unresolved(name) and not _NAME.fullmatch(name):
        mistakes.append(
            Mistake(
                problem=f'"{name}" ({len(name)} characters) is no name of a capacity provider.',
                allowed="1 to 255 letters, digits, hyphens and underscores that do not begin with aws, ecs "
                "or fargate.",
                where="Ec2Capacity(name=...)",
            )
        )
    # The group's user data names the cluster, and the cluster's list of providers the group: in two stacks
    # each would wait for the other.
    if cdk.Stack.of(capacity).node.path != cdk.Stack.of(cluster).node.path:
        mistakes.append(
            Mistake(
                problem=f"{capacity.node.path} is in another stack than its cluster {cluster.node.path}.",
                allowed="the stack of its cluster; its services may be in others.",
                where="the scope of Ec2Capacity.",
            )
        )
    refuse(mistakes)
