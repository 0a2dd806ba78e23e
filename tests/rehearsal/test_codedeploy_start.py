"""What a deployment is started with, and what keeps one from starting."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from rehearsal.in_process import InProcessAws
from tests.rehearsal.releasing import Releasing, ended


def test_one_deployment_at_a_time(aws: InProcessAws) -> None:
    release = Releasing(aws)
    first = release.start()
    with pytest.raises(
        ClientError, match=f"DeploymentLimitExceeded.* already has an active Deployment '{first}'"
    ):
        release.start()

    release.deploy.stop_deployment(deploymentId=first)
    release.start()


def test_task_set_and_listener_disagree(aws: InProcessAws) -> None:
    release = Releasing(aws)
    groups = [
        {"TargetGroupArn": release.out[name], "Weight": weight}
        for name, weight in (("Blue", 0), ("Green", 100))
    ]
    forward = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
    release.elb.modify_rule(RuleArn=release.out["Rule"], Actions=[forward])
    release.start()
    aws.advance(minutes=2)

    assert ended(release) == ("Failed", "ELASTIC_LOAD_BALANCING_INVALID")
    message = release.info()["errorInformation"]["message"]
    assert "Primary taskset target group must be behind listener" in message


def unknown(release: Releasing) -> str:
    del release
    return "hello:77"


def without_the_container(release: Releasing) -> str:
    return release.revision("other")


def inactive(release: Releasing) -> str:
    arn = release.revision()
    release.ecs.deregister_task_definition(taskDefinition=arn)
    return arn


@pytest.mark.parametrize(
    ("revision", "words"),
    [
        (unknown, "Unable to describe"),
        (without_the_container, "container app does not exist"),
        (inactive, "TaskDefinition is inactive"),
    ],
)
def test_a_revision_that_cannot_be_used(
    aws: InProcessAws, revision: Callable[[Releasing], str], words: str
) -> None:
    release = Releasing(aws)
    release.start(revision(release))
    aws.advance(minutes=2)

    assert ended(release) == ("Failed", "ECS_UPDATE_ERROR")
    assert words in release.info()["errorInformation"]["message"]
    assert release.service()["runningCount"] == 1


@pytest.mark.parametrize(
    "content", ["", "]", "version: 1", "Resources: []", '{"Hooks": [{"Install": "hook"}]}']
)
def test_an_appspec_that_is_none_is_refused(aws: InProcessAws, content: str) -> None:
    release = Releasing(aws)
    with pytest.raises(ClientError, match="InvalidRevisionException"):
        release.start_content(content)


def test_an_appspec_may_be_yaml_and_name_another_network(aws: InProcessAws) -> None:
    release = Releasing(aws)
    (before,) = release.service()["taskSets"]
    network = before["networkConfiguration"]["awsvpcConfiguration"]
    release.start_content(
        f"""
        version: 0.0
        Resources:
          - TargetService:
              Type: AWS::ECS::Service
              Properties:
                TaskDefinition: {release.revision()}
                LoadBalancerInfo: {{ContainerName: app, ContainerPort: 8080}}
                PlatformVersion: 1.4.0
                NetworkConfiguration:
                  AwsvpcConfiguration:
                    Subnets: {network["subnets"]}
                    SecurityGroups: {network["securityGroups"]}
                    AssignPublicIp: DISABLED
        """
    )
    aws.advance(minutes=7)

    (after,) = release.service()["taskSets"]
    assert after["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "DISABLED"
    assert after["platformVersion"] == "1.4.0"
    assert after["externalId"] == release.id
