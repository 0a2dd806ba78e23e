"""The CodeDeploy strategy as a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_

from ecs_platform.deployment.controller import ControllerSettings
from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from ecs_platform.deployment.stages import CodeDeployStage, check_hooks
from ecs_platform.deployment.traffic import AllAtOnce, Traffic
from ecs_platform.problem import ConfigurationError

_TWO_DAYS = 2_880
SMOKE_TEST_STAGE = CodeDeployStage.AFTER_ALLOW_TEST_TRAFFIC
"""Where the smoke test runs: the new tasks are up, and no user has met them."""


@dataclass(frozen=True, kw_only=True)
class CodeDeployBlueGreen:
    """New tasks beside the old ones; CodeDeploy moves the traffic, and back when something is wrong.

    Args:
        traffic: How traffic moves. All at once by default.
        termination_wait_minutes: How long the old tasks stay after all traffic has moved, so that going back
            takes seconds: 0 to 2,880. 60 by default.
        approval_wait_minutes: How long a deployment whose new tasks answer on the test listener waits for
            somebody to approve it, 1 to 2,880; nobody in time, and it goes back. None by default: nothing is
            waited for.
        roll_back_on_failure: Whether a failed deployment moves traffic back. On by default.
        roll_back_on_stop: Whether a stopped deployment moves traffic back. On by default.
        roll_back_on_alarm: Whether an alarm of the service stops a deployment and moves traffic back. On by
            default; off, the alarms exist but no deployment watches them.
        hooks: Functions that CodeDeploy asks whether to go on, by `CodeDeployStage`; each reports with
            PutLifecycleEventHookExecutionStatus, see docs/hooks.md. None by default.
        smoke_test: What the new tasks are asked once the test listener leads to them. Nothing by default.

    Raises:
        ConfigurationError: A wait that CodeDeploy does not take, a hook at another stage, or two functions
            at one.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-bluegreen.html
    """

    traffic: Traffic = field(default_factory=AllAtOnce)
    termination_wait_minutes: int = 60
    approval_wait_minutes: int | None = None
    roll_back_on_failure: bool = True
    roll_back_on_stop: bool = True
    roll_back_on_alarm: bool = True
    hooks: Mapping[str, lambda_.IFunction] = field(default_factory=dict[str, lambda_.IFunction])
    smoke_test: SmokeTest | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.termination_wait_minutes <= _TWO_DAYS:
            raise ConfigurationError(
                f"The old tasks would wait {self.termination_wait_minutes} minutes before they end.",
                allowed="0 to 2,880 minutes (two days).",
                where="CodeDeployBlueGreen(termination_wait_minutes=...).",
            )
        if self.approval_wait_minutes is not None and not 1 <= self.approval_wait_minutes <= _TWO_DAYS:
            raise ConfigurationError(
                f"A deployment would wait {self.approval_wait_minutes} minutes for its approval.",
                allowed="1 to 2,880 minutes (two days), or None for no approval.",
                where="CodeDeployBlueGreen(approval_wait_minutes=...).",
            )
        check_hooks(self.hooks, stages=CodeDeployStage, strategy="CodeDeployBlueGreen")
        if self.smoke_test and SMOKE_TEST_STAGE in self.hooks:
            raise ConfigurationError(
                f"CodeDeploy calls one function at a stage, and the smoke test runs at {SMOKE_TEST_STAGE}.",
                allowed=f"your function at {CodeDeployStage.BEFORE_ALLOW_TRAFFIC}, or no smoke test.",
                where="CodeDeployBlueGreen(hooks=..., smoke_test=...).",
            )

    def settings(self, alarms: Sequence[cloudwatch.CfnAlarm]) -> ControllerSettings:
        """What the service is told: little, the rest is the deployment group's."""
        del alarms
        return ControllerSettings(
            deployment_controller=ecs.DeploymentController(type=ecs.DeploymentControllerType.CODE_DEPLOY),
            # Not used on Fargate, but returned by DescribeServices.
            min_healthy_percent=100,
            max_healthy_percent=200,
        )
