"""CodeDeploy's actions on deployments, in front of the life that they lead.

https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_Operations.html
"""

import random
import string
import threading
from typing import Any

import moto.codedeploy.responses as moto_responses
from moto.codedeploy.models import CodeDeployBackend, DeploymentInfo
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult, EmptyResult

from rehearsal.models import codedeploy_api, codedeploy_revisions, codedeploy_targets
from rehearsal.models.appspec import AppSpecError, parse
from rehearsal.models.codedeploy_life import Life
from rehearsal.models.codedeploy_refusal import RefusalError
from rehearsal.models.codedeploy_revisions import without_content
from rehearsal.models.codedeploy_running import find, life_of, tick
from rehearsal.models.codedeploy_stages import BACK, FORWARD, Until
from rehearsal.models.swap import Swap, SwapError

_creating = threading.Lock()
_ID_LENGTH = 9


def install() -> None:
    """Give moto's CodeDeploy the actions below."""
    for action in (
        _create_deployment,
        _get_deployment,
        _batch_get_deployments,
        _list_deployments,
        _stop_deployment,
        _continue_deployment,
        _put_lifecycle_event_hook_execution_status,
    ):
        setattr(CodeDeployResponse, action.__name__.removeprefix("_"), action)
    moto_responses._deployment_info = _deployment_info
    codedeploy_revisions.install()
    codedeploy_targets.install()


def _create_deployment(self: CodeDeployResponse) -> ActionResult:
    tick()
    backend = self.codedeploy_backend
    asked = self._get_params()
    group = backend.get_deployment_group(asked["applicationName"], asked.get("deploymentGroupName", ""))
    config = asked.get("deploymentConfigName") or str(group.deployment_config_name)
    traffic = codedeploy_api.find(backend, config)["trafficRoutingConfig"]
    revision = asked.get("revision")
    if not revision:
        raise RefusalError("RevisionRequiredException", "Revision is required")
    if revision.get("revisionType") != "AppSpecContent":
        raise RefusalError(
            "InvalidRevisionException", "For ECS deployment group, revisionType can only be AppSpecContent"
        )
    try:
        spec = parse(revision["appSpecContent"]["content"])
        swap = Swap(backend, group)
    except AppSpecError as error:
        raise RefusalError("InvalidRevisionException", f"The AppSpec is not valid: {error}") from error
    except SwapError as error:
        raise RefusalError("InvalidECSServiceException", str(error)) from error
    with _creating:
        for other in backend.deployments.values():
            if other.deployment_group is group and not life_of(other).over:
                raise RefusalError(
                    "DeploymentLimitExceededException",
                    f"The Deployment Group '{group.deployment_group_name}' already has an active Deployment "
                    f"'{other.deployment_id}'",
                )
        record = _record(backend, group, revision=revision, config=config, creator="user")
        record.description = asked.get("description")
        record.auto_rollback_configuration = asked.get("autoRollbackConfiguration")
        record.override_alarm_configuration = asked.get("overrideAlarmConfiguration")
        record.life = Life(
            backend, record, swap, stages=FORWARD, spec=spec, traffic=traffic, roll_back=_roll_back
        )
        backend.deployments[record.deployment_id] = record
    return ActionResult({"deploymentId": record.deployment_id})


def _record(backend: CodeDeployBackend, group: Any, *, revision: Any, config: str, creator: str) -> Any:
    record: Any = DeploymentInfo(
        group.application, group, revision, config, None, None, None, None, None, None, None, creator
    )
    characters = random.choices(string.ascii_uppercase + string.digits, k=_ID_LENGTH)  # noqa: S311 - a name
    record.deployment_id = f"d-{''.join(characters)}"
    last = last_of(backend, group, "Succeeded")
    record.previous = last.revision if last else {}
    return record


def _roll_back(failed: Life, why: str, since: float) -> str:
    """The deployment that undoes another one: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html."""
    record: Any = failed.record
    backend = failed.backend
    group = record.deployment_group
    config = str(record.deployment_config_name)
    back = _record(backend, group, revision=record.previous, config=config, creator="codeDeployRollback")
    life = back.life = Life(backend, back, failed.swap, stages=BACK, since=since)
    life.rollback = {"rollbackTriggeringDeploymentId": record.deployment_id, "rollbackMessage": why}
    backend.deployments[back.deployment_id] = back
    return back.deployment_id


def last_of(backend: CodeDeployBackend, group: Any, status: str = "") -> Any:
    """The last deployment of a group, of a status where one is given; None where there is none."""
    mine = [record for record in backend.deployments.values() if record.deployment_group is group]
    return next((record for record in reversed(mine) if status in {"", record.status}), None)


_moto_info = moto_responses._deployment_info


def _deployment_info(record: Any) -> dict[str, Any]:
    life = life_of(record)
    counted = {"Succeeded": "Succeeded", "Failed": "Failed", "Stopped": "Failed", "Ready": "Ready"}
    overview: dict[str, int] = dict.fromkeys(
        ("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready"), 0
    )
    overview[counted.get(record.status, "Pending" if record.status == "Created" else "InProgress")] = 1
    return {
        **_moto_info(record),
        "revision": without_content(record.revision),
        "previousRevision": without_content(record.previous),
        "errorInformation": life.error or None,
        "rollbackInfo": life.rollback or None,
        "deploymentOverview": overview,
    }


def _get_deployment(self: CodeDeployResponse) -> ActionResult:
    return ActionResult({"deploymentInfo": _deployment_info(find(self).record)})


def _batch_get_deployments(self: CodeDeployResponse) -> ActionResult:
    tick()
    found = self.codedeploy_backend.batch_get_deployments(self._get_param("deploymentIds"))
    return ActionResult({"deploymentsInfo": [_deployment_info(record) for record in found]})


def _list_deployments(self: CodeDeployResponse) -> ActionResult:
    tick()
    backend = self.codedeploy_backend
    application = self._get_param("applicationName")
    group = self._get_param("deploymentGroupName")
    if application and group:
        backend.get_deployment_group(application, group)
    statuses = self._get_param("includeOnlyStatuses") or []
    # Newest first.
    found = [
        record.deployment_id
        for record in reversed(backend.deployments.values())
        if application in {None, record.application_name}
        and group in {None, record.deployment_group_name}
        and (not statuses or record.status in statuses)
    ]
    return ActionResult({"deployments": found})


def _ahead(self: CodeDeployResponse) -> Life:
    life = find(self)
    if life.over:
        name = life.record.deployment_id
        raise RefusalError(
            "DeploymentAlreadyCompletedException", f"The deployment {name} is already complete."
        )
    return life


def _stop_deployment(self: CodeDeployResponse) -> ActionResult:
    _ahead(self).stop(roll_back=self._get_param("autoRollbackEnabled"))
    tick()
    message = "No more commands will be scheduled for execution in the deployment instances"
    return ActionResult({"status": "Succeeded", "statusMessage": message})


def _continue_deployment(self: CodeDeployResponse) -> EmptyResult:
    life = _ahead(self)
    wait = self._get_param("deploymentWaitType") or "READY_WAIT"
    waits = {"READY_WAIT": Until.APPROVAL, "TERMINATION_WAIT": Until.TERMINATION}
    if wait not in waits:
        raise RefusalError("InvalidDeploymentWaitTypeException", f"The wait type {wait} is invalid.")
    if not life.waits_for(waits[wait]):
        name = life.record.deployment_id
        if wait == "READY_WAIT":
            raise RefusalError(
                "DeploymentIsNotInReadyStateException", f"The deployment {name} is not in a ready state."
            )
        raise RefusalError(
            "InvalidDeploymentStatusException", f"The deployment {name} does not wait for {wait}."
        )
    life.release()
    tick()
    return EmptyResult()


def _put_lifecycle_event_hook_execution_status(self: CodeDeployResponse) -> ActionResult:
    life = find(self)
    status = self._get_param("status")
    execution = self._get_param("lifecycleEventHookExecutionId")
    if status not in {"Succeeded", "Failed"}:
        raise RefusalError(
            "InvalidLifecycleEventHookExecutionStatusException", f"The status {status} is invalid."
        )
    if execution != life.execution_id:
        raise RefusalError(
            "InvalidLifecycleEventHookExecutionIdException", f"No hook waits under the id {execution}."
        )
    if not life.asks:
        raise RefusalError("LifecycleEventAlreadyCompletedException", "The hook has been answered.")
    life.take_answer(status)
    tick()
    return ActionResult({"lifecycleEventHookExecutionId": execution})
