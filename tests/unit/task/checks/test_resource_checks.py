"""Shares of CPU, memory and GPUs against those of the task."""

from collections.abc import Sequence
from typing import Any

import pytest
from aws_cdk import aws_ecs as ecs

from ecs_platform.task.checks.resources import resource_mistakes
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.container import Container
from tests.unit.task.containers import container, lines, words


def found(
    *containers: Container,
    cpu: int | None = 256,
    memory_mib: int | None = 512,
    compatibility: Compatibility = Compatibility.FARGATE,
) -> Sequence[str]:
    return lines(
        resource_mistakes(
            words(*containers),
            cpu=cpu,
            memory_mib=memory_mib,
            compatibility=compatibility,
            owner="TaskDefinition",
        )
    )


def test_shares_that_fill_the_task() -> None:
    assert found(container("app", cpu=128, memory_mib=384), container("web", cpu=128, memory_mib=128)) == []


def test_more_cpu_than_the_task_has() -> None:
    assert found(container("app", cpu=200), container("web", cpu=57)) == [
        "257 CPU units are kept for the containers, and the task has 256 in all. "
        "Allowed: 256 CPU units together at most. Change: the containers' shares, or TaskDefinition(size=...)"
    ]


def test_more_memory_than_the_task_has() -> None:
    assert found(container("app", memory_mib=400), container("web", memory_reservation_mib=113)) == [
        "513 MiB are kept for the containers, and the task has 512 in all. "
        "Allowed: 512 MiB together at most. Change: the containers' shares, or TaskDefinition(size=...)"
    ]


def test_what_is_kept_is_the_reservation_where_there_is_one() -> None:
    shares: dict[str, Any] = {"memory_mib": 512, "memory_reservation_mib": 256}
    assert found(container("app", **shares), container("web", **shares)) == []


def test_a_limit_above_the_task() -> None:
    assert found(container("app", memory_mib=513, memory_reservation_mib=6)) == [
        "The container may use 513 MiB, and the task has 512 MiB in all. Allowed: 512 MiB at most. "
        "Change: TaskDefinition(memory_mib=...)"
    ]


@pytest.mark.parametrize("hard", [100, 99])
def test_a_limit_that_is_not_above_the_reservation(hard: int) -> None:
    assert found(container("app", memory_mib=hard, memory_reservation_mib=100)) == [
        f"The container keeps 100 MiB and is killed above {hard} MiB. "
        "Allowed: memory_mib above memory_reservation_mib. "
        "Change: TaskDefinition(memory_mib=..., memory_reservation_mib=...)"
    ]


@pytest.mark.parametrize(
    ("field", "least", "unit"),
    [("cpu", 2, "CPU units"), ("memory_mib", 6, "MiB"), ("memory_reservation_mib", 6, "MiB")],
)
def test_a_share_that_is_too_small(field: str, least: int, unit: str) -> None:
    assert found(container("app", **{field: least})) == []
    assert found(container("app"), container("web", **{field: least - 1})) == [
        f'{field} of the container "web" is {least - 1}. Allowed: {least} {unit} or more. '
        f'Change: Container(name="web", {field}=...)'
    ]


def test_no_memory_at_all() -> None:
    without: dict[str, Any] = {"cpu": None, "memory_mib": None, "compatibility": Compatibility.EC2}
    assert found(container("app", memory_reservation_mib=64), **without) == []
    assert found(container("app", memory_mib=64), **without) == []
    assert found(container("app"), **without) == [
        "The container has no share of memory, and neither has its task. "
        "Allowed: memory_mib or memory_reservation_mib for each container, or a task with a size. "
        "Change: TaskDefinition(memory_mib=..., memory_reservation_mib=...)"
    ]


def test_gpus_belong_to_instances() -> None:
    assert found(container("app", gpus=1), compatibility=Compatibility.EC2) == []
    assert found(container("app", gpus=1)) == [
        "The container wants 1 GPUs, and Fargate has none. Allowed: gpus in an Ec2TaskDefinition. "
        "Change: TaskDefinition(gpus=...)"
    ]


def test_privileged_containers_belong_to_instances() -> None:
    privileged = container("app", privileged=True, drop_capabilities=())
    assert found(privileged, compatibility=Compatibility.EC2) == []
    (line,) = found(privileged)
    assert line.startswith("The container is privileged, and nobody is on Fargate.")


def test_fargate_adds_one_capability() -> None:
    both = [ecs.Capability.SYS_PTRACE, ecs.Capability.NET_ADMIN]
    assert found(container("app", add_capabilities=both[:1])) == []
    assert found(container("app", add_capabilities=both), compatibility=Compatibility.EC2) == []
    assert found(container("app", add_capabilities=both)) == [
        "The container adds NET_ADMIN. Allowed: SYS_PTRACE, the one capability that Fargate adds. "
        "Change: TaskDefinition(add_capabilities=...)"
    ]
