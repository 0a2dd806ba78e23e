"""All mistakes of a task, found before anything of it is made."""

from collections.abc import Iterator, Sequence

from ecs_platform.mistakes import Mistake
from ecs_platform.task.checks.container import container_mistakes, name_mistakes
from ecs_platform.task.checks.mounts import mount_mistakes
from ecs_platform.task.checks.order import order_mistakes
from ecs_platform.task.checks.ports import network_mistakes, shared_port_mistakes
from ecs_platform.task.checks.resources import resource_mistakes
from ecs_platform.task.checks.words import Words
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.secrets import Secret

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
ENVIRONMENT_FILE_LIMIT = 10


def task_mistakes(
    containers: Sequence[Words],
    *,
    owner: str,
    family: str,
    front: str | None,
    has_repository: bool,
    retired_secrets: Sequence[Secret],
    network_mode: NetworkMode,
    compatibility: Compatibility,
    cpu: int | None,
    memory_mib: int | None,
    volumes: Sequence[str],
) -> Iterator[Mistake]:
    """Everything that ECS or a reviewer would refuse in a task.

    Args:
        containers: All containers, the application's first.
        owner: The class that makes the task, whose arguments are to be changed.
        family: The name of all revisions.
        front: The container that requests go to. None for the application's.
        has_repository: Whether the task has a repository for containers that name none.
        retired_secrets: What no container gets any more.
        network_mode: How they are connected.
        compatibility: What the task is made for.
        cpu: CPU units of the task, if it has a limit.
        memory_mib: Memory of the task, if it has a limit.
        volumes: The names of its volumes.
    """
    yield from name_mistakes("family", family, f"{owner}(family=...)")
    for words in containers:
        has = has_repository or words.container.repository is not None
        yield from container_mistakes(words, has_repository=has, retired=retired_secrets)
        yield from network_mistakes(words, network_mode)
    yield from shared_port_mistakes(containers, network_mode)
    yield from order_mistakes(containers, owner)
    yield from _routers(containers)
    yield from _front(containers, front, owner)
    yield from _environment_files(containers)
    yield from mount_mistakes(containers, volumes, memory_mib=memory_mib, owner=owner)
    yield from resource_mistakes(
        containers, cpu=cpu, memory_mib=memory_mib, compatibility=compatibility, owner=owner
    )


def _front(containers: Sequence[Words], front: str | None, owner: str) -> Iterator[Mistake]:
    if front is None:
        return
    with_port = [words.container.name for words in containers if words.container.port is not None]
    if front not in with_port:
        known = front in [words.container.name for words in containers]
        yield Mistake(
            problem=f'"{front}" cannot stand in front: it '
            + ("has no port." if known else "is no container of the task."),
            allowed=f"one with a port: {', '.join(with_port)}." if with_port else "a container with a port.",
            where=f"{owner}(front=...)",
        )


def _routers(containers: Sequence[Words]) -> Iterator[Mistake]:
    routers = [words for words in containers if words.container.firelens is not None]
    if len(routers) > 1:
        yield Mistake(
            problem=f"{' and '.join(words.container.name for words in routers)} are log routers of one task.",
            allowed="one in a task; it can have several outputs, in its configuration file.",
            where=f"log_driver=FireLens(...), or {routers[0].where('firelens')}",
        )


def _environment_files(containers: Sequence[Words]) -> Iterator[Mistake]:
    several = [words for words in containers if words.container.environment_files]
    count = sum(len(words.container.environment_files) for words in several)
    if count > ENVIRONMENT_FILE_LIMIT:
        yield Mistake(
            problem=f"The containers read {count} environment files.",
            allowed=f"{ENVIRONMENT_FILE_LIMIT} in a task at most.",
            where=several[-1].where("environment_files"),
        )
