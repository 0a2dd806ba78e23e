"""Storage that the containers of a task mount by name: for the task's life, or beyond it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_efs as efs
from aws_cdk import aws_iam as iam

from ecs_platform import once
from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.checks.long_values import shortened
from ecs_platform.task.file_system import FileSystem

if TYPE_CHECKING:
    from ecs_platform.task.task import Task

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_DIRECTORY = re.compile(r"/|(?:/[\w.-]+)+", re.ASCII)
_NFS = 2049


@dataclass(frozen=True, kw_only=True)
class SharedVolume:
    """A directory on the task's own storage that several containers see, and that goes with the task.

    Storage for one container alone is its `writable_mounts`. Like that, it comes up empty and owned by root
    with permissions 0755, unless the Dockerfile of the container that starts first makes the directory, gives
    it to the user, and names exactly the path of the mount in a VOLUME instruction.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html

    Args:
        name: The name that mounts call it by, once in a task.

    Raises:
        ConfigurationError: ECS does not take the name.
    """

    name: str

    def __post_init__(self) -> None:
        refuse(_mistakes_of_name(self.name, "SharedVolume"))

    def bind(self, task: Task) -> ecs.Volume:  # noqa: ARG002 - other kinds of volume ask the task
        """The volume as a task definition takes it."""
        return ecs.Volume(name=self.name)

    def grant(self, task: Task) -> None:
        """Nothing to grant: the storage is the task's own."""

    def connect(self, connections: ec2.Connections) -> None:
        """Nothing to open either."""


@dataclass(frozen=True, kw_only=True)
class EfsVolume:
    """A directory of a file system on Amazon EFS, which all tasks share and which outlives them.

    What goes over the network is encrypted, and the file system asks what the task's role may: to mount it
    and, unless it is read-only, to write, through this access point and no other. An isolated network needs
    no endpoint for it: see `FileSystem`.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-efs-config.html

    Args:
        name: The name that mounts call it by, once in a task.
        file_system: The file system, or one that was brought:
            `efs.FileSystem.from_file_system_attributes(...)` with its security group, which gets a rule for
            the tasks.
        access_point: The way in, as `FileSystem.access_point` makes it. A FileSystem has no other; one that
            was brought may be mounted without.
        root_directory: The directory that is mounted, of a file system without an access point. By default
            its root.
        read_only: Whether the task only reads. By default it writes, too.

    Raises:
        ConfigurationError: ECS does not take the name or the directory, a directory beside an access point,
            an access point of another file system, or a FileSystem without one; all of them at once. In a
            task: the volume is read-only, and a container would write there.
    """

    name: str
    file_system: FileSystem | efs.IFileSystem
    access_point: efs.IAccessPoint | None = None
    root_directory: str | None = None
    read_only: bool = False

    def __post_init__(self) -> None:
        mistakes = _mistakes_of_name(self.name, "EfsVolume")
        if self.access_point is not None and self.root_directory is not None:
            # ECS takes "/" here, and means the access point's directory by it.
            # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSAuthorizationConfig.html
            mistakes.append(
                Mistake(
                    problem=f"The volume {self.name} has an access point and a root directory.",
                    allowed="one of the two: the access point has its own root directory.",
                    where="EfsVolume(access_point=..., root_directory=...)",
                )
            )
        if self.access_point is None and isinstance(self.file_system, FileSystem):
            mistakes.append(
                Mistake(
                    problem=f"The volume {self.name} has no access point, and its file system demands one.",
                    allowed='file_system.access_point("...", path=..., uid=..., gid=...).',
                    where="EfsVolume(access_point=...)",
                )
            )
        owner = _owner_of(self.access_point)
        if owner is not None and owner.file_system_id != self._files.file_system_id:
            mistakes.append(
                Mistake(
                    problem=f"The volume {self.name} has an access point of another file system.",
                    allowed="an access point of this one: file_system.access_point(...).",
                    where="EfsVolume(file_system=..., access_point=...)",
                )
            )
        if self.root_directory is not None and not _is_directory(self.root_directory):
            mistakes.append(
                Mistake(
                    problem=f'"{self.root_directory}" is no directory of a file system.',
                    allowed='an absolute path, such as "/uploads".',
                    where="EfsVolume(root_directory=...)",
                )
            )
        refuse(mistakes)

    @property
    def _files(self) -> efs.IFileSystem:
        found = self.file_system
        return found.file_system if isinstance(found, FileSystem) else found

    def bind(self, task: Task) -> ecs.Volume:  # noqa: ARG002 - other kinds of volume ask the task
        """The volume as a task definition takes it."""
        point = self.access_point
        return ecs.Volume(
            name=self.name,
            efs_volume_configuration=ecs.EfsVolumeConfiguration(
                file_system_id=self._files.file_system_id,
                root_directory=self.root_directory,
                transit_encryption="ENABLED",
                authorization_config=ecs.AuthorizationConfig(
                    access_point_id=point.access_point_id if point else None, iam="ENABLED"
                ),
            ),
        )

    def grant(self, task: Task) -> None:
        """Let the task's role mount it, and have the task wait for the mount targets.

        Raises:
            ConfigurationError: A container would write where the volume is read-only.
        """
        self._refuse_writers(task)
        files, point = self._files, self.access_point
        actions = ["elasticfilesystem:ClientMount"]
        if not self.read_only:
            actions.append("elasticfilesystem:ClientWrite")
        task.roles.task_role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=actions,
                resources=[files.file_system_arn],
                conditions=(
                    {"StringEquals": {"elasticfilesystem:AccessPointArn": point.access_point_arn}}
                    if point
                    else None
                ),
            )
        )
        # A task that starts before there is a mount target in its zone fails. Whatever starts tasks waits for
        # the definition.
        task.definition.node.add_dependency(files.mount_targets_available)

    def connect(self, connections: ec2.Connections) -> None:
        """Open NFS from the tasks to the mount targets; both rules stand in the stack of the tasks."""
        connections.allow_to(self._files, once.tcp(_NFS), f"tasks to the files of {self.name}")

    def _refuse_writers(self, task: Task) -> None:
        if not self.read_only:
            return
        writers = [
            f"{name} at {point.container_path}"
            for name, container in task.containers.items()
            for point in container.mount_points
            if point.source_volume == self.name and not point.read_only
        ]
        if writers:
            raise ConfigurationError(
                f"The volume {self.name} is read-only, and mounted for writing by {', '.join(writers)}.",
                allowed="Mount(read_only=True), or a volume that can be written to.",
                where="Mount(read_only=...) or EfsVolume(read_only=...)",
            )


Volume = SharedVolume | EfsVolume
"""Storage that containers of a task mount."""


def _mistakes_of_name(name: str, owner: str) -> list[Mistake]:
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html
    if _NAME.fullmatch(name) or cdk.Token.is_unresolved(name):
        return []
    return [
        Mistake(
            problem=f'"{shortened(name)}" is no name of a volume.',
            allowed="1 to 255 letters, digits, _ and -.",
            where=f"{owner}(name=...)",
        )
    ]


def _owner_of(point: efs.IAccessPoint | None) -> efs.IFileSystem | None:
    # One that was imported without its file system knows none, and CDK raises where it is asked.
    try:
        return point.file_system if point else None
    except RuntimeError:
        return None


def _is_directory(path: str) -> bool:
    # A token stands for a value that only the deployment knows; asked last, because asking costs more.
    return (
        _DIRECTORY.fullmatch(path) is not None and not {".", ".."} & set(path.split("/"))
    ) or cdk.Token.is_unresolved(path)
