"""The deployments of a service, by CodeDeploy or by ECS itself: the last five, and the one under way."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operate.aws import Aws, explained
from operate.outputs import ServiceOutputs

SHOWN = 5

# https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html
CODE_DEPLOY_UNDER_WAY = ("Created", "Queued", "InProgress", "Baking", "Ready")
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html
ECS_UNDER_WAY = ("PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")

# An AppSpec is JSON or YAML, and holds one such line: `TaskDefinition: arn:...:7`.
_TASK_DEFINITION = re.compile(r"""["']?TaskDefinition["']?\s*:\s*["']?([^\s"',}]+)""")


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One deployment of a service.

    Args:
        id: CodeDeploy's id, or the ARN of the ECS service deployment.
        status: In the words of who runs it.
        creator: Who started it: `user`, `codeDeployRollback` and so on.
        created: When.
        configuration: How traffic moves.
        revision: ARN of the task definition it brings. None where AWS does not say any more.
        error: Why it failed. None where it did not.
        rolled_back_by: Id of the deployment that undid it; with ECS, the service revision it went back to.
        old_tasks_wait: Whether all traffic has moved and the old tasks wait for their end.
    """

    id: str
    status: str
    creator: str
    created: datetime
    configuration: str
    revision: str | None
    error: str | None
    rolled_back_by: str | None
    old_tasks_wait: bool = False


@dataclass(frozen=True, kw_only=True)
class History:
    """The last deployments.

    Args:
        under_way: The one that has not ended. None where all have.
        last: Newest first.
    """

    under_way: Deployment | None
    last: Sequence[Deployment]


def by_code_deploy(aws: Aws, service: ServiceOutputs) -> History:
    """CodeDeploy's deployments of a service.

    Args:
        aws: The way to AWS.
        service: The service.

    Raises:
        OperateError: AWS refused to answer.
    """
    client = aws.client("codedeploy")
    group = {"applicationName": service.application, "deploymentGroupName": service.deployment_group}
    with explained("list the deployments"):
        # Asked for by status, because the order of a list is nowhere promised.
        active = client.list_deployments(**group, includeOnlyStatuses=list(CODE_DEPLOY_UNDER_WAY))
        # Ids alone: what to show is sorted by time below. 25 are what one batch takes.
        recent = client.list_deployments(**group)
        ids = list(dict.fromkeys([*active["deployments"], *recent["deployments"]]))[:25]
        infos: list[dict[str, Any]] = (
            client.batch_get_deployments(deploymentIds=ids)["deploymentsInfo"] if ids else []
        )
    infos.sort(key=lambda info: info["createTime"], reverse=True)
    under_way = [info for info in infos if info["status"] in CODE_DEPLOY_UNDER_WAY]
    wanted = [*under_way[:1], *infos[:SHOWN]]
    contents = _app_specs(aws, service, wanted)
    deployments = {info["deploymentId"]: _from_code_deploy(info, contents) for info in wanted}
    return History(
        under_way=deployments[under_way[0]["deploymentId"]] if under_way else None,
        last=tuple(deployments[info["deploymentId"]] for info in infos[:SHOWN]),
    )


def by_ecs(aws: Aws, service: ServiceOutputs) -> History:
    """The deployments that ECS itself ran.

    Args:
        aws: The way to AWS.
        service: The service.

    Raises:
        OperateError: AWS refused to answer.
    """
    client = aws.client("ecs")
    with explained("list the service deployments"):
        briefs: list[dict[str, Any]] = client.list_service_deployments(
            cluster=service.cluster, service=service.service, maxResults=100
        )["serviceDeployments"]
        briefs.sort(key=lambda brief: brief["createdAt"], reverse=True)
        arns = [brief["serviceDeploymentArn"] for brief in briefs[:SHOWN]]
        if not arns:
            return History(under_way=None, last=())
        found: list[dict[str, Any]] = client.describe_service_deployments(serviceDeploymentArns=arns)[
            "serviceDeployments"
        ]
        targets = sorted({each["targetServiceRevision"]["arn"] for each in found})
        revisions: list[dict[str, Any]] = client.describe_service_revisions(serviceRevisionArns=targets)[
            "serviceRevisions"
        ]
    task_definitions = {each["serviceRevisionArn"]: each.get("taskDefinition") for each in revisions}
    found.sort(key=lambda each: each["createdAt"], reverse=True)
    last = tuple(_from_ecs(each, task_definitions) for each in found)
    return History(under_way=next((each for each in last if each.status in ECS_UNDER_WAY), None), last=last)


def _app_specs(
    aws: Aws, service: ServiceOutputs, infos: Sequence[Mapping[str, Any]]
) -> Mapping[str, str | None]:
    """The AppSpecs by their hash: CodeDeploy leaves the content out of what it says of a deployment.

    https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_GetDeployment.html
    """
    hashes = {_app_spec(info).get("sha256") for info in infos if not _app_spec(info).get("content")}
    asked = [
        {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": each}}
        for each in sorted(each for each in hashes if each)
    ]
    if not asked:
        return {}
    with explained("read the AppSpecs of the deployments"):
        answer = aws.client("codedeploy").batch_get_application_revisions(
            applicationName=service.application, revisions=asked
        )
    found = [_content(each["revisionLocation"]) for each in answer.get("revisions", [])]
    return {each["sha256"]: each.get("content") for each in found if each.get("sha256")}


def _app_spec(info: Mapping[str, Any]) -> Mapping[str, Any]:
    return _content(info.get("revision") or {})


def _content(revision: Mapping[str, Any]) -> Mapping[str, Any]:
    # `string` is the name that AppSpecContent had before.
    return revision.get("appSpecContent") or revision.get("string") or {}


def task_definition_of(app_spec: str | None) -> str | None:
    """The task definition that an AppSpec names.

    Args:
        app_spec: Its text, JSON or YAML.
    """
    match = _TASK_DEFINITION.search(app_spec or "")
    return match[1] if match else None


def _from_code_deploy(info: Mapping[str, Any], contents: Mapping[str, str | None]) -> Deployment:
    app_spec = _app_spec(info)
    error = info.get("errorInformation") or {}
    return Deployment(
        id=info["deploymentId"],
        status=info["status"],
        creator=info.get("creator", "?"),
        created=info["createTime"],
        configuration=info.get("deploymentConfigName", "?"),
        revision=task_definition_of(app_spec.get("content") or contents.get(app_spec.get("sha256", ""))),
        error=": ".join(filter(None, [error.get("code"), error.get("message")])) or None,
        rolled_back_by=(info.get("rollbackInfo") or {}).get("rollbackDeploymentId") or None,
        old_tasks_wait=bool(info.get("instanceTerminationWaitTimeStarted"))
        and info["status"] in CODE_DEPLOY_UNDER_WAY,
    )


def _from_ecs(found: Mapping[str, Any], task_definitions: Mapping[str, str | None]) -> Deployment:
    rollback = found.get("rollback") or {}
    failed = found["status"] not in {"SUCCESSFUL", "PENDING", "IN_PROGRESS"}
    return Deployment(
        id=found["serviceDeploymentArn"],
        status=found["status"],
        creator="ECS",
        created=found["createdAt"],
        configuration=found.get("deploymentConfiguration", {}).get("strategy", "ROLLING"),
        revision=task_definitions.get(found["targetServiceRevision"]["arn"]),
        error=(rollback.get("reason") or found.get("statusReason") or found["status"]) if failed else None,
        rolled_back_by=rollback.get("serviceRevisionArn"),
        # The old tasks of a native deployment wait while it bakes.
        old_tasks_wait=found.get("lifecycleStage") == "BAKE_TIME" and found["status"] in ECS_UNDER_WAY,
    )
