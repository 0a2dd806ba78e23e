"""Volumes that live on the machine a task runs on: an EC2 instance, or an external one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs

from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.compatibility import Compatibility

if TYPE_CHECKING:
    from ecs_platform.task.task import Task

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_PATH = re.compile(r"(?:/[\w.-]+)+", re.ASCII)


class DockerVolumeScope(Enum):
    """How long a Docker volume lives: as long as one task, or as long as its instance."""

    TASK = "task"
    SHARED = "shared"


@dataclass(frozen=True, kw_only=True)
class HostVolume:
    """A directory of the machine, in the container.

    What is in it outlives the task, and stays on that one machine: a task that is placed elsewhere finds
    another directory. Any container that mounts it to write can change the machine's files there, so mount it
    read-only wherever reading is enough.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html

    Args:
        name: What mounts call it by, unique in the task.
        source_path: The directory on the machine, absolute; Docker creates one that is missing, owned by
            root.

    Raises:
        ConfigurationError: A name that ECS does not take, or a path that is not absolute.
    """

    name: str
    source_path: str

    def __post_init__(self) -> None:
        mistakes = _of_name(self.name, "HostVolume")
        if not _PATH.fullmatch(self.source_path) or {".", ".."} & set(self.source_path.split("/")):
            mistakes.append(
                Mistake(
                    problem=f'"{self.source_path}" is no directory of a machine.',
                    allowed='an absolute path below the root, such as "/var/log".',
                    where="HostVolume(source_path=...).",
                )
            )
        refuse(mistakes)

    def bind(self, task: Task) -> ecs.Volume:
        """The volume as a task definition takes it."""
        _refuse_fargate(task, self.name)
        return ecs.Volume(name=self.name, host=ecs.Host(source_path=self.source_path))

    def grant(self, task: Task) -> None:
        """Nothing: Docker mounts it, and no role is asked."""

    def connect(self, connections: ec2.Connections) -> None:
        """Nothing: it is on the machine itself."""


@dataclass(frozen=True, kw_only=True)
class DockerVolume:
    """A volume that Docker manages on the machine.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/docker-volumes.html

    Args:
        name: What mounts call it by, unique in the task.
        scope: Whether it goes with the task, or stays on the instance for the next one. With the task by
            default.
        create: Whether a shared volume that is not there yet is made. By default it is.
        driver: The volume driver, by the name Docker knows it by; tasks are placed on instances that have it.
            "local" by default.
        driver_options: What the driver is told. By default nothing.
        labels: Docker labels of the volume. By default none.

    Raises:
        ConfigurationError: A name that ECS does not take, no driver, or a task's own volume that is not to be
            made: it could never be there.
    """

    name: str
    scope: DockerVolumeScope = DockerVolumeScope.TASK
    create: bool = True
    driver: str = "local"
    driver_options: Mapping[str, str] = field(default_factory=dict[str, str])
    labels: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        mistakes = _of_name(self.name, "DockerVolume")
        if not self.driver:
            mistakes.append(
                Mistake(
                    problem=f"The Docker volume {self.name} has no driver.",
                    allowed='a driver that the instances have; every one has "local".',
                    where="DockerVolume(driver=...).",
                )
            )
        if self.scope is DockerVolumeScope.TASK and not self.create:
            mistakes.append(
                Mistake(
                    problem=f"The Docker volume {self.name} begins with its task, and is not to be made.",
                    allowed="create=False for a shared volume only, which may be there already.",
                    where="DockerVolume(scope=..., create=...).",
                )
            )
        refuse(mistakes)

    def bind(self, task: Task) -> ecs.Volume:
        """The volume as a task definition takes it."""
        _refuse_fargate(task, self.name)
        shared = self.scope is DockerVolumeScope.SHARED
        return ecs.Volume(
            name=self.name,
            docker_volume_configuration=ecs.DockerVolumeConfiguration(
                driver=self.driver,
                scope=ecs.Scope.SHARED if shared else ecs.Scope.TASK,
                # ECS takes it for a shared volume only.
                # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DockerVolumeConfiguration.html
                autoprovision=self.create if shared else None,
                driver_opts=dict(self.driver_options) or None,
                labels=dict(self.labels) or None,
            ),
        )

    def grant(self, task: Task) -> None:
        """Nothing: Docker mounts it, and no role is asked."""

    def connect(self, connections: ec2.Connections) -> None:
        """Nothing: what a driver calls, the instance calls."""


def _of_name(name: str, kind: str) -> list[Mistake]:
    if _NAME.fullmatch(name):
        return []
    return [
        Mistake(
            problem=f'A volume is called "{name}".',
            allowed="1 to 255 letters, digits, _ and -.",
            where=f"{kind}(name=...).",
        )
    ]


def _refuse_fargate(task: Task, name: str) -> None:
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
    if task.compatibility is Compatibility.FARGATE:
        raise ConfigurationError(
            f"The volume {name} lies on the task's machine, and on Fargate nobody has one.",
            allowed="SharedVolume(...) for the task's own storage, EfsVolume(...) for what outlives it.",
            where="TaskDefinition(volumes=...), or Ec2TaskDefinition(...) for a task on instances.",
        )
