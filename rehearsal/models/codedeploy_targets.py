"""CodeDeploy's actions on the one target of an ECS deployment: its lifecycle events and task sets."""

from typing import Any

from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult

from rehearsal.models.codedeploy_life import Life
from rehearsal.models.codedeploy_refusal import RefusalError
from rehearsal.models.codedeploy_running import find


def install() -> None:
    """Give moto's CodeDeploy the actions below."""
    for action in (_list_deployment_targets, _get_deployment_target, _batch_get_deployment_targets):
        setattr(CodeDeployResponse, action.__name__.removeprefix("_"), action)


def _target(life: Life) -> dict[str, Any]:
    if life.record.status == "Created":
        raise RefusalError("DeploymentNotStartedException", "The deployment has not started.")
    events = [{"lifecycleEventName": name, **event} for name, event in life.events.items()]
    stamps = [event[key] for event in events for key in ("startTime", "endTime") if key in event]
    status = life.record.status
    target = {
        "deploymentId": life.record.deployment_id,
        "targetId": life.swap.target_id,
        "targetArn": life.swap.service.arn,
        "lastUpdatedAt": max(stamps, default=life.record.create_time),
        "lifecycleEvents": events,
        "status": "Failed" if status == "Stopped" else status,
        "taskSetsInfo": life.swap.task_sets(),
    }
    return {"deploymentTargetType": "ECSTarget", "ecsTarget": target}


def _list_deployment_targets(self: CodeDeployResponse) -> ActionResult:
    return ActionResult({"targetIds": [_target(find(self))["ecsTarget"]["targetId"]]})


def _get_deployment_target(self: CodeDeployResponse) -> ActionResult:
    return ActionResult({"deploymentTarget": _named(find(self), self._get_param("targetId"))})


def _batch_get_deployment_targets(self: CodeDeployResponse) -> ActionResult:
    life = find(self)
    return ActionResult({"deploymentTargets": [_named(life, name) for name in self._get_param("targetIds")]})


def _named(life: Life, target_id: str) -> dict[str, Any]:
    target = _target(life)
    if target["ecsTarget"]["targetId"] != target_id:
        raise RefusalError(
            "DeploymentTargetDoesNotExistException", f"The deployment target {target_id} does not exist."
        )
    return target
