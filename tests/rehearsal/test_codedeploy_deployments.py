"""CodeDeploy's actions on deployments: lists, targets, revisions, answers of hooks, errors."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.in_process import InProcessAws
from tests.rehearsal.releasing import Releasing
from tests.rehearsal.test_codedeploy_hooks import hook


def test_deployments_are_listed_by_group_and_status_newest_first(aws: InProcessAws) -> None:
    release = Releasing(aws)
    ids: list[str] = []
    for _ in range(2):
        ids.append(release.start())
        aws.advance(minutes=7)
    ids.append(release.start())

    def listed(**more: Any) -> list[str]:
        return release.deploy.list_deployments(**more)["deployments"]

    assert listed() == listed(**release.group) == ids[::-1]
    assert listed(**release.group, includeOnlyStatuses=["Succeeded"]) == ids[1::-1]
    assert listed(**release.group, includeOnlyStatuses=["Created", "InProgress"]) == ids[2:]
    infos = release.deploy.batch_get_deployments(deploymentIds=ids)["deploymentsInfo"]
    assert [info["status"] for info in infos] == ["Succeeded", "Succeeded", "Created"]
    with pytest.raises(ClientError, match="DeploymentGroupDoesNotExistException"):
        listed(**{**release.group, "deploymentGroupName": "absent"})


def test_the_one_target_is_named_by_cluster_and_service(aws: InProcessAws) -> None:
    release = Releasing(aws)
    name = {"deploymentId": release.start()}
    aws.advance(seconds=10)

    targets = release.deploy.list_deployment_targets(**name)["targetIds"]
    assert targets == ["dev:hello"]
    (found,) = release.deploy.batch_get_deployment_targets(**name, targetIds=targets)["deploymentTargets"]
    assert found["deploymentTargetType"] == "ECSTarget"
    green = next(item for item in found["ecsTarget"]["taskSetsInfo"] if item["taskSetLabel"] == "Green")
    assert (green["desiredCount"], green["runningCount"], green["status"]) == (1, 1, "ACTIVE")
    assert green["targetGroup"]["name"] == release.out["Green"].split("/")[1]
    with pytest.raises(ClientError, match="DeploymentTargetDoesNotExistException"):
        release.deploy.get_deployment_target(**name, targetId="dev:other")


def test_an_appspec_is_kept_by_its_hash(aws: InProcessAws) -> None:
    release = Releasing(aws)
    release.start()
    revision = release.info()["revision"]
    assert "content" not in revision["appSpecContent"]

    (found,) = release.deploy.batch_get_application_revisions(
        applicationName=release.out["Application"], revisions=[revision]
    )["revisions"]
    content = json.loads(found["revisionLocation"]["appSpecContent"]["content"])
    properties = content["Resources"][0]["TargetService"]["Properties"]
    assert properties["TaskDefinition"].endswith("hello:2")
    one = release.deploy.get_application_revision(
        applicationName=release.out["Application"], revision=revision
    )
    assert one["revision"] == found["revisionLocation"]


def test_a_second_deployment_knows_the_revision_before_it(aws: InProcessAws) -> None:
    release = Releasing(aws)
    release.start()
    first = release.info()["revision"]
    assert "revisionType" not in release.info()["previousRevision"]
    aws.advance(minutes=7)
    release.start()

    assert release.info()["previousRevision"] == first


def test_a_hook_is_answered_from_outside_too(aws: InProcessAws) -> None:
    """As the function does it that runs somewhere else: by the id in its event."""
    body = "ssm = boto3.client('ssm'); execution = event['LifecycleEventHookExecutionId'];"
    body += "ssm.put_parameter(Name='/id', Value=execution, Type='String'); return"
    release = Releasing(aws, resources=hook(body=body))
    release.start(hooks={"BeforeAllowTraffic": "hook"})
    aws.advance(minutes=10)
    assert release.events()["BeforeAllowTraffic"] == "InProgress"
    execution = aws.client("ssm").get_parameter(Name="/id")["Parameter"]["Value"]

    def answer(execution: str, status: str) -> None:
        release.deploy.put_lifecycle_event_hook_execution_status(
            deploymentId=release.id, lifecycleEventHookExecutionId=execution, status=status
        )

    with pytest.raises(ClientError, match="InvalidLifecycleEventHookExecutionIdException"):
        answer("another", "Succeeded")
    with pytest.raises(ClientError, match="InvalidLifecycleEventHookExecutionStatusException"):
        answer(execution, "Skipped")
    answer(execution, "Succeeded")
    assert (release.events()["BeforeAllowTraffic"], release.weights()) == ("Succeeded", (0, 100))
    with pytest.raises(ClientError, match="LifecycleEventAlreadyCompletedException"):
        answer(execution, "Succeeded")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"applicationName": "absent"}, "ApplicationDoesNotExistException"),
        ({"deploymentGroupName": "absent"}, "DeploymentGroupDoesNotExistException"),
        ({"revision": {"revisionType": "S3"}}, "InvalidRevisionException"),
    ],
)
def test_what_a_deployment_is_of_must_exist(aws: InProcessAws, change: dict[str, Any], error: str) -> None:
    release = Releasing(aws)
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": "{}"}}
    with pytest.raises(ClientError, match=error):
        release.deploy.create_deployment(**{**release.group, "revision": revision, **change})


def test_a_deployment_must_exist(aws: InProcessAws) -> None:
    for call in ("get_deployment", "stop_deployment", "list_deployment_targets"):
        with pytest.raises(ClientError, match="DeploymentDoesNotExistException"):
            getattr(aws.client("codedeploy"), call)(deploymentId="d-ABSENT000")


def test_a_service_that_is_gone_is_refused(aws: InProcessAws) -> None:
    release = Releasing(aws)
    release.ecs.delete_service(cluster="dev", service="hello", force=True)

    with pytest.raises(ClientError, match="InvalidECSServiceException"):
        release.start("hello:1")
