"""A deployment that ECS itself runs, to look at."""

from collections.abc import Mapping, Sequence
from typing import Any

from operate.aws import Aws, explained
from operate.problem import ExitCode, OperateError
from operate.releasing.moment import Moment, Phase, Side, Stage

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html
_ENDED = {
    "SUCCESSFUL": Phase.SUCCEEDED,
    "STOPPED": Phase.STOPPED,
    "ROLLBACK_SUCCESSFUL": Phase.FAILED,
    "ROLLBACK_FAILED": Phase.FAILED,
}


class EcsDeployment:
    """A service deployment to look at again and again.

    Args:
        aws: The way to the environment's account.
        arn: Its ARN.
    """

    def __init__(self, aws: Aws, arn: str) -> None:
        self._aws, self._arn = aws, arn

    def __call__(self) -> Moment:
        """How it is now.

        Raises:
            OperateError: AWS refused to answer.
        """
        with explained("read the deployment"):
            found: list[dict[str, Any]] = self._aws.client("ecs").describe_service_deployments(
                serviceDeploymentArns=[self._arn]
            )["serviceDeployments"]
        if not found:
            raise OperateError(
                f"ECS does not know the deployment {self._arn} any more.", code=ExitCode.FAILED
            )
        deployment = found[0]
        status: str = deployment["status"]
        stage = deployment.get("lifecycleStage")
        phase = _ENDED.get(status, Phase.UNDER_WAY)
        if phase is Phase.UNDER_WAY and stage == "BAKE_TIME" and not status.startswith("ROLLBACK"):
            phase = Phase.OLD_TASKS_WAIT
        return Moment(
            deployment=self._arn,
            status=status,
            phase=phase,
            stages=[Stage(name=stage, status="InProgress")] if stage else [],
            old=_side("old", deployment.get("sourceServiceRevisions") or []),
            new=_side("new", [deployment["targetServiceRevision"]]),
            error=_error(deployment, phase),
            rollback=status.startswith("ROLLBACK"),
        )


def _side(label: str, revisions: Sequence[Mapping[str, Any]]) -> Side | None:
    if not revisions:
        return None
    # A rolling update has no weights: users meet whichever tasks are healthy.
    weights = [each["requestedProductionTrafficWeight"] for each in revisions if _has_weight(each)]
    return Side(
        label=label,
        percent=sum(weights) if weights else None,
        desired=sum(each.get("requestedTaskCount", 0) for each in revisions),
        running=sum(each.get("runningTaskCount", 0) for each in revisions),
    )


def _has_weight(revision: Mapping[str, Any]) -> bool:
    return revision.get("requestedProductionTrafficWeight") is not None


def _error(deployment: Mapping[str, Any], phase: Phase) -> str | None:
    if phase not in {Phase.FAILED, Phase.STOPPED}:
        return None
    alarms = (deployment.get("alarms") or {}).get("triggeredAlarmNames") or []
    said = [
        (deployment.get("rollback") or {}).get("reason") or deployment.get("statusReason") or "",
        f"alarms: {', '.join(alarms)}" if alarms else "",
    ]
    return "; ".join(filter(None, said)) or None
