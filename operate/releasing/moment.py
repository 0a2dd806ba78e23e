"""A deployment at one moment, in the same words for CodeDeploy and for the strategies of ECS itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Phase(Enum):
    """How far a deployment is, for whoever waits for it."""

    UNDER_WAY = "under way"
    WAITS_FOR_APPROVAL = "waits for approval"
    OLD_TASKS_WAIT = "all traffic moved, old tasks wait"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self in {Phase.SUCCEEDED, Phase.FAILED, Phase.STOPPED}

    @property
    def resting(self) -> bool:
        """Whether nothing more will happen soon without a person."""
        return self.ended or self in {Phase.WAITS_FOR_APPROVAL, Phase.OLD_TASKS_WAIT}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of a deployment's life cycle.

    Args:
        name: AWS's name, such as `AllowTraffic`.
        status: `Pending`, `InProgress`, `Succeeded`, `Failed`, `Skipped` or `Unknown`.
        started: When. None before.
        ended: When. None before.
        message: Why it failed, such as what a hook answered. Empty otherwise.
    """

    name: str
    status: str
    started: datetime | None = None
    ended: datetime | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class Side:
    """The tasks of one of the two revisions.

    Args:
        label: `blue` or `green`, by the target group; `old` or `new` where there is one group.
        percent: The share of the users' traffic. None where AWS does not say.
        desired: Tasks that are to run.
        running: Tasks that run.
        healthy: Tasks that pass the load balancer's health check. None where nobody asked.
    """

    label: str
    percent: float | None
    desired: int
    running: int
    healthy: int | None = None


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What is known of a deployment now.

    Args:
        deployment: Its id, or its ARN with ECS.
        status: AWS's own word.
        phase: The same for whoever waits.
        stages: Its life cycle, in order.
        old: The tasks that served before. None while AWS does not tell.
        new: The tasks that are to serve. None while AWS does not tell.
        until: When the present wait ends by itself. None where that is not known.
        error: Why it failed. None where it did not.
        rolled_back_by: Id of the deployment that undoes it. None where there is none.
        rollback: Whether it undoes another one.
    """

    deployment: str
    status: str
    phase: Phase
    stages: Sequence[Stage] = ()
    old: Side | None = None
    new: Side | None = None
    until: datetime | None = None
    error: str | None = None
    rolled_back_by: str | None = None
    rollback: bool = False

    @property
    def stage(self) -> str:
        """The stage that is under way or was reached last; AWS's status before the first one."""
        reached = [each for each in self.stages if each.status not in {"Pending", "Unknown"}]
        going = [each for each in reached if each.status == "InProgress"]
        return (going or reached)[-1].name if reached else self.status
