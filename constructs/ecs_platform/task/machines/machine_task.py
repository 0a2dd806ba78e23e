"""What task definitions for EC2 instances and for external ones have in common."""

from collections.abc import Mapping, Sequence
from enum import Enum

from aws_cdk import aws_ecs as ecs

from ecs_platform.capacity.placement import DistinctInstance, PlacementConstraint
from ecs_platform.mistakes import Mistake
from ecs_platform.task.container import DependsOn
from ecs_platform.task.container_options import BridgeContainerOptions
from ecs_platform.task.health_check import HealthCheck
from ecs_platform.task.mounts import Mount, Tmpfs
from ecs_platform.task.secrets import Secret


class Sharing(Enum):
    """Which processes, or which shared memory, the containers of a task see.

    TASK: each other's. HOST: the machine's, too, which takes down most of the wall between them.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#other_task_definition_params
    """

    TASK = "task"
    HOST = "host"


class MachineContainerOptions(BridgeContainerOptions, total=False):
    """Fields of a Container for the application's own, each with the meaning and the default it has there."""

    command: Sequence[str]
    entry_point: Sequence[str]
    environment: Mapping[str, str]
    secrets: Mapping[str, Secret]
    health_check: HealthCheck
    read_only_root: bool
    writable_mounts: Sequence[str]
    tmpfs: Sequence[Tmpfs]
    mounts: Sequence[Mount]
    user: str
    allow_root: bool
    drop_capabilities: Sequence[ecs.Capability]
    ulimits: Sequence[ecs.Ulimit]
    stop_timeout_seconds: int
    init_process: bool
    depends_on: Sequence[DependsOn]


def constraint_mistakes(constraints: Sequence[PlacementConstraint], *, kind: str) -> list[Mistake]:
    """Constraints that a task definition cannot have.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinitionPlacementConstraint.html

    Args:
        constraints: The task definition's.
        kind: The class that takes them.
    """
    if not any(isinstance(each, DistinctInstance) for each in constraints):
        return []
    return [
        Mistake(
            problem="A task definition knows of one task, so DistinctInstance() means nothing to it.",
            allowed="MemberOf(...) here; DistinctInstance() among the constraints of the service.",
            where=f"{kind}(placement_constraints=...)",
        )
    ]
