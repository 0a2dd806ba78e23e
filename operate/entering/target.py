"""Which task, and which of its containers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from operate.aws import Aws
from operate.outputs import ServiceOutputs
from operate.problem import OperateError
from operate.reading.task_list import list_tasks
from operate.words import command, revision_name

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Target:
    """A container of a running task.

    Args:
        task: The task as DescribeTasks answers.
        container: The container's name.
        running: How many tasks of the service run.
        chosen: Whether a person named the task.
    """

    task: Mapping[str, Any]
    container: str
    running: int
    chosen: bool

    @property
    def task_id(self) -> str:
        """The last part of the task's ARN."""
        return task_id(self.task)

    @property
    def revision(self) -> str:
        """ARN of its task definition."""
        return self.task["taskDefinitionArn"]

    @property
    def described(self) -> Mapping[str, Any]:
        """The container as DescribeTasks answers."""
        return next(each for each in self.task["containers"] if each["name"] == self.container)

    @property
    def ssm_name(self) -> str:
        """What Session Manager calls it."""
        cluster = self.task["clusterArn"].rpartition("/")[2]
        return f"ecs:{cluster}_{self.task_id}_{self.described.get('runtimeId', '')}"

    def __str__(self) -> str:
        why = "the only one" if self.running == 1 else f"the newest of {self.running}"
        which = f"task {self.task_id}" if self.chosen else f"task {self.task_id}, {why}"
        return f"{self.container} in {which} ({revision_name(self.revision)})"


def task_id(task: Mapping[str, Any]) -> str:
    """The last part of a task's ARN."""
    return task["taskArn"].rpartition("/")[2]


def choose(aws: Aws, service: ServiceOutputs, *, task: str | None, container: str | None) -> Target:
    """The newest healthy task of a service, or the one that was asked for.

    Args:
        aws: The way to AWS.
        service: The service.
        task: The task's id, or enough of its beginning. None is the newest healthy one.
        container: The container. None is the one behind the load balancer.

    Raises:
        OperateError: No task runs, none or several are called so, or it has no such container.
    """
    running = running_tasks(aws, service)
    if not running:
        raise OperateError(
            f"No task of {service.name} runs.", next_step=f"{command('status', aws, service)} says why."
        )
    found = _named(service, running, task) if task else _newest(running)
    name = container or service.container
    names = [each["name"] for each in found["containers"]]
    if name not in names:
        raise OperateError(
            f"Task {task_id(found)} has no container {name!r}.", next_step=f"one of: {', '.join(names)}."
        )
    return Target(task=found, container=name, running=len(running), chosen=task is not None)


def running_tasks(aws: Aws, service: ServiceOutputs) -> Sequence[Mapping[str, Any]]:
    """The tasks of a service that run, as DescribeTasks answers.

    Args:
        aws: The way to AWS.
        service: The service.
    """
    found = list_tasks(
        aws, service.cluster, "list the tasks", serviceName=service.service, desiredStatus="RUNNING"
    )
    return [each for each in found if each.get("lastStatus") == "RUNNING"]


def _named(service: ServiceOutputs, running: Sequence[Mapping[str, Any]], wanted: str) -> Mapping[str, Any]:
    id_ = wanted.rpartition("/")[2]
    found = [each for each in running if task_id(each).startswith(id_)]
    if len(found) == 1:
        return found[0]
    raise OperateError(
        f"{'No' if not found else 'More than one'} task of {service.name} that runs is called {wanted!r}.",
        next_step=f"one of: {', '.join(sorted(map(task_id, running)))}.",
    )


def _newest(running: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    # Without a health check of the container's own a task is UNKNOWN, and no worse for it.
    healthy = [each for each in running if each.get("healthStatus") != "UNHEALTHY"] or running
    return max(healthy, key=lambda each: each.get("startedAt") or _NEVER)
