"""Whether the containers of a task fit into it, and into what it can run on."""

from collections.abc import Iterator, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs

from ecs_platform.mistakes import Mistake
from ecs_platform.task.checks.words import Words
from ecs_platform.task.compatibility import Compatibility

_LEAST = {"cpu": 2, "memory_mib": 6, "memory_reservation_mib": 6, "gpus": 1}
_UNITS = {"cpu": "CPU units", "memory_mib": "MiB", "memory_reservation_mib": "MiB", "gpus": "GPUs"}


def resource_mistakes(
    containers: Sequence[Words],
    *,
    cpu: int | None,
    memory_mib: int | None,
    compatibility: Compatibility,
    owner: str,
) -> Iterator[Mistake]:
    """Shares that are too small, too large, or more than the task has in all.

    Args:
        containers: All containers of the task.
        cpu: The task's CPU units. None where the task has no limit.
        memory_mib: The task's memory. None where the task has no limit.
        compatibility: What it is made for.
        owner: The class that makes the task.
    """
    for words in containers:
        yield from _shares(words, memory_mib)
        yield from _platform(words, compatibility)
    if cpu is not None:
        yield from _sum(
            [words.container.cpu or 0 for words in containers], cpu, "CPU units", f"{owner}(size=...)"
        )
    if memory_mib is not None:
        # What is kept for a container is its reservation; without one, its limit.
        kept = [
            words.container.memory_reservation_mib or words.container.memory_mib or 0 for words in containers
        ]
        yield from _sum(kept, memory_mib, "MiB", f"{owner}(size=...)")


def _sum(shares: Sequence[int], whole: int, unit: str, where: str) -> Iterator[Mistake]:
    if sum(shares) > whole:
        yield Mistake(
            problem=f"{sum(shares)} {unit} are kept for the containers, and the task has {whole} in all.",
            allowed=f"{whole} {unit} together at most.",
            where=f"the containers' shares, or {where}",
        )


def _shares(words: Words, task_memory_mib: int | None) -> Iterator[Mistake]:
    container = words.container
    for field, least in _LEAST.items():
        share: int | None = getattr(container, field)
        if share is not None and share < least and not cdk.Token.is_unresolved(share):
            yield Mistake(
                problem=f"{words.of(field)} is {share}.",
                allowed=f"{least} {_UNITS[field]} or more.",
                where=words.where(field),
            )
    hard, soft = container.memory_mib, container.memory_reservation_mib
    if hard is not None and soft is not None and hard <= soft and not cdk.Token.is_unresolved(hard):
        yield Mistake(
            problem=f"{words.subject} keeps {soft} MiB and is killed above {hard} MiB.",
            allowed="memory_mib above memory_reservation_mib.",
            where=words.where("memory_mib", "memory_reservation_mib"),
        )
    if hard is not None and task_memory_mib is not None and hard > task_memory_mib:
        yield Mistake(
            problem=f"{words.subject} may use {hard} MiB, and the task has {task_memory_mib} MiB in all.",
            allowed=f"{task_memory_mib} MiB at most.",
            where=words.where("memory_mib"),
        )
    if hard is None and soft is None and task_memory_mib is None:
        yield Mistake(
            problem=f"{words.subject} has no share of memory, and neither has its task.",
            allowed="memory_mib or memory_reservation_mib for each container, or a task with a size.",
            where=words.where("memory_mib", "memory_reservation_mib"),
        )


def _platform(words: Words, compatibility: Compatibility) -> Iterator[Mistake]:
    yield from _privileges(words, compatibility)
    if compatibility is not Compatibility.FARGATE:
        return
    if words.container.gpus is not None:
        yield Mistake(
            problem=f"{words.subject} wants {words.container.gpus} GPUs, and Fargate has none.",
            allowed="gpus in an Ec2TaskDefinition.",
            where=words.where("gpus"),
        )
    others = [each.name for each in words.container.add_capabilities if each is not ecs.Capability.SYS_PTRACE]
    if others:
        yield Mistake(
            problem=f"{words.subject} adds {', '.join(others)}.",
            allowed="SYS_PTRACE, the one capability that Fargate adds.",
            where=words.where("add_capabilities"),
        )


def _privileges(words: Words, compatibility: Compatibility) -> Iterator[Mistake]:
    if not words.container.privileged:
        return
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    if compatibility is Compatibility.FARGATE:
        yield Mistake(
            problem=f"{words.subject} is privileged, and nobody is on Fargate.",
            allowed="privileged=True in an Ec2TaskDefinition or an ExternalTaskDefinition.",
            where=words.where("privileged"),
        )
    elif words.container.drop_capabilities:
        yield Mistake(
            problem=f"{words.subject} is privileged, which gives it every capability, and drops "
            f"{', '.join(each.name for each in words.container.drop_capabilities)}.",
            allowed="drop_capabilities=() beside privileged=True.",
            where=words.where("privileged", "drop_capabilities"),
        )
