"""Events of ECS as AWS's documentation shows them, and what a rule of EventBridge makes of an event."""

from collections.abc import Mapping, Sequence
from typing import Any

CLUSTER = "arn:aws:ecs:eu-central-1:111122223333:cluster/dev"


def stopped(*exit_codes: int | None, **detail: Any) -> dict[str, Any]:
    """A task state change, cut down to what rules read.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
    """
    task = "arn:aws:ecs:eu-central-1:111122223333:task/dev/b99d40b35176"
    containers = [
        {"name": name, "lastStatus": "STOPPED", **({} if code is None else {"exitCode": code})}
        for name, code in zip(("app", "side"), exit_codes, strict=False)
    ]
    return {
        "version": "0",
        "id": "9bcdac79-b31f-4d3d-9410-fbd727c29fab",
        "detail-type": "ECS Task State Change",
        "source": "aws.ecs",
        "account": "111122223333",
        "time": "2026-11-22T09:00:00Z",
        "region": "eu-central-1",
        "resources": [task],
        "detail": {
            "clusterArn": CLUSTER,
            "containers": containers,
            "desiredStatus": "STOPPED",
            "lastStatus": "STOPPED",
            "group": "service:hello",
            "startedBy": "ecs-svc/1",
            "taskArn": task,
            "taskDefinitionArn": "arn:aws:ecs:eu-central-1:111122223333:task-definition/dev-hello:7",
            **detail,
        },
    }


CRASHED = stopped(1, stopCode="EssentialContainerExited", stoppedReason="Essential container in task exited")
OUT_OF_MEMORY = stopped(
    0, 137, stopCode="EssentialContainerExited", stoppedReason="Essential container in task exited"
)
ENDED_WELL = stopped(
    0, stopCode="EssentialContainerExited", stoppedReason="Essential container in task exited"
)
NOT_PULLED = stopped(
    None,
    stopCode="TaskFailedToStart",
    stoppedReason="CannotPullContainerError: pull image manifest has been retried 5 time(s)",
)
UNHEALTHY = stopped(
    137,
    stopCode="ServiceSchedulerInitiated",
    stoppedReason="Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:x)",
)
SCALED_IN = stopped(
    143,
    stopCode="ServiceSchedulerInitiated",
    stoppedReason="Scaling activity initiated by deployment ecs-svc/9223370526",
)
BY_A_PERSON = stopped(143, stopCode="UserInitiated", stoppedReason="Task stopped by user")
INTERRUPTED = stopped(143, stopCode="SpotInterruption", stoppedReason="Your Spot Task was interrupted.")
RETIRED = stopped(143, stopCode="TerminationNotice", stoppedReason="Task was stopped by maintenance")
RETIRED_JOB = stopped(
    143,
    stopCode="TerminationNotice",
    stoppedReason="Task was stopped by maintenance",
    group="family:dev-report",
)
FAILED_BELOW_A_JOB = stopped(None, stopCode="InfrastructureHealth", group="family:dev-report")
# Two minutes before: the page shows it with desiredStatus STOPPED and lastStatus RUNNING.
WARNED = stopped(
    None,
    lastStatus="RUNNING",
    stopCode="SpotInterruption",
    stoppedReason="Your Spot Task was interrupted.",
)


def matches(pattern: Mapping[str, Any], event: Any) -> bool:
    """Whether a rule with this pattern takes the event.

    Every field of the pattern has to be there; of a list in the event one element is enough.
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
    """
    if isinstance(event, list):
        return any(matches(pattern, each) for each in event)
    return isinstance(event, dict) and all(
        field in event
        and (
            matches(wanted, event[field])
            if isinstance(wanted, dict)
            else any(_is(each, one) for each in _listed(event[field]) for one in wanted)
        )
        for field, wanted in pattern.items()
    )


def _is(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return value == wanted
    ((operator, operand),) = wanted.items()
    if operator == "prefix":
        return isinstance(value, str) and value.startswith(operand)
    if operator == "anything-but":
        return value not in _listed(operand)
    raise ValueError(f"The rules use {operator!r}, which these tests cannot read: add its meaning here.")


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def transformed(transformer: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """What a target gets: paths of an event put into the template.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
    """
    text: str = transformer["InputTemplate"]
    for name, path in transformer["InputPathsMap"].items():
        assert f"<{name}>" in text, f"{name} is never shown"
        found = _at(path.removeprefix("$.").split("."), event)
        text = text.replace(f"<{name}>", ",".join(map(str, found)))
    return text


def _at(path: Sequence[str], value: Any) -> list[Any]:
    if not path:
        return [value]
    field = path[0].removesuffix("[*]")
    if not isinstance(value, dict) or field not in value:
        return []
    inner = value[field] if path[0].endswith("[*]") else [value[field]]
    return [each for one in inner for each in _at(path[1:], one)]
