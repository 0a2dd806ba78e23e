"""Tasks: those of a service run and stand behind its target group, one-off tasks end."""

import json
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal import images
from rehearsal.in_process import InProcessAws
from tests.rehearsal.templates import ref, resource, template
from tests.rehearsal.test_models_ecs import CODE_DEPLOY, service, task


def described(aws: InProcessAws, **listed: Any) -> list[dict[str, Any]]:
    ecs = aws.client("ecs")
    arns = ecs.list_tasks(cluster="dev", **listed)["taskArns"]
    return ecs.describe_tasks(cluster="dev", tasks=arns)["tasks"] if arns else []


@pytest.mark.parametrize("controller", [CODE_DEPLOY, {}])
def test_a_service_has_as_many_tasks_as_it_wants(aws: InProcessAws, controller: dict[str, Any]) -> None:
    aws.deploy("s", template(service(**controller, DesiredCount=3), Blue=ref("Blue")))
    ecs, elb = aws.client("ecs"), aws.client("elbv2")

    def counts() -> tuple[int, int, int]:
        found = ecs.describe_services(cluster="dev", services=["hello"])["services"][0]
        health = elb.describe_target_health(TargetGroupArn=aws.outputs("s")["Blue"])
        return (
            found["runningCount"],
            len(described(aws, serviceName="hello")),
            len(health["TargetHealthDescriptions"]),
        )

    assert counts() == (3, 3, 3)
    one = described(aws, serviceName="hello")[0]
    assert (one["lastStatus"], one["healthStatus"], one["group"]) == ("RUNNING", "HEALTHY", "service:hello")
    assert one["startedBy"].startswith("ecs-svc/")
    assert "exitCode" not in one["containers"][0]
    ecs.update_service(cluster="dev", service="hello", desiredCount=1)
    assert counts() == (1, 1, 1)

    aws.destroy("s")
    assert aws.client("ec2").describe_network_interfaces()["NetworkInterfaces"] == []


def test_ecs_itself_replaces_the_tasks_of_another_revision(aws: InProcessAws) -> None:
    aws.deploy("s", template(service(TaskDefinition=ref("Task"))))
    resources = service(TaskDefinition=ref("Task"))
    aws.deploy("s", template({**resources, "Task": task(Cpu="512", Memory="1024")}))

    found = aws.client("ecs").describe_services(cluster="dev", services=["hello"])["services"][0]
    (deployment,) = found["deployments"]
    assert (deployment["rolloutState"], deployment["runningCount"]) == ("COMPLETED", 1)
    assert deployment["taskDefinition"].endswith("hello:2")
    (one,) = described(aws, serviceName="hello")
    assert one["taskDefinitionArn"].endswith("hello:2")
    assert len(described(aws, serviceName="hello", desiredStatus="STOPPED")) == 1


def test_a_one_off_task_runs_and_ends_and_says_what_did_not_happen(aws: InProcessAws) -> None:
    resources = service(**CODE_DEPLOY)
    aws.deploy("s", template({**resources, "Logs": resource("AWS::Logs::LogGroup", LogGroupName="g")}))
    ecs = aws.client("ecs")
    network = ecs.describe_services(cluster="dev", services=["hello"])["services"][0]["networkConfiguration"]
    (started,) = ecs.run_task(
        cluster="dev",
        taskDefinition="hello",
        launchType="FARGATE",
        networkConfiguration=network,
        startedBy="me",
        overrides={"containerOverrides": [{"name": "app", "command": ["migrate", "up"]}]},
    )["tasks"]

    seen: list[str] = [started["lastStatus"]]
    for _ in range(3):
        aws.advance(seconds=10)
        (now,) = ecs.describe_tasks(cluster="dev", tasks=[started["taskArn"]])["tasks"]
        seen.append(now["lastStatus"])
    assert seen == ["PROVISIONING", "PENDING", "RUNNING", "STOPPED"]
    assert (now["stopCode"], now["containers"][0]["exitCode"]) == ("EssentialContainerExited", 0)
    assert (now["stoppedAt"] - now["createdAt"]).total_seconds() == 30
    assert described(aws, startedBy="me") == []
    (stream,) = aws.client("logs").describe_log_streams(logGroupName="g")["logStreams"]
    lines = aws.client("logs").get_log_events(logGroupName="g", logStreamName=stream["logStreamName"])[
        "events"
    ]
    assert [line["message"] for line in lines] == ["rehearsal: no container starts here; not run: migrate up"]


def test_a_task_that_is_stopped_says_by_whom(aws: InProcessAws) -> None:
    aws.deploy("s", template(service(**CODE_DEPLOY)))
    ecs = aws.client("ecs")
    network = ecs.describe_services(cluster="dev", services=["hello"])["services"][0]["networkConfiguration"]
    (started,) = ecs.run_task(
        cluster="dev", taskDefinition="hello", launchType="FARGATE", networkConfiguration=network
    )["tasks"]
    ecs.stop_task(cluster="dev", task=started["taskArn"], reason="enough")

    (found,) = ecs.describe_tasks(cluster="dev", tasks=[started["taskArn"]])["tasks"]
    assert (found["lastStatus"], found["stoppedReason"]) == ("STOPPED", "enough")


def test_an_image_tells_its_architecture(aws: InProcessAws) -> None:
    ecr = aws.client("ecr")
    ecr.create_repository(repositoryName="dev/hello")
    images.store(ecr, "dev/hello", "built", "arm64")
    pushed = [aws.push_image("dev/hello", tag, "X86_64") for tag in ("v1", "v2")]

    def manifest(**image: str) -> dict[str, Any]:
        (found,) = ecr.batch_get_image(repositoryName="dev/hello", imageIds=[image])["images"]
        return json.loads(found["imageManifest"])

    config = manifest(imageTag="built")["config"]["digest"]
    url = ecr.get_download_url_for_layer(repositoryName="dev/hello", layerDigest=config)["downloadUrl"]
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - a data: address
        assert json.load(answer)["architecture"] == "arm64"
    assert pushed[0] != pushed[1]
    assert manifest(imageDigest=pushed[1])["manifests"][0]["platform"]["architecture"] == "amd64"
    with pytest.raises(ClientError, match="LayersNotFoundException"):
        ecr.get_download_url_for_layer(repositoryName="dev/hello", layerDigest=pushed[0])


def test_nothing_scales(aws: InProcessAws) -> None:
    scaling = aws.client("application-autoscaling")
    asked = {"ServiceNamespace": "ecs", "ResourceId": "service/dev/hello"}
    assert scaling.describe_scaling_activities(**asked)["ScalingActivities"] == []
