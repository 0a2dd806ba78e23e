"""How a new version takes over, and what stops it."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Tag

from environments.model.fields import between
from environments.model.value import BY_CLASS, Refusal, Value, refused

# https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html: at most 48 hours between the first and
# the last shift of traffic, as long before the old tasks end, and at most 99 percent in one step.
_TWO_DAYS = 2880
_Share = Annotated[int, between(1, 99, unit="percent; 100 is AllAtOnce()")]


class AllAtOnce(Value):
    """All traffic in one step."""


class Canary(Value):
    """A share of the traffic first, the rest after a while.

    Args:
        percent: The first share.
        minutes: How long it is watched before the rest follows.
    """

    percent: _Share
    minutes: Annotated[int, between(1, _TWO_DAYS, unit="minutes (two days)")]


class Linear(Value):
    """The same share again and again until all traffic has moved.

    Args:
        percent: The share of each step.
        minutes: How long each step is watched; all steps together take two days at most.
    """

    percent: _Share
    minutes: Annotated[int, between(1, _TWO_DAYS, unit="minutes (two days)")]

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """All steps together end in time."""
        return (self._ends_in_time(),)

    def _ends_in_time(self) -> Iterator[Refusal]:
        # After the last step nothing is waited for.
        waits = -(-100 // self.percent) - 1
        minutes = waits * self.minutes
        if minutes > _TWO_DAYS:
            yield Refusal(
                at=("minutes",),
                problem=f"{waits} waits between steps of {self.percent} percent take {minutes:,} minutes.",
                allowed=f"up to {_TWO_DAYS // waits} here, {_TWO_DAYS:,} (two days) in all.",
            )


class CodeDeployBlueGreen(Value):
    """New tasks beside the old ones; CodeDeploy moves the traffic, and back when an alarm fires.

    Args:
        traffic: How traffic moves: `AllAtOnce()`, `Canary(...)` or `Linear(...)`.
        termination_wait_minutes: How long the old tasks stay afterwards, so that going back takes seconds.
    """

    traffic: Annotated[
        Annotated[AllAtOnce, Tag("AllAtOnce")]
        | Annotated[Canary, Tag("Canary")]
        | Annotated[Linear, Tag("Linear")],
        BY_CLASS,
    ]
    termination_wait_minutes: Annotated[int, between(0, _TWO_DAYS, unit="minutes (two days)")]


def _above_zero(number: float) -> float:
    if number <= 0:
        raise refused("The alarm would always fire.", allowed="a number of seconds above zero.")
    return number


class AlarmThresholds(Value):
    """When the alarms of a service fire, each on one-minute values; a firing alarm rolls a deployment back.

    Args:
        target_5xx_per_minute: Answers 5xx of the service's tasks. 10 by default.
        load_balancer_5xx_per_minute: Answers 5xx of the load balancer itself, for all its services. 10 by
            default.
        unhealthy_hosts: Tasks that fail their health check. 1 by default.
        p95_seconds: The slower group's 95th percentile of response time. 1 second by default.
        minutes: For how many minutes in a row. 2 by default.
    """

    target_5xx_per_minute: Annotated[int, between(1, unit="answers")] = 10
    load_balancer_5xx_per_minute: Annotated[int, between(1, unit="answers")] = 10
    unhealthy_hosts: Annotated[int, between(1, unit="tasks")] = 1
    p95_seconds: Annotated[float, AfterValidator(_above_zero)] = 1.0
    minutes: Annotated[int, between(1, 60, unit="minutes")] = 2
