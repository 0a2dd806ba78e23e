"""What a task plugs in, whoever made it: volumes and log drivers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs

from ecs_platform.task.container import Container
from ecs_platform.task.secrets import Secret

if TYPE_CHECKING:
    from ecs_platform.task.task import Task


class IVolume(Protocol):
    """Storage that containers of a task mount by its name.

    The task asks in this order: `bind` while its definition is made, when its family, roles, log group,
    network, network mode, compatibility and architecture are there; `grant` when definition and containers
    are there, too; `connect` when a service or a job has its security group.
    """

    @property
    def name(self) -> str:
        """The name that mounts call it by."""
        ...

    def bind(self, task: Task) -> ecs.Volume:
        """The volume as a task definition takes it; refuse here what this task cannot have."""
        ...

    def grant(self, task: Task) -> None:
        """Let the task's roles use it, and ask the task's network for what it needs."""
        ...

    def connect(self, connections: ec2.Connections) -> None:
        """Open the way from tasks with these connections."""
        ...


class ILogDriver(Protocol):
    """Where the application's container writes instead of the task's own log group.

    The task asks in this order: `containers` before anything is checked or made, when its family, logs,
    network, network mode, compatibility and architecture are there; `secrets` when its roles are made; `bind`
    once, when roles, log group and definition are there, for the application's container, which is made
    first; `connect` when a service or a job has its security group.

    Sidecars and log routers write to the task's own log group always, so that what a log router cannot
    deliver can still be read.
    """

    @property
    def secrets(self) -> Sequence[Secret]:
        """What ECS fetches for the driver, such as a token: the execution role may read it."""
        ...

    def containers(self, task: Task) -> Sequence[Container]:
        """The containers it needs beside the others, such as a log router with `firelens` set."""
        ...

    def bind(self, task: Task) -> ecs.LogDriver:
        """The driver as a container definition takes it; ask `task.network` for what it reaches."""
        ...

    def connect(self, connections: ec2.Connections) -> None:
        """Open the way from tasks with these connections."""
        ...
