"""CodeDeploy's deployments of one service: start, stop, continue."""

import re
from typing import Any

from botocore.exceptions import ClientError

from operate.aws import Aws, error_code, explained
from operate.outputs import ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.releasing.app_spec import app_spec, as_revision, read_capacity
from operate.words import command, revision_name

_ACTIVE_ID = re.compile(r"d-[A-Z0-9]{6,}")
ALL_AT_ONCE = "CodeDeployDefault.ECSAllAtOnce"


class AnotherDeploymentError(OperateError):
    """Another deployment of the group came first.

    Args:
        deployment: Its id. None where CodeDeploy does not say.
    """

    def __init__(self, problem: str, *, deployment: str | None, next_step: str) -> None:
        self.deployment = deployment
        super().__init__(
            problem,
            cause="a group runs one deployment at a time; somebody else started it.",
            next_step=next_step,
        )


def create(
    aws: Aws, service: ServiceOutputs, *, revision: str, description: str, at_once: bool = False
) -> str:
    """Start a deployment.

    Args:
        aws: The way to the environment's account.
        service: The service.
        revision: ARN of the task definition.
        description: What CodeDeploy shows beside the deployment.
        at_once: Move all traffic in one step whatever the group says, and whatever alarms say: the way back
            must not be undone by the alarm that is its reason. Off by default.

    Returns:
        The deployment's id.

    Raises:
        AnotherDeploymentError: The group already runs one.
        OperateError: CodeDeploy refused.

    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html
    """
    content = app_spec(service, revision, read_capacity(aws, service))
    urgent: dict[str, Any] = {
        "deploymentConfigName": ALL_AT_ONCE,
        "overrideAlarmConfiguration": {"enabled": False, "alarms": []},
    }
    try:
        with explained(f"start the deployment of {revision_name(revision)}"):
            return aws.client("codedeploy").create_deployment(
                applicationName=service.application,
                deploymentGroupName=service.deployment_group,
                description=description,
                revision=as_revision(content),
                **(urgent if at_once else {}),
            )["deploymentId"]
    except OperateError as error:
        cause = error.__cause__
        if isinstance(cause, ClientError) and error_code(cause) == "DeploymentLimitExceededException":
            found = _ACTIVE_ID.search(str(cause))
            named = f"the deployment {found[0]}" if found else "a deployment"
            raise AnotherDeploymentError(
                f"{service.name} has {named} under way; nothing was started.",
                deployment=found[0] if found else None,
                next_step=f"{command('watch', aws, service)}, or {command('stop', aws, service)}.",
            ) from error
        raise


def stop(aws: Aws, service: ServiceOutputs, deployment: str) -> None:
    """Stop a deployment and have CodeDeploy move traffic back.

    Args:
        aws: The way to the environment's account.
        service: The service.
        deployment: Its id.

    Raises:
        OperateError: It had ended before, or CodeDeploy refused.

    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_StopDeployment.html
    """
    try:
        with explained(f"stop the deployment {deployment}"):
            aws.client("codedeploy").stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
    except OperateError as error:
        raise _too_late(error, deployment, command("status", aws, service)) from error


def proceed(aws: Aws, service: ServiceOutputs, deployment: str, wait: str) -> None:
    """End a wait of a deployment.

    Args:
        aws: The way to the environment's account.
        service: The service.
        deployment: Its id.
        wait: `READY_WAIT` before traffic moves, `TERMINATION_WAIT` before the old tasks end.

    Raises:
        OperateError: It does not wait, or CodeDeploy refused.

    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_ContinueDeployment.html
    """
    try:
        with explained(f"continue the deployment {deployment}"):
            aws.client("codedeploy").continue_deployment(deploymentId=deployment, deploymentWaitType=wait)
    except OperateError as error:
        raise _too_late(error, deployment, command("status", aws, service)) from error


def _too_late(error: OperateError, deployment: str, look: str) -> OperateError:
    code = error_code(error.__cause__) if isinstance(error.__cause__, ClientError) else ""
    said = {
        "DeploymentAlreadyCompletedException": f"The deployment {deployment} has ended in the meantime.",
        "DeploymentIsNotInReadyStateException": f"The deployment {deployment} waits for nobody now.",
        "InvalidDeploymentStatusException": f"The deployment {deployment} waits for nobody now.",
    }.get(code)
    return OperateError(said, next_step=f"{look} says how it is.", code=ExitCode.FAILED) if said else error
