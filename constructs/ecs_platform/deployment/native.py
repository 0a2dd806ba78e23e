"""The strategies with which ECS itself moves traffic, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_

from ecs_platform import once
from ecs_platform.deployment.controller import ControllerSettings, by_ecs
from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from ecs_platform.deployment.stages import NativeStage, check_hooks
from ecs_platform.problem import ConfigurationError

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
_DAY = 1_440
# CloudFormation ends an update after 36 hours, and refuses a deployment whose waits alone exceed 33.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ecs-service-canaryconfiguration.html
_CLOUDFORMATION = 33 * 60


@dataclass(frozen=True, kw_only=True)
class _Native:
    bake_minutes: int = 15
    roll_back_on_alarm: bool = True
    hooks: Mapping[str, lambda_.IFunction] = field(default_factory=dict[str, lambda_.IFunction])
    smoke_test: SmokeTest | None = None

    def __post_init__(self) -> None:
        self._refuse_minutes("bake_minutes", lowest=0)
        self._refuse_share()
        waits = self._shift_minutes() + self.bake_minutes
        if waits > _CLOUDFORMATION:
            raise ConfigurationError(
                f"A deployment by {self} waits {waits} minutes.",
                allowed=f"up to {_CLOUDFORMATION} minutes (33 hours): CloudFormation starts the deployment "
                "and gives up after 36. With CodeDeployBlueGreen(...) no stack waits.",
                where=f"{type(self).__name__}(...).",
            )
        check_hooks(self.hooks, stages=NativeStage, strategy=type(self).__name__)

    def __str__(self) -> str:
        shown = {name: value for name, value in vars(self).items() if name.endswith(("minutes", "percent"))}
        return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value in shown.items())})"

    def settings(self, alarms: Sequence[cloudwatch.CfnAlarm]) -> ControllerSettings:
        """What the service is told."""
        # The API reference keeps the circuit breaker for rolling updates; the page on failure detection and
        # AWS's own template of this migration have it with blue/green. Without it a task that never starts
        # would hold the stack until a stage times out, after a day.
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-failure-detection.html
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/migrate-codedeploy-to-ecs-bluegreen-cloudformation-template.html
        settings = by_ecs(circuit_breaker=True, roll_back_on_alarm=self.roll_back_on_alarm, alarms=alarms)
        settings["bake_time"] = once.minutes(self.bake_minutes)
        settings["min_healthy_percent"] = 100
        settings["max_healthy_percent"] = 200
        return settings

    def _shift_minutes(self) -> int:
        return 0

    def _refuse_share(self) -> None:
        pass

    def _refuse_minutes(self, name: str, *, lowest: int) -> None:
        minutes: int = getattr(self, name)
        if not lowest <= minutes <= _DAY:
            raise ConfigurationError(
                f"The {name} of {type(self).__name__} are {minutes}.",
                allowed=f"{lowest:,} to {_DAY:,} minutes (a day).",
                where=f"{type(self).__name__}({name}=...).",
            )

    def _refuse_percent(self, percent: int, *, lowest: int) -> None:
        if not lowest <= percent <= 99:
            raise ConfigurationError(
                f"{type(self).__name__} moves {percent} percent of the traffic in a step.",
                allowed=f"{lowest} to 99 percent; for 100 use NativeBlueGreen().",
                where=f"{type(self).__name__}(percent=...).",
            )


@dataclass(frozen=True, kw_only=True)
class NativeBlueGreen(_Native):
    """New tasks beside the old ones; ECS moves all traffic at once, and back when something is wrong.

    CloudFormation starts the deployment when the task definition changes, and waits until it has ended.

    Args:
        bake_minutes: How long the old tasks stay after all traffic has moved, so that going back takes
            seconds: 0 to 1,440. 15 by default.
        roll_back_on_alarm: Whether an alarm of the service ends a deployment and moves traffic back. On by
            default; off, the alarms exist but no deployment watches them.
        hooks: Functions that ECS asks whether to go on, by `NativeStage`; each answers with a `hookStatus`,
            see docs/hooks.md. None by default.
        smoke_test: What the new tasks are asked once the test rule leads to them. Nothing by default.

    Raises:
        ConfigurationError: A time that ECS or CloudFormation does not take, or a hook at another stage.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-blue-green.html
    """

    def settings(self, alarms: Sequence[cloudwatch.CfnAlarm]) -> ControllerSettings:
        """What the service is told."""
        settings = super().settings(alarms)
        settings["deployment_strategy"] = ecs.DeploymentStrategy.BLUE_GREEN
        return settings


@dataclass(frozen=True, kw_only=True)
class NativeLinear(_Native):
    """New tasks beside the old ones; ECS moves the same share again and again until all traffic has moved.

    Args:
        percent: The share of each step, 3 to 99.
        step_minutes: How long each step is watched, 1 to 1,440; with the bake time at most 33 hours in all.
        bake_minutes: As for `NativeBlueGreen`.
        roll_back_on_alarm: As for `NativeBlueGreen`.
        hooks: As for `NativeBlueGreen`.
        smoke_test: As for `NativeBlueGreen`.

    Raises:
        ConfigurationError: A share or time that ECS or CloudFormation does not take, or a hook at another
            stage.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-linear.html
    """

    percent: int
    step_minutes: int

    def settings(self, alarms: Sequence[cloudwatch.CfnAlarm]) -> ControllerSettings:
        """What the service is told."""
        settings = super().settings(alarms)
        settings["deployment_strategy"] = ecs.DeploymentStrategy.LINEAR
        settings["linear_configuration"] = ecs.TrafficShiftConfig(
            step_percent=self.percent, step_bake_time=once.minutes(self.step_minutes)
        )
        return settings

    def _shift_minutes(self) -> int:
        # After the last step nothing is waited for but the bake time.
        return self.step_minutes * (-(-100 // self.percent) - 1)

    def _refuse_share(self) -> None:
        self._refuse_percent(self.percent, lowest=3)
        self._refuse_minutes("step_minutes", lowest=1)


@dataclass(frozen=True, kw_only=True)
class NativeCanary(_Native):
    """New tasks beside the old ones; ECS moves a share of the traffic first, the rest after a while.

    Args:
        percent: The first share, 1 to 99.
        canary_minutes: How long it is watched before the rest follows, 1 to 1,440; with the bake time at most
            33 hours.
        bake_minutes: As for `NativeBlueGreen`.
        roll_back_on_alarm: As for `NativeBlueGreen`.
        hooks: As for `NativeBlueGreen`.
        smoke_test: As for `NativeBlueGreen`.

    Raises:
        ConfigurationError: A share or time that ECS or CloudFormation does not take, or a hook at another
            stage.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment.html
    """

    percent: int
    canary_minutes: int

    def settings(self, alarms: Sequence[cloudwatch.CfnAlarm]) -> ControllerSettings:
        """What the service is told."""
        settings = super().settings(alarms)
        settings["deployment_strategy"] = ecs.DeploymentStrategy.CANARY
        settings["canary_configuration"] = ecs.TrafficShiftConfig(
            step_percent=self.percent, step_bake_time=once.minutes(self.canary_minutes)
        )
        return settings

    def _shift_minutes(self) -> int:
        return self.canary_minutes

    def _refuse_share(self) -> None:
        self._refuse_percent(self.percent, lowest=1)
        self._refuse_minutes("canary_minutes", lowest=1)


Native = NativeBlueGreen | NativeLinear | NativeCanary
"""A strategy that ECS itself carries out with a pair of target groups."""
