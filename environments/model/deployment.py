"""How a new version takes over, and what stops it."""

import math
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Tag

from environments.model.fields import between, matching
from environments.model.value import BY_CLASS, Refusal, Value, refused

# https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html: at most 48 hours between the first and
# the last shift of traffic, as long before the old tasks end, and at most 99 percent in one step.
_TWO_DAYS = 2880
_CLOUDFORMATION = 33 * 60
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


Traffic = Annotated[
    Annotated[AllAtOnce, Tag("AllAtOnce")]
    | Annotated[Canary, Tag("Canary")]
    | Annotated[Linear, Tag("Linear")],
    BY_CLASS,
]


class SmokeTest(Value):
    """A request to the new tasks before users reach them; any other answer, and the deployment goes back.

    Args:
        path: What is asked for.
        status: The HTTP status that passes. 200 by default.
        timeout_seconds: How long the new tasks have to answer so. 300 by default.
    """

    path: Annotated[
        str,
        matching(
            r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*",
            problem="Not a path.",
            allowed="a path that begins with /, with a query if need be, such as '/healthz?deep=1'.",
        ),
    ]
    status: Annotated[int, between(200, 599)] = 200
    timeout_seconds: Annotated[int, between(10, 780, unit="seconds")] = 300


class CodeDeployBlueGreen(Value):
    """New tasks beside the old ones; CodeDeploy moves the traffic, and back when an alarm fires.

    Args:
        traffic: How traffic moves: `AllAtOnce()`, `Canary(...)` or `Linear(...)`.
        termination_wait_minutes: How long the old tasks stay afterwards, so that going back takes seconds.
        approval_wait_minutes: How long a deployment waits before traffic moves, until somebody approves it.
            None by default: it does not wait.
        smoke_test: What the new tasks are asked before users reach them. Nothing by default.
    """

    traffic: Traffic
    termination_wait_minutes: Annotated[int, between(0, _TWO_DAYS, unit="minutes (two days)")]
    approval_wait_minutes: Annotated[int, between(1, _TWO_DAYS, unit="minutes (two days)")] | None = None
    smoke_test: SmokeTest | None = None

    @property
    def peak_percent(self) -> int:
        """How many tasks a deployment runs at its peak, in percent of the service's."""
        return 200


class RollingUpdate(Value):
    """ECS replaces the tasks a few at a time; both versions serve users meanwhile.

    Args:
        min_healthy_percent: How much of the tasks stays healthy throughout. 100 by default.
        max_percent: How much of them may run at once. 200 by default: a new task for each old one.
        circuit_breaker: Whether tasks that fail to start end the deployment and roll it back. True by
            default.
    """

    min_healthy_percent: Annotated[int, between(0, 100, unit="percent")] = 100
    max_percent: Annotated[int, between(100, 200, unit="percent")] = 200
    circuit_breaker: bool = True

    @property
    def peak_percent(self) -> int:
        """How many tasks a deployment runs at its peak, in percent of the service's."""
        return self.max_percent


# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
_Minutes = Annotated[int, between(1, 1440, unit="minutes (a day)")]
_BakeMinutes = Annotated[int, between(0, 1440, unit="minutes (a day)")]


class NativeBlueGreen(Value):
    """New tasks beside the old ones; ECS moves all traffic at once, and back when an alarm fires.

    Args:
        bake_minutes: How long the old tasks stay afterwards, so that going back takes seconds. 15 by default.
        smoke_test: What the new tasks are asked before users reach them. Nothing by default.
    """

    bake_minutes: _BakeMinutes = 15
    smoke_test: SmokeTest | None = None

    @property
    def peak_percent(self) -> int:
        """How many tasks a deployment runs at its peak, in percent of the service's."""
        return 200

    @property
    def shift_minutes(self) -> int:
        """How long the traffic takes to move."""
        return 0

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """CloudFormation waits long enough."""
        return (self._ends_in_time(),)

    def _ends_in_time(self) -> Iterator[Refusal]:
        minutes = self.shift_minutes + self.bake_minutes
        # It gives up after 36 hours and refuses more than 33 beforehand:
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-canaryconfiguration.html
        if minutes > _CLOUDFORMATION:
            yield Refusal(
                at=(),
                problem=f"A deployment would wait {minutes:,} minutes, and CloudFormation waits with it.",
                allowed=f"{_CLOUDFORMATION:,} minutes (33 hours) in all, or CodeDeployBlueGreen(...), with "
                "which no stack waits.",
            )


class NativeLinear(NativeBlueGreen):
    """As NativeBlueGreen, but the same share again and again until all traffic has moved.

    Args:
        percent: The share of each step.
        step_minutes: How long each step is watched.
        bake_minutes: How long the old tasks stay afterwards. 15 by default.
        smoke_test: What the new tasks are asked before users reach them. Nothing by default.
    """

    percent: Annotated[int, between(3, 99, unit="percent; 100 is NativeBlueGreen()")]
    step_minutes: _Minutes

    @property
    def shift_minutes(self) -> int:
        """How long the traffic takes to move; after the last step nothing is waited for."""
        return self.step_minutes * (-(-100 // self.percent) - 1)


class NativeCanary(NativeBlueGreen):
    """As NativeBlueGreen, but a share of the traffic first and the rest after a while.

    Args:
        percent: The first share.
        canary_minutes: How long it is watched before the rest follows.
        bake_minutes: How long the old tasks stay afterwards. 15 by default.
        smoke_test: What the new tasks are asked before users reach them. Nothing by default.
    """

    percent: Annotated[int, between(1, 99, unit="percent; 100 is NativeBlueGreen()")]
    canary_minutes: _Minutes

    @property
    def shift_minutes(self) -> int:
        """How long the traffic takes to move."""
        return self.canary_minutes


Deployment = Annotated[
    Annotated[CodeDeployBlueGreen, Tag("CodeDeployBlueGreen")]
    | Annotated[RollingUpdate, Tag("RollingUpdate")]
    | Annotated[NativeBlueGreen, Tag("NativeBlueGreen")]
    | Annotated[NativeLinear, Tag("NativeLinear")]
    | Annotated[NativeCanary, Tag("NativeCanary")],
    BY_CLASS,
]
"""One field of a service; docs/strategies.md says what it takes to change it."""


def _above_zero(number: float) -> float:
    # "Not above", because nothing compares to nan.
    if not 0 < number < math.inf:
        raise refused("The alarm would always or never fire.", allowed="a number of seconds above zero.")
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
