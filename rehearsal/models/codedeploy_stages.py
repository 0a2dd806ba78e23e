"""The states of a blue/green deployment on ECS in CodeDeploy, in one table.

Stages and hooks: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
States: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html
How long a stage takes that waits for nobody is not documented; the seconds here are only plausible.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

_HOUR = 3600.0


class Until(Enum):
    """What ends a stage."""

    TIME = auto()
    """Its seconds."""
    ANSWER = auto()
    """PutLifecycleEventHookExecutionStatus, within the hour; at once where the AppSpec names no function."""
    TRAFFIC = auto()
    """The last step of the deployment configuration."""
    APPROVAL = auto()
    """ContinueDeployment(READY_WAIT), where the group waits for it. Else it is Stopped."""
    TERMINATION = auto()
    """ContinueDeployment(TERMINATION_WAIT), or the group's wait."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One line of the table.

    Args:
        event: Lifecycle event of the target; "" for a wait between two.
        status: What GetDeployment answers meanwhile.
        until: What ends it.
        seconds: How long it takes, or at most.
        effect: Method of the swap that runs when it begins.
        percent: Traffic of the replacement from its beginning on.
    """

    event: str = ""
    status: str = "InProgress"
    until: Until = Until.TIME
    seconds: float = 0
    effect: str = ""
    percent: int | None = None


FORWARD = (
    Stage(status="Created", seconds=5),
    Stage(event="BeforeInstall", until=Until.ANSWER, effect="begin"),
    Stage(event="Install", seconds=60, effect="install"),
    Stage(event="AfterInstall", until=Until.ANSWER),
    Stage(event="AllowTestTraffic", seconds=5, effect="move_test_traffic"),
    Stage(event="AfterAllowTestTraffic", until=Until.ANSWER),
    Stage(status="Ready", until=Until.APPROVAL),
    Stage(event="BeforeAllowTraffic", until=Until.ANSWER),
    Stage(event="AllowTraffic", until=Until.TRAFFIC),
    Stage(event="AfterAllowTraffic", until=Until.ANSWER, effect="promote"),
    Stage(until=Until.TERMINATION),
)
"""A release, from CreateDeployment to Succeeded. It ends early as:

Failed   a stage fails: task set and listener disagree (ELASTIC_LOAD_BALANCING_INVALID), the revision is
         unusable (ECS_UPDATE_ERROR), a hook fails or is silent for an hour (HOOK_EXECUTION_FAILURE), or there
         is no such function (INVALID_LAMBDA_FUNCTION)
Stopped  StopDeployment (MANUAL_STOP), an alarm of the group (ALARM_ACTIVE), nobody approved in time (TIMEOUT)

and then rolls back where the group, or StopDeployment, says so and the replacement exists.
"""
BACK = (
    Stage(status="Created", seconds=2),
    Stage(event="AllowTraffic", seconds=5, effect="move_back"),
    Stage(effect="remove_replacement", seconds=5),
)
"""A rollback: a deployment of its own, by codeDeployRollback."""

EVENTS = tuple(stage.event for stage in FORWARD if stage.event)
OVER = frozenset({"Succeeded", "Failed", "Stopped"})


def plan(stages: tuple[Stage, ...], waits: dict[str, Any], traffic: dict[str, Any]) -> Iterator[Stage]:
    """A table with a group's waits and a configuration's steps in it.

    Args:
        stages: The table.
        waits: The group's blueGreenDeploymentConfiguration.
        traffic: The configuration's trafficRoutingConfig.
    """
    ready = waits.get("deploymentReadyOption", {})
    old = waits.get("terminateBlueInstancesOnDeploymentSuccess", {})
    for stage in stages:
        match stage.until:
            case Until.TRAFFIC:
                for percent, seconds in steps(traffic):
                    yield replace(stage, percent=percent, seconds=seconds)
            case Until.APPROVAL:
                if ready.get("actionOnTimeout") == "STOP_DEPLOYMENT":
                    yield replace(stage, seconds=60.0 * ready.get("waitTimeInMinutes", 0))
            case Until.TERMINATION:
                if old.get("action") != "KEEP_ALIVE":
                    yield replace(stage, seconds=60.0 * old.get("terminationWaitTimeInMinutes", 0))
                    yield Stage(effect="finish")
            case Until.ANSWER:
                yield replace(stage, seconds=_HOUR)
            case Until.TIME:
                yield stage


def steps(traffic: dict[str, Any]) -> list[tuple[int, float]]:
    """Percentage of the replacement, and how many seconds it stays there.

    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_TrafficRoutingConfig.html
    """
    match traffic["type"]:
        case "TimeBasedCanary":
            canary = traffic["timeBasedCanary"]
            return [(canary["canaryPercentage"], 60.0 * canary["canaryInterval"]), (100, 0.0)]
        case "TimeBasedLinear":
            linear = traffic["timeBasedLinear"]
            share = linear["linearPercentage"]
            return [
                *((reached, 60.0 * linear["linearInterval"]) for reached in range(share, 100, share)),
                (100, 0.0),
            ]
        case _:
            return [(100, 0.0)]
