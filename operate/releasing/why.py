"""Why a deployment failed, in lines for a person."""

from collections.abc import Sequence

from operate.aws import Aws
from operate.outputs import ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.reading.stopped import stopped_tasks
from operate.releasing.moment import Moment, Phase
from operate.words import command, revision_name

# CodeDeploy's codes, and what is mostly behind each.
# https://docs.aws.amazon.com/codedeploy/latest/userguide/error-codes.html
_CAUSES = {
    "ALARM_ACTIVE": "an alarm of the service fired while the new tasks took traffic; {status} shows which.",
    "ECS_UPDATE_ERROR": "the task set and the listener rule disagree, or CodeDeploy lacks a right; "
    "`make doctor ENV={environment}` tells, and repairs the former.",
    "HEALTH_CONSTRAINTS": "the new tasks did not become healthy.",
    "HOOK_EXECUTION_FAILURE": "a hook answered Failed, or not at all; its log group says why.",
    "IAM_ROLE_MISSING": "the role of the deployment group was deleted; `make deploy` makes it anew.",
    "IAM_ROLE_PERMISSIONS": "the role of the deployment group lacks a right; `make deploy` writes it anew.",
    "MANUAL_STOP": "somebody stopped it.",
    "THROTTLED": "too many calls in this account at once; release again in a few minutes.",
    "TIMEOUT": "the new tasks did not become healthy, or nobody approved, in time.",
}


def explain(
    aws: Aws, service: ServiceOutputs, moment: Moment, revision: str | None
) -> tuple[OperateError, Sequence[str]]:
    """The reason of a failure, and what the stopped tasks say.

    Args:
        aws: The way to the environment's account.
        service: The service.
        moment: The deployment after its end.
        revision: ARN of the revision it was to bring. None where that is not known.
    """
    lines = [
        f"{stage.name} failed{f': {stage.message}' if stage.message else '.'}"
        for stage in moment.stages
        if stage.status == "Failed"
    ]
    cause = _cause(aws, service, moment)
    if revision is not None:
        try:
            stopped = stopped_tasks(aws, service, revision)
        except OperateError as error:
            lines.append(f"The stopped tasks cannot be read: {error.problem}")
            stopped = ()
        for task in stopped:
            lines.extend(task.told())
        cause = next((each.cause for each in stopped if each.cause), None) or cause
    word = "was stopped" if moment.phase is Phase.STOPPED else "failed"
    return (
        OperateError(
            f"The release of {revision_name(revision)} {word}: {moment.error or moment.status}",
            cause=cause,
            next_step=f"{command('status', aws, service)} shows what is live now.",
            code=ExitCode.FAILED,
        ),
        lines,
    )


def _cause(aws: Aws, service: ServiceOutputs, moment: Moment) -> str | None:
    code = (moment.error or "").partition(":")[0]
    found = _CAUSES.get(code)
    return (
        found.format(status=command("status", aws, service), environment=aws.environment.name)
        if found
        else None
    )
