"""Whether a job can run where it is to run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from ecs_platform.mistakes import Mistake
from ecs_platform.service.machines.task_checks import machine_mistakes
from ecs_platform.service.machines.unsupported import ON_EXTERNAL, unsupported
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.network_mode import NetworkMode

if TYPE_CHECKING:
    from ecs_platform.capacity.ec2_capacity import Ec2Capacity
    from ecs_platform.cluster import Cluster
    from ecs_platform.network.interface import INetwork
    from ecs_platform.task.machines.ec2_task_definition import Ec2TaskDefinition
    from ecs_platform.task.task import Task


def place_mistakes(
    task: Task, *, network: INetwork | None, cluster: Cluster, capacity: Ec2Capacity | None
) -> Sequence[Mistake]:
    """What a job lacks to be started, or has and cannot use; the arguments are those of `OneOffTask`.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html

    Args:
        task: What a task is.
        network: Where tasks with an interface of their own run.
        cluster: The cluster.
        capacity: The instances.
    """
    if task.compatibility is Compatibility.EXTERNAL:
        return [
            *unsupported({"capacity": capacity}, ON_EXTERNAL, kind="OneOffTask"),
            *([] if network is None else [_OUTSIDE]),
        ]
    found: list[Mistake] = []
    if task.network_mode is NetworkMode.AWSVPC and network is None:
        found.append(
            Mistake(
                problem="Each task has a network interface of its own, and no network to have it in.",
                allowed="network=..., whose task subnets it runs in.",
                where="OneOffTask(network=...).",
            )
        )
    if task.compatibility is Compatibility.FARGATE:
        return [*found, *([] if capacity is None else [_NOT_ON_FARGATE])]
    if capacity is None:
        return [*found, _NO_INSTANCES]
    if capacity.cluster is not cluster:
        found.append(
            Mistake(
                problem=f"The instances belong to {capacity.cluster.node.path}, and the job to "
                f"{cluster.node.path}.",
                allowed="the cluster of its instances.",
                where="OneOffTask(cluster=..., capacity=...).",
            )
        )
    return [*found, *machine_mistakes(cast("Ec2TaskDefinition", task), capacity, kind="OneOffTask")]


_OUTSIDE = Mistake(
    problem="A network is given, and external instances stand in none that AWS knows: RunTask takes no "
    "subnets for them.",
    allowed="no network beside an ExternalTaskDefinition.",
    where="OneOffTask(network=...).",
)
_NOT_ON_FARGATE = Mistake(
    problem="Instances are given, and the task is made for Fargate, which brings its own machines.",
    allowed="no capacity, or an Ec2TaskDefinition.",
    where="OneOffTask(capacity=...).",
)
_NO_INSTANCES = Mistake(
    problem="The task is made for instances of EC2, and none are named: RunTask would take the cluster's "
    "default capacity, which is Fargate's.",
    allowed="capacity=..., an Ec2Capacity of the cluster.",
    where="OneOffTask(capacity=...).",
)
