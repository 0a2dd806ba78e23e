"""Where a container may write while its root file system is read-only, and where it sees volumes."""

import re
from dataclasses import dataclass

from ecs_platform.problem import ConfigurationError

_PATH = re.compile(r"(?:/[\w.-]+)+", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Tmpfs:
    """A directory in memory, empty at each start.

    Fargate has it since January 2026, whatever older pages of its documentation say:
    https://github.com/aws/containers-roadmap/issues/736

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


@dataclass(frozen=True, kw_only=True)
class Mount:
    """A place in a container where a volume of the task appears.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_MountPoint.html

    Args:
        volume: The volume's name.
        path: Its path in the container.
        read_only: Whether the container can only read there. By default it can write.

    Raises:
        ConfigurationError: The path is not absolute.
    """

    volume: str
    path: str
    read_only: bool = False

    def __post_init__(self) -> None:
        _check_path(self.path, "Mount(path=...)")


def is_mount_path(path: str) -> bool:
    """Whether something can be mounted there."""
    return _PATH.fullmatch(path) is not None and not {".", ".."} & set(path.split("/"))


NO_MOUNT_PATH = 'an absolute path below the root, such as "/tmp".'
"""What is allowed where nothing can be mounted."""


def _check_path(path: str, where: str) -> None:
    if not is_mount_path(path):
        raise ConfigurationError(f'Nothing can be mounted at "{path}".', allowed=NO_MOUNT_PATH, where=where)
