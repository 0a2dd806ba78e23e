"""Tasks that stopped: why, with which exit codes, and what they wrote last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from operate.aws import Aws, explained
from operate.outputs import ServiceOutputs
from operate.problem import OperateError

# A rollback ends healthy tasks too, and they explain nothing.
_IN_ORDER = "Scaling activity initiated by"
_SHOWN_TASKS = 3
_SHOWN_LINES = 10

# Begins of ECS's reasons, and what is mostly behind each.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
_CAUSES = {
    "CannotPullContainerError": "the image is gone from the repository, or the network does not reach ECR: "
    "endpoints ecr.api, ecr.dkr and S3, or NAT.",
    "ResourceInitializationError": "a secret, the log group or ECR cannot be reached or read: an endpoint or "
    "a permission of the execution role is missing.",
    "OutOfMemoryError": "the container needs more memory than `memory_mib` gives it.",
    "Task failed ELB health checks": "the application does not answer on `health_check_path` in time.",
    "Task failed container health checks": "the health check of the container itself fails.",
    "Essential container in task exited": "the program ended; its last lines say why.",
    "Your Spot Task was interrupted": "AWS took Spot capacity back; the task is started anew.",
}
# The kernel's and Docker's codes that say more than "not 0".
_EXIT_CODES = {
    137: "killed, by want of memory or because it did not stop in time",
    139: "crashed (segmentation fault)",
    143: "stopped by SIGTERM",
    126: "the command could not be executed: built for another processor, or not executable",
    127: "the command was not found",
}


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
        known = _EXIT_CODES.get(self.exit_code or 0)
        return (
            f"{self.name}: {code}"
            + (f" ({known})" if known else "")
            + (f", {self.reason}" if self.reason else "")
        )


@dataclass(frozen=True, kw_only=True)
class StoppedTask:
    """A task that stopped.

    Args:
        id: The last part of its ARN.
        reason: Why ECS says it stopped.
        containers: Its containers.
        lines: The last lines of the container behind the load balancer. Empty where they cannot be read.
    """

    id: str
    reason: str
    containers: Sequence[Container]
    lines: Sequence[str]

    @property
    def cause(self) -> str | None:
        """What is mostly behind such a reason. None where nobody can say."""
        said = [self.reason, *(each.reason for each in self.containers)]
        return next((cause for begin, cause in _CAUSES.items() if any(begin in each for each in said)), None)

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
    ecs = aws.client("ecs")
    with explained("list the stopped tasks"):
        arns = ecs.list_tasks(cluster=service.cluster, serviceName=service.service, desiredStatus="STOPPED")[
            "taskArns"
        ]
        tasks: list[dict[str, Any]] = (
            ecs.describe_tasks(cluster=service.cluster, tasks=arns[:100])["tasks"] if arns else []
        )
    ours = [
        each
        for each in tasks
        if each.get("taskDefinitionArn") == revision
        and not (each.get("stoppedReason") or "").startswith(_IN_ORDER)
    ]
    ours.sort(key=lambda each: str(each.get("stoppedAt", "")), reverse=True)
    return [told(aws, service, each) for each in ours[:_SHOWN_TASKS]]


def told(aws: Aws, service: ServiceOutputs, task: Mapping[str, Any]) -> StoppedTask:
    """A task as DescribeTasks answers, with the last lines of its log.

    Args:
        aws: The way to the environment's account.
        service: The service.
        task: The task.
    """
    id_ = task["taskArn"].rpartition("/")[2]
    return StoppedTask(
        id=id_,
        reason=task.get("stoppedReason") or "",
        containers=[
            Container(name=each["name"], exit_code=each.get("exitCode"), reason=each.get("reason") or "")
            for each in task.get("containers", [])
        ],
        lines=_last_lines(aws, service, task["taskDefinitionArn"], id_),
    )


def log_stream(aws: Aws, service: ServiceOutputs, revision: str, task: str) -> str | None:
    """The log stream of a task's container behind the load balancer. None where it logs elsewhere.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html

    Args:
        aws: The way to the environment's account.
        service: The service.
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


def _last_lines(aws: Aws, service: ServiceOutputs, revision: str, task: str) -> Sequence[str]:
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
    return [each["message"].rstrip() for each in events]
