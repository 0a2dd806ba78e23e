"""Mounts that cannot be made, or not side by side, and volumes that nobody mounts."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ecs_platform.mistakes import Mistake
from ecs_platform.task.checks.words import Words
from ecs_platform.task.container import Container
from ecs_platform.task.mounts import NO_MOUNT_PATH, is_mount_path


def volume_name(path: str) -> str:
    """The name of the volume behind a writable path; ECS allows no slashes or dots in it."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", path).strip("-")


def writable_volume(words: Words, path: str) -> str:
    """The name of the volume behind a writable path of this container alone."""
    name = volume_name(path)
    return name if words.owner else f"{words.container.name}-{name}"


def mount_mistakes(
    containers: Sequence[Words], volumes: Sequence[str], *, memory_mib: int | None, owner: str
) -> Iterator[Mistake]:
    """What is wrong with the places where containers write, and with the volumes.

    Args:
        containers: All containers of the task.
        volumes: The names of its volumes.
        memory_mib: The task's memory. None where the task has no limit.
        owner: The class that makes the task.
    """
    for words in containers:
        yield from _paths(words)
        for mount in words.container.mounts:
            if mount.volume not in volumes:
                yield Mistake(
                    problem=f'{words.subject} mounts "{mount.volume}", which is no volume of the task.',
                    allowed=f"one of {', '.join(volumes)}." if volumes else "a volume among its `volumes`.",
                    where=f"{words.where('mounts')}, or {owner}(volumes=...)",
                )
    mounted = {mount.volume for words in containers for mount in words.container.mounts}
    for volume in dict.fromkeys(volumes):
        if volume not in mounted:
            yield Mistake(
                problem=f'No container mounts the volume "{volume}".',
                allowed="a container with a Mount of it, or the volume left out.",
                where=f"{owner}(mounts=..., volumes=...)",
            )
    own = [
        name
        for words in containers
        for name in {writable_volume(words, path) for path in words.container.writable_mounts}
    ]
    for name, count in Counter([*volumes, *own]).items():
        if count > 1:
            yield Mistake(
                problem=f'{count} volumes are named "{name}".',
                allowed="each name once; a writable mount at /a/b is a volume of its own, named a-b.",
                where=f"{owner}(volumes=...)",
            )
    in_memory = sum(mount.size_mib for words in containers for mount in words.container.tmpfs)
    if memory_mib is not None and in_memory >= memory_mib:
        yield Mistake(
            problem=f"The tmpfs mounts may fill {in_memory} MiB, and the task has {memory_mib} MiB in all.",
            allowed="less than the task's memory, so that the application has the rest.",
            where=f"{owner}(tmpfs=..., size=...)",
        )


def _paths(words: Words) -> Iterator[Mistake]:
    container = words.container
    for path in container.writable_mounts:
        if not is_mount_path(path):
            yield Mistake(
                problem=f'Nothing can be mounted at "{path}".',
                allowed=NO_MOUNT_PATH,
                where=words.where("writable_mounts"),
            )
    paths = _all_paths(container)
    twice = sorted({path for path in paths if paths.count(path) > 1})
    if twice:
        yield Mistake(
            problem=f"More than one mount is at {', '.join(twice)}"
            + ("." if words.alone else f' of the container "{container.name}".'),
            allowed="one mount at each path.",
            where=words.where("writable_mounts", "tmpfs", *(["mounts"] if container.mounts else [])),
        )
    by_name: dict[str, str] = {}
    for path in container.writable_mounts:
        other = by_name.setdefault(volume_name(path), path)
        if other != path:
            yield Mistake(
                problem=f"{other} and {path} would be volumes of one name, {volume_name(path)}.",
                allowed="paths that differ in more than punctuation.",
                where=words.where("writable_mounts"),
            )


def _all_paths(container: Container) -> Sequence[str]:
    return [
        *container.writable_mounts,
        *(mount.path for mount in container.tmpfs),
        *(mount.path for mount in container.mounts),
    ]
