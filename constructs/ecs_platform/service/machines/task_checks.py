"""What a task asks for and its instances do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecs_platform.mistakes import Mistake
from ecs_platform.task.network_mode import NetworkMode

if TYPE_CHECKING:
    from ecs_platform.capacity.ec2_capacity import Ec2Capacity
    from ecs_platform.task.machines.ec2_task_definition import Ec2TaskDefinition


def machine_mistakes(task: Ec2TaskDefinition, capacity: Ec2Capacity, *, kind: str) -> list[Mistake]:
    """What a task asks for and its instances do not have.

    Args:
        task: The task definition.
        capacity: The instances.
        kind: The construct that takes both.
    """
    where = f"Ec2TaskDefinition(...) or {kind}(...)."
    found: list[Mistake] = []
    if task.architecture != capacity.architecture:
        found.append(
            Mistake(
                problem=f"The task's image is built for {task.architecture}, and the instances are "
                f"{capacity.architecture}: every task would end with an exec format error.",
                allowed="one architecture for both.",
                where=where,
            )
        )
    if task.gpus and not capacity.gpu:
        found.append(
            Mistake(
                problem=f"A task wants {task.gpus} GPUs, and the image of its instances drives none.",
                allowed="Ec2Image(gpu=True) on instance types with NVIDIA GPUs, or no gpus.",
                where=where,
            )
        )
    if task.privileged and not capacity.privileged:
        found.append(
            Mistake(
                problem="A container is privileged, and the agents of the instances start none.",
                allowed="AgentConfig(allow_privileged=True), or no privileged container.",
                where=where,
            )
        )
    outer = task.port if task.network_mode is NetworkMode.HOST else task.host_port
    if outer in capacity.reserved_ports:
        found.append(
            Mistake(
                problem=f"Host port {outer} is reserved on the instances, so a task with it is never placed.",
                allowed="another port, or AgentConfig(reserved_ports=...) without this one.",
                where=where,
            )
        )
    ports = capacity.dynamic_ports
    if task.host_port is not None and ports.first <= task.host_port <= ports.last:
        # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
        found.append(
            Mistake(
                problem=f"Host port {task.host_port} lies among {ports.first} to {ports.last}, from which "
                "ECS picks ports for other tasks.",
                allowed="a host_port outside of them, or none: then ECS picks a free one.",
                where=where,
            )
        )
    return found
