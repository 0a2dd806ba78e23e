"""The rolling update as a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_

from ecs_platform.deployment.controller import ControllerSettings, by_ecs
from ecs_platform.problem import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class RollingUpdate:
    """ECS replaces old tasks by new ones a few at a time; both versions serve users meanwhile.

    Nothing moves traffic: every task stands behind both target groups, see
    docs/decisions/rolling-behind-both-groups.md. CloudFormation starts the deployment and waits for its end.

    Args:
        min_healthy_percent: How much of the desired number of tasks stays healthy throughout, 0 to 100. 100
            by default.
        max_percent: How much of it may run at once, 100 to 200. 200 by default: a new task for each old one.
        circuit_breaker: Whether tasks that fail to start end the deployment, and roll it back. On by default;
            off, ECS tries for hours.
        roll_back_on_alarm: Whether an alarm of the service ends a deployment and rolls it back. On by
            default; off, the alarms exist but no deployment watches them.
        hooks: Refused, whatever they are: a rolling update has no stages.

    Raises:
        ConfigurationError: Percentages with which no task could ever be replaced, or a hook.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
    """

    min_healthy_percent: int = 100
    max_percent: int = 200
    circuit_breaker: bool = True
    roll_back_on_alarm: bool = True
    hooks: Mapping[str, lambda_.IFunction] = field(default_factory=dict[str, lambda_.IFunction])

    def __post_init__(self) -> None:
        for name, lowest, highest in (("min_healthy_percent", 0, 100), ("max_percent", 100, 200)):
            value: int = getattr(self, name)
            if not lowest <= value <= highest:
                raise ConfigurationError(
                    f"The {name} of a rolling update is {value}.",
                    allowed=f"{lowest} to {highest}.",
                    where=f"RollingUpdate({name}=...).",
                )
        self.check_movable(tasks=100)
        if self.hooks:
            raise ConfigurationError(
                f"A rolling update has no stage {', '.join(self.hooks)}.",
                allowed="no hooks; NativeBlueGreen(hooks=...) has stages, and moves traffic between them.",
                where="RollingUpdate(hooks=...).",
            )

    def fewest_tasks(self, desired: int) -> int:
        """How many tasks stay healthy throughout a deployment; ECS rounds up.

        Args:
            desired: The desired number of tasks.
        """
        return -(-desired * self.min_healthy_percent // 100)

    def most_tasks(self, desired: int) -> int:
        """How many tasks, old and new, starting and running, there may be at once; ECS rounds down.

        Args:
            desired: The desired number of tasks.
        """
        return desired * self.max_percent // 100

    def check_movable(self, *, tasks: int) -> None:
        """Refuse percentages with which a service of so many tasks cannot replace even one.

        Because of the rounding a small service can be stuck where a large one is not; docs/services.md has a
        table.

        Args:
            tasks: The fewest tasks that the service runs, from 1.

        Raises:
            ConfigurationError: No task may start before one stops, and none may stop before one starts.
        """
        may_start = self.most_tasks(tasks) - tasks
        may_stop = tasks - self.fewest_tasks(tasks)
        if not may_start and not may_stop:
            raise ConfigurationError(
                f"At {tasks} running, min_healthy_percent={self.min_healthy_percent} lets no task stop and "
                f"max_percent={self.max_percent} lets none start: no deployment would ever end.",
                allowed=f"a max_percent of {-(-(tasks + 1) * 100 // tasks)} or more, or a lower "
                "min_healthy_percent.",
                where="RollingUpdate(min_healthy_percent=..., max_percent=...).",
            )

    def settings(self, alarms: Sequence[cloudwatch.CfnAlarm]) -> ControllerSettings:
        """What the service is told."""
        settings = by_ecs(
            circuit_breaker=self.circuit_breaker, roll_back_on_alarm=self.roll_back_on_alarm, alarms=alarms
        )
        # Said, because after another strategy a template that says nothing may leave that one in place.
        settings["deployment_strategy"] = ecs.DeploymentStrategy.ROLLING
        settings["min_healthy_percent"] = self.min_healthy_percent
        settings["max_healthy_percent"] = self.max_percent
        return settings
