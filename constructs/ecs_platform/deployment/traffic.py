"""How traffic moves from the old tasks to the new ones: values, refused where CodeDeploy would refuse."""

from dataclasses import dataclass

from aws_cdk import aws_codedeploy as codedeploy
from constructs import Construct

from ecs_platform import once
from ecs_platform.problem import ConfigurationError

# https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html
_LONGEST_SHIFT_MINUTES = 2_880


@dataclass(frozen=True, kw_only=True)
class AllAtOnce:
    """All traffic in one step.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
    """

    def configuration(self, scope: Construct) -> codedeploy.IEcsDeploymentConfig:
        """CodeDeploy's own configuration; nothing is created."""
        del scope
        return once.traffic("ALL_AT_ONCE")


@dataclass(frozen=True, kw_only=True)
class Canary:
    """A share of the traffic first, the rest after a while.

    Args:
        percent: The first share, 1 to 99.
        minutes: How long the first share is watched before the rest follows, 1 to 2,880.

    Raises:
        ConfigurationError: A share or time that CodeDeploy does not take.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
    """

    percent: int
    minutes: int

    def __post_init__(self) -> None:
        _refuse_share(self.percent, "Canary")
        _refuse_duration(self.minutes, 1, f"Canary(percent={self.percent}, minutes={self.minutes})", "Canary")

    def configuration(self, scope: Construct) -> codedeploy.IEcsDeploymentConfig:
        """CodeDeploy's own configuration where it has this one, else one made in `scope`."""
        if self == Canary(percent=10, minutes=5):
            return once.traffic("CANARY_10_PERCENT_5_MINUTES")
        if self == Canary(percent=10, minutes=15):
            return once.traffic("CANARY_10_PERCENT_15_MINUTES")
        return codedeploy.EcsDeploymentConfig(
            scope,
            "Configuration",
            traffic_routing=codedeploy.TrafficRouting.time_based_canary(
                percentage=self.percent, interval=once.minutes(self.minutes)
            ),
        )


@dataclass(frozen=True, kw_only=True)
class Linear:
    """The same share again and again until all traffic has moved.

    Args:
        percent: The share of each step, 1 to 99.
        minutes: How long each step is watched, at least 1; all steps together at most 2,880.

    Raises:
        ConfigurationError: A share or time that CodeDeploy does not take.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
    """

    percent: int
    minutes: int

    def __post_init__(self) -> None:
        _refuse_share(self.percent, "Linear")
        waits = -(-100 // self.percent) - 1
        _refuse_duration(
            self.minutes, waits, f"Linear(percent={self.percent}, minutes={self.minutes})", "Linear"
        )

    def configuration(self, scope: Construct) -> codedeploy.IEcsDeploymentConfig:
        """CodeDeploy's own configuration where it has this one, else one made in `scope`."""
        if self == Linear(percent=10, minutes=1):
            return once.traffic("LINEAR_10_PERCENT_EVERY_1_MINUTES")
        if self == Linear(percent=10, minutes=3):
            return once.traffic("LINEAR_10_PERCENT_EVERY_3_MINUTES")
        return codedeploy.EcsDeploymentConfig(
            scope,
            "Configuration",
            traffic_routing=codedeploy.TrafficRouting.time_based_linear(
                percentage=self.percent, interval=once.minutes(self.minutes)
            ),
        )


Traffic = AllAtOnce | Canary | Linear
"""How CodeDeploy moves the users from the old tasks to the new ones."""


def _refuse_share(percent: int, shape: str) -> None:
    if not 1 <= percent <= 99:
        raise ConfigurationError(
            f"{shape} moves {percent} percent of the traffic in a step.",
            allowed="1 to 99 percent; for 100 use AllAtOnce().",
            where=f"{shape}(percent=...).",
        )


def _refuse_duration(minutes: int, waits: int, value: str, shape: str) -> None:
    if minutes < 1 or minutes * waits > _LONGEST_SHIFT_MINUTES:
        raise ConfigurationError(
            f"{value} takes {minutes * waits} minutes to move the traffic.",
            allowed=f"steps of at least 1 minute, all together at most {_LONGEST_SHIFT_MINUTES} (two days).",
            where=f"{shape}(minutes=...).",
        )
