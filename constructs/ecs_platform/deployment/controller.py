"""What a strategy says to the ECS service itself."""

from collections.abc import Sequence
from typing import TypedDict

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs


class ControllerSettings(TypedDict, total=False):
    """The arguments of `ecs.FargateService` that are the strategy's."""

    deployment_controller: ecs.DeploymentController
    deployment_strategy: ecs.DeploymentStrategy
    bake_time: Duration
    canary_configuration: ecs.TrafficShiftConfig
    linear_configuration: ecs.TrafficShiftConfig
    circuit_breaker: ecs.DeploymentCircuitBreaker
    deployment_alarms: ecs.DeploymentAlarmConfig
    min_healthy_percent: int
    max_healthy_percent: int


def by_ecs(
    *, circuit_breaker: bool, roll_back_on_alarm: bool, alarms: Sequence[cloudwatch.CfnAlarm]
) -> ControllerSettings:
    """What the strategies have in common that ECS itself carries out.

    Args:
        circuit_breaker: Whether tasks that do not start end a deployment, and roll it back.
        roll_back_on_alarm: Whether an alarm does.
        alarms: The alarms, one full list: a second one would be dropped without a word, see
            https://github.com/aws/aws-cdk/issues/36308
    """
    settings = ControllerSettings(
        # Said, not left to a default: whoever reads a change set sees which controller it was and will be.
        deployment_controller=ecs.DeploymentController(type=ecs.DeploymentControllerType.ECS),
        circuit_breaker=ecs.DeploymentCircuitBreaker(enable=circuit_breaker, rollback=circuit_breaker),
    )
    # ECS takes no empty list: a worker may have no alarm at all.
    if roll_back_on_alarm and alarms:
        settings["deployment_alarms"] = ecs.DeploymentAlarmConfig(
            alarm_names=[alarm.ref for alarm in alarms],
            behavior=ecs.AlarmBehavior.ROLLBACK_ON_ALARM,
        )
    return settings
