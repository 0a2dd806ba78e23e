"""The tasks of a service, as ECS tells of them: task sets under CodeDeploy, deployments otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from operate.aws import Aws, explained
from operate.outputs import ServiceOutputs
from operate.problem import OperateError
from operate.releasing.revision import Revision, read_revision


@dataclass(frozen=True, kw_only=True)
class TaskSet:
    """The tasks of one revision.

    Args:
        id: The task set's, or the ECS deployment's.
        label: The target group it serves.
        status: PRIMARY serves users; ACTIVE comes up or waits for its end; DRAINING ends.
        revision: ARN of its task definition.
        target_group: ARN of its target group. None where ECS does not say.
        desired: Tasks that are to run.
        running: Tasks that run.
        pending: Tasks that start.
        steady: Whether ECS has done with it what was asked.
        deployment: Id of the CodeDeploy deployment that made it. None for the first one.
    """

    id: str
    label: Literal["blue", "green", "?"]
    status: str
    revision: str
    target_group: str | None
    desired: int
    running: int
    pending: int
    steady: bool = True
    deployment: str | None = None


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """A service as ECS tells of it.

    Args:
        described: ECS's own words, for what only one command needs.
        controller: Who moves traffic.
        task_sets: The primary one first.
        revision: The primary one's task definition.
    """

    described: Mapping[str, Any]
    controller: Literal["CODE_DEPLOY", "ECS"]
    task_sets: Sequence[TaskSet]
    revision: Revision


def read_tasks(aws: Aws, service: ServiceOutputs) -> Tasks:
    """Ask ECS for a service, its task sets and the revision of the primary one.

    Args:
        aws: The way to AWS.
        service: The service.

    Raises:
        OperateError: There is no such service, or AWS refused to answer.
    """
    client = aws.client("ecs")
    with explained("describe the service"):
        services: list[dict[str, Any]] = client.describe_services(
            cluster=service.cluster, services=[service.service]
        )["services"]
    # A deleted service is shown for a while, as INACTIVE.
    found = next((each for each in services if each.get("status") != "INACTIVE"), None)
    if found is None:
        raise OperateError(
            f"There is no service {service.service} in the cluster {service.cluster}.",
            cause=f"it was deleted by hand; the stack {service.stack} still names it.",
            next_step=f"delete the stack {service.stack}, then make deploy ENV={aws.environment.name}.",
        )
    by_code_deploy = found.get("deploymentController", {}).get("type") == "CODE_DEPLOY"
    # A service under CodeDeploy has task sets, any other one has deployments.
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
    task_sets = [_task_set(each, service) for each in found.get("taskSets") or []]
    if not task_sets:
        task_sets = [_of_deployment(each, service) for each in found.get("deployments") or []]
    if service.green and not by_code_deploy:
        task_sets = _with_target_groups(aws, service, found, task_sets)
    task_sets.sort(key=lambda each: each.status != "PRIMARY")
    arn = task_sets[0].revision if task_sets else found["taskDefinition"]
    return Tasks(
        described=found,
        controller="CODE_DEPLOY" if by_code_deploy else "ECS",
        task_sets=tuple(task_sets),
        revision=read_revision(aws, service, arn),
    )


def _task_set(found: Mapping[str, Any], service: ServiceOutputs) -> TaskSet:
    behind = found.get("loadBalancers") or [{}]
    target_group = behind[0].get("targetGroupArn")
    return TaskSet(
        id=found["id"],
        label=_label(target_group, service),
        status=found["status"],
        revision=found["taskDefinition"],
        target_group=target_group,
        desired=found.get("computedDesiredCount", 0),
        running=found.get("runningCount", 0),
        pending=found.get("pendingCount", 0),
        steady=found.get("stabilityStatus", "STEADY_STATE") == "STEADY_STATE",
        deployment=found.get("externalId") or None,
    )


def _of_deployment(found: Mapping[str, Any], service: ServiceOutputs) -> TaskSet:
    # With a rolling update there is one target group, and all tasks are behind it.
    target_group = None if service.green else service.blue
    return TaskSet(
        id=found["id"],
        label=_label(target_group, service),
        status=found["status"],
        revision=found["taskDefinition"],
        target_group=target_group,
        desired=found.get("desiredCount", 0),
        running=found.get("runningCount", 0),
        pending=found.get("pendingCount", 0),
        steady=found.get("rolloutState", "COMPLETED") == "COMPLETED",
    )


def _with_target_groups(
    aws: Aws, service: ServiceOutputs, found: Mapping[str, Any], task_sets: Sequence[TaskSet]
) -> list[TaskSet]:
    """The same with their target groups, which ECS tells of a service revision and not of a deployment.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ResolvedConfiguration.html
    """
    arns = [each["arn"] for each in found.get("currentServiceRevisions") or []]
    if not arns:
        return list(task_sets)
    with explained("describe the service's revisions"):
        revisions: list[dict[str, Any]] = aws.client("ecs").describe_service_revisions(
            serviceRevisionArns=arns
        )["serviceRevisions"]
    groups: dict[str, set[str]] = {}
    for revision in revisions:
        for behind in revision.get("resolvedConfiguration", {}).get("loadBalancers", []):
            groups.setdefault(revision["taskDefinition"], set()).add(behind["targetGroupArn"])
    named: list[TaskSet] = []
    for each in task_sets:
        behind = groups.get(each.revision, set())
        # A forced deployment has the same task definition in both groups: then nobody can say.
        target_group = next(iter(behind)) if len(behind) == 1 else None
        named.append(replace(each, target_group=target_group, label=_label(target_group, service)))
    return named


def _label(target_group: str | None, service: ServiceOutputs) -> Literal["blue", "green", "?"]:
    if target_group is None:
        return "?"
    return "blue" if target_group == service.blue else "green" if target_group == service.green else "?"
