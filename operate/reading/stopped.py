"""Tasks that stopped: why, with which exit codes, and what they wrote last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from operate.aws import Aws, explained
from operate.outputs import ServiceOutputs
from operate.problem import OperateError
from operate.reading.lifecycle import EXIT_CODES, Meaning, reason
from operate.reading.task_list import list_tasks
from operate.words import plain
from operate.workload import Workload

# A rollback ends healthy tasks too, and they explain nothing.
_IN_ORDER = "Scaling activity initiated by"
_SHOWN_TASKS = 3
_SHOWN_LINES = 10

# Those that say no more than "not 0".
_PLAIN = {None, 0, 1}


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container of a stopped task.

    Args:
        name: Its name.
        exit_code: What it ended with. None where it never ran.
        reason: ECS's reason, such as `OutOfMemoryError: ...`. Empty where there is none.
    """

    name: str
    exit_code: int | None
    reason: str

    def __str__(self) -> str:
        code = "never started" if self.exit_code is None else f"exit code {self.exit_code}"
        known = None if self.exit_code in _PLAIN else EXIT_CODES.get(self.exit_code or 0)
        return (
            f"{self.name}: {code}"
            + (f" ({known.means})" if known else "")
            + (f", {self.reason}" if self.reason else "")
        )


@dataclass(frozen=True, kw_only=True)
class StoppedTask:
    """A task that stopped.

    Args:
        id: The last part of its ARN.
        reason: Why ECS says it stopped.
        containers: Its containers.
        lines: The last lines of the program's container. None by default, or where they cannot be read.
    """

    id: str
    reason: str
    containers: Sequence[Container]
    lines: Sequence[str] = ()

    @property
    def cause(self) -> str | None:
        """What is mostly behind such a reason. None where nobody can say."""
        meaning = self.meaning
        return f"{meaning.means}." if meaning else None

    @property
    def meaning(self) -> Meaning | None:
        """What the reason means, with a next step. None where nobody can say."""
        return reason("\n".join([self.reason, *(each.reason for each in self.containers)]))

    def told(self) -> Sequence[str]:
        """The task in lines."""
        return (
            f"task {self.id} stopped: {self.reason or 'no reason given'}",
            *(f"  {each}" for each in self.containers),
            *(f"  | {line}" for line in self.lines),
        )


def stopped_tasks(aws: Aws, service: ServiceOutputs, revision: str) -> Sequence[StoppedTask]:
    """The tasks of a revision that ECS still remembers after they stopped, for about an hour, the last first.

    Args:
        aws: The way to the environment's account.
        service: The service.
        revision: ARN of the task definition.
    """
    tasks = list_tasks(
        aws, service.cluster, "list the stopped tasks", serviceName=service.service, desiredStatus="STOPPED"
    )
    ours = [
        each
        for each in tasks
        if each.get("taskDefinitionArn") == revision
        and not (each.get("stoppedReason") or "").startswith(_IN_ORDER)
    ]
    ours.sort(key=lambda each: str(each.get("stoppedAt", "")), reverse=True)
    return [told(aws, service, each) for each in ours[:_SHOWN_TASKS]]


def told(aws: Aws, service: Workload, task: Mapping[str, Any]) -> StoppedTask:
    """A task as DescribeTasks answers, with the last lines of its log.

    Args:
        aws: The way to the environment's account.
        service: The service or job.
        task: The task.
    """
    found = ended(task)
    return replace(found, lines=_last_lines(aws, service, task["taskDefinitionArn"], found.id))


def ended(task: Mapping[str, Any]) -> StoppedTask:
    """A task as DescribeTasks answers, for those who have shown its log already.

    Args:
        task: The task.
    """
    return StoppedTask(
        id=task["taskArn"].rpartition("/")[2],
        reason=task.get("stoppedReason") or "",
        containers=[
            Container(name=each["name"], exit_code=each.get("exitCode"), reason=each.get("reason") or "")
            for each in task.get("containers", [])
        ],
    )


def log_stream(aws: Aws, service: Workload, revision: str, task: str) -> str | None:
    """The log stream of a container that runs the program. None where it logs elsewhere.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html

    Args:
        aws: The way to the environment's account.
        service: The service or job.
        revision: ARN of the task definition.
        task: The task's id.
    """
    with explained("read where the task logs"):
        containers: list[dict[str, Any]] = aws.client("ecs").describe_task_definition(
            taskDefinition=revision
        )["taskDefinition"]["containerDefinitions"]
    for each in containers:
        logs = each.get("logConfiguration") or {}
        if each["name"] == service.container and logs.get("logDriver") == "awslogs":
            return f"{logs['options'].get('awslogs-stream-prefix', 'ecs')}/{service.container}/{task}"
    return None


def _last_lines(aws: Aws, service: Workload, revision: str, task: str) -> Sequence[str]:
    try:
        stream = log_stream(aws, service, revision, task)
        if stream is None:
            return ()
        with explained("read the log"):
            events = aws.client("logs").get_log_events(
                logGroupName=service.log_group, logStreamName=stream, limit=_SHOWN_LINES, startFromHead=False
            )["events"]
    except OperateError:
        # A task that never started has no stream, and a reader without the right has the reason at least.
        return ()
    return [plain(line.rstrip()) for each in events for line in each["message"].rstrip().split("\n")]
