"""Which tasks are the new ones, and where they are.

A task says in `startedBy` which deployment of its service started it, or, under CodeDeploy, which task set:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
"""

from collections.abc import Iterator, Sequence
from typing import Any

from .settings import Json, NotYet

_DESCRIBE_AT_ONCE = 100


def of_code_deploy(ecs: Any, cluster: str, service: str, deployment_id: str) -> str:
    """What started the tasks of a CodeDeploy deployment: the task set that carries its id.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskSet.html (externalId)
    """
    for task_set in _service(ecs, cluster, service).get("taskSets", []):
        if task_set.get("externalId") == deployment_id:
            return task_set["id"]
    raise NotYet(f"Deployment {deployment_id} has no task set in {service} yet.")


def of_service_revision(ecs: Any, cluster: str, service: str, revision_arn: str) -> str:
    """What started the tasks of a service revision: the newest deployment, which is PRIMARY.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html (status)
    """
    revisions = ecs.describe_service_revisions(serviceRevisionArns=[revision_arn])["serviceRevisions"]
    if not revisions:
        raise NotYet(f"ECS does not know the revision {revision_arn} yet.")
    wanted = revisions[0]["taskDefinition"]
    for deployment in _service(ecs, cluster, service).get("deployments", []):
        if deployment["status"] == "PRIMARY":
            # Without this, an answer from before the deployment would have the old tasks tested.
            if deployment["taskDefinition"] != wanted:
                raise NotYet(f"The newest deployment has {deployment['taskDefinition']}, not {wanted}.")
            return deployment["id"]
    raise NotYet(f"{service} has no deployment yet.")


def addresses(ecs: Any, cluster: str, started_by: str) -> Sequence[str]:
    """The private IPv4 address of each task; only once all of them run."""
    found = [_address(task) for task in _tasks(ecs, cluster, started_by)]
    if not found:
        raise NotYet(f"There is no task of {started_by}.")
    return found


def _service(ecs: Any, cluster: str, service: str) -> Json:
    services = ecs.describe_services(cluster=cluster, services=[service])["services"]
    if not services:
        raise NotYet(f"There is no service {service} in {cluster}.")
    return services[0]


def _tasks(ecs: Any, cluster: str, started_by: str) -> Iterator[Json]:
    # ListTasks takes no other filter beside startedBy, and leaves out tasks that are to stop.
    arns = [
        arn
        for page in ecs.get_paginator("list_tasks").paginate(cluster=cluster, startedBy=started_by)
        for arn in page["taskArns"]
    ]
    for start in range(0, len(arns), _DESCRIBE_AT_ONCE):
        batch = arns[start : start + _DESCRIBE_AT_ONCE]
        described = ecs.describe_tasks(cluster=cluster, tasks=batch)
        if described.get("failures"):
            raise NotYet(f"ECS does not describe {described['failures'][0].get('arn')}.")
        yield from described["tasks"]


def _address(task: Json) -> str:
    name = task["taskArn"].rsplit("/", 1)[-1]
    if task["lastStatus"] != "RUNNING":
        raise NotYet(f"Task {name} is {task['lastStatus']}.")
    for attachment in task.get("attachments", []):
        for detail in attachment["details"]:
            if detail["name"] == "privateIPv4Address":
                return detail["value"]
    raise NotYet(f"Task {name} has no IPv4 address.")
