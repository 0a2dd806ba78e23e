"""What a deployed job is, and what it has in common with a service."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Workload(Protocol):
    """What services and jobs have in common: a task definition, and where its tasks run and write."""

    @property
    def name(self) -> str:
        """The name in the environment file."""
        ...

    @property
    def cluster(self) -> str:
        """The cluster's name."""
        ...

    @property
    def repository(self) -> str:
        """The ECR repository's name."""
        ...

    @property
    def task_definition(self) -> str:
        """ARN of the configured revision."""
        ...

    @property
    def container(self) -> str:
        """The name of the container that runs the program."""
        ...

    @property
    def log_group(self) -> str:
        """Where its output goes."""
        ...


@dataclass(frozen=True, kw_only=True)
class ScheduleOutputs:
    """When a job starts by itself.

    Args:
        name: The schedule in the environment file.
        expression: `cron(...)`, `rate(...)` or `at(...)`.
        time_zone: An IANA name.
        command: What it runs in place of the job's command. Empty where it runs that.
        enabled: Whether it does.
    """

    name: str
    expression: str
    time_zone: str
    command: Sequence[str]
    enabled: bool

    def __str__(self) -> str:
        """In one line."""
        zone = "" if self.expression.startswith("rate") else f" {self.time_zone}"
        words = f", runs {' '.join(self.command)}" if self.command else ""
        return f"{self.name}: {self.expression}{zone}{words}{'' if self.enabled else ', paused'}"


@dataclass(frozen=True, kw_only=True)
class JobOutputs:
    """One job of a deployed environment.

    Args:
        name: The job in the environment file.
        stack: Its stack.
        cluster: The cluster's name.
        repository: The ECR repository's name: its own, or that of the service whose image it runs.
        task_definition: ARN of the configured revision, never "latest of the family".
        family: Its task definition's family.
        container: Name of its container.
        subnets: Where its tasks run.
        security_group: Its tasks' security group.
        log_group: Where their output goes.
        schedules: When it starts by itself.
    """

    name: str
    stack: str
    cluster: str
    repository: str
    task_definition: str
    family: str
    container: str
    subnets: Sequence[str]
    security_group: str
    log_group: str
    schedules: Sequence[ScheduleOutputs] = ()
