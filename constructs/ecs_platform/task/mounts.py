"""Where a container may write while its root file system is read-only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ecs_platform.problem import ConfigurationError

_PATH = re.compile(r"(?:/[\w.-]+)+", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Tmpfs:
    """A directory in memory, empty at each start.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tmpfs.html

    Args:
        path: Its path in the container. Neither its owner nor its permissions are documented for Fargate: try
            it with the user that the container runs as.
        size_mib: How much it can hold, in MiB; it counts against the task's memory.

    Raises:
        ConfigurationError: The path is not absolute, or the size is below 1.
    """

    path: str
    size_mib: int

    def __post_init__(self) -> None:
        _check_path(self.path, "Tmpfs(path=...)")
        if self.size_mib < 1:
            raise ConfigurationError(
                f"A tmpfs of {self.size_mib} MiB at {self.path} holds nothing.",
                allowed="1 MiB or more.",
                where="Tmpfs(size_mib=...)",
            )


def check_mounts(writable_mounts: Sequence[str], tmpfs: Sequence[Tmpfs], *, memory_mib: int) -> None:
    """Refuse paths that cannot be mounted, or not side by side, and more memory than the task has."""
    for path in writable_mounts:
        _check_path(path, "TaskDefinition(writable_mounts=...)")
    paths = [*writable_mounts, *(mount.path for mount in tmpfs)]
    twice = sorted({path for path in paths if paths.count(path) > 1})
    if twice:
        raise ConfigurationError(
            f"More than one mount is at {', '.join(twice)}.",
            allowed="one mount at each path.",
            where="TaskDefinition(writable_mounts=..., tmpfs=...)",
        )
    by_name: dict[str, str] = {}
    for path in writable_mounts:
        other = by_name.setdefault(volume_name(path), path)
        if other != path:
            raise ConfigurationError(
                f"{other} and {path} would be volumes of one name, {volume_name(path)}.",
                allowed="paths that differ in more than punctuation.",
                where="TaskDefinition(writable_mounts=...)",
            )
    in_memory = sum(mount.size_mib for mount in tmpfs)
    if in_memory >= memory_mib:
        raise ConfigurationError(
            f"The tmpfs mounts may fill {in_memory} MiB, and the task has {memory_mib} MiB in all.",
            allowed="less than the task's memory, so that the application has the rest.",
            where="TaskDefinition(tmpfs=..., size=...)",
        )


def volume_name(path: str) -> str:
    """The name of the volume behind a writable path; ECS allows no slashes or dots in it."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", path).strip("-")


def _check_path(path: str, where: str) -> None:
    if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise ConfigurationError(
            f'Nothing can be mounted at "{path}".',
            allowed='an absolute path below the root, such as "/tmp".',
            where=where,
        )
