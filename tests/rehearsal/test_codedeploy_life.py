"""The state table, walked through by the clock: traffic, waits, and what is seen on the way."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.in_process import InProcessAws
from rehearsal.models.codedeploy_stages import steps
from tests.rehearsal.releasing import Releasing
from tests.rehearsal.templates import att, ref

CANARY = {"Type": "TimeBasedCanary", "TimeBasedCanary": {"CanaryPercentage": 20, "CanaryInterval": 7}}
LINEAR = {"Type": "TimeBasedLinear", "TimeBasedLinear": {"LinearPercentage": 40, "LinearInterval": 3}}
APPROVAL = {"ActionOnTimeout": "STOP_DEPLOYMENT", "WaitTimeInMinutes": 30}
TERMINATE = {"Action": "TERMINATE", "TerminationWaitTimeInMinutes": 5}
KEEP = {"Action": "KEEP_ALIVE"}


def waits(ready: dict[str, Any], old: dict[str, Any] = TERMINATE) -> dict[str, Any]:
    return {"DeploymentReadyOption": ready, "TerminateBlueInstancesOnDeploymentSuccess": old}


def test_a_service_starts_with_one_primary_task_set_that_serves(aws: InProcessAws) -> None:
    release = Releasing(aws)

    service = release.service()
    assert [(item["status"], item["runningCount"]) for item in service["taskSets"]] == [("PRIMARY", 1)]
    assert (service["runningCount"], service["pendingCount"], service["deployments"]) == (1, 0, [])
    assert (release.healthy("Blue"), release.healthy("Green")) == (1, 0)
    assert release.weights() == (100, 0)


def test_all_at_once_from_created_to_succeeded(aws: InProcessAws) -> None:
    release = Releasing(aws)
    release.start()
    assert release.status == "Created"
    with pytest.raises(ClientError, match="DeploymentNotStartedException"):
        release.target()

    aws.advance(seconds=30)
    assert release.status == "InProgress"
    assert release.events()["BeforeInstall"] == "Succeeded"
    assert release.events()["Install"] == "InProgress"
    assert release.weights() == (100, 0)

    aws.advance(seconds=37)
    assert release.events()["AllowTestTraffic"] == "InProgress"
    assert (release.weights("TestRule"), release.weights()) == ((0, 100), (100, 0))
    assert release.primary() == "hello:1"

    aws.advance(seconds=3)
    assert release.info()["instanceTerminationWaitTimeStarted"]
    assert set(release.events().values()) == {"Succeeded"}
    assert (release.weights("TestRule"), release.weights()) == ((0, 100), (0, 100))
    assert release.primary() == "hello:2"
    assert release.service()["taskDefinition"].endswith("hello:2")
    assert release.service()["runningCount"] == 2
    assert (release.healthy("Blue"), release.healthy("Green")) == (1, 1)

    aws.advance(minutes=5)
    assert release.status == "Succeeded"
    assert release.service()["runningCount"] == len(release.service()["taskSets"]) == 1
    assert (release.healthy("Blue"), release.healthy("Green")) == (0, 1)
    info = release.info()
    assert (info["completeTime"] - info["createTime"]).total_seconds() == 5 + 60 + 5 + 300
    stopped = release.ecs.list_tasks(cluster="dev", serviceName="hello", desiredStatus="STOPPED")["taskArns"]
    (old,) = release.ecs.describe_tasks(cluster="dev", tasks=stopped)["tasks"]
    assert old["stoppedReason"].startswith("Scaling activity initiated by (deployment ecs-svc/")


def test_without_a_test_listener_there_is_no_test_traffic(aws: InProcessAws) -> None:
    pair = {
        "ProdTrafficRoute": {"ListenerArns": [ref("Listener")]},
        "TargetGroups": [{"Name": att(name, "TargetGroupName")} for name in ("Blue", "Green")],
    }
    release = Releasing(aws, LoadBalancerInfo={"TargetGroupPairInfoList": [pair]})
    release.start()
    aws.advance(minutes=2)

    assert {event for event, status in release.events().items() if status == "Skipped"} == {
        "AllowTestTraffic"
    }
    assert (release.weights("TestRule"), release.weights()) == ((100, 0), (0, 100))


def test_a_canary_waits_at_its_percentage(aws: InProcessAws) -> None:
    release = Releasing(aws, CANARY)
    release.start()
    aws.advance(seconds=71)
    assert release.weights() == (80, 20)
    traffic = {item["taskSetLabel"]: item["trafficWeight"] for item in release.target()["taskSetsInfo"]}
    assert traffic == {"Blue": 80.0, "Green": 20.0}

    aws.advance(minutes=6.9)
    assert (release.weights(), release.events()["AllowTraffic"]) == ((80, 20), "InProgress")

    aws.advance(minutes=0.1)
    assert (release.weights(), release.events()["AllowTraffic"]) == ((0, 100), "Succeeded")


def test_linear_moves_step_by_step(aws: InProcessAws) -> None:
    release = Releasing(aws, LINEAR)
    release.start()
    aws.advance(seconds=71)
    seen = [release.weights()]
    for _ in range(3):
        aws.advance(minutes=3)
        seen.append(release.weights())

    assert seen == [(60, 40), (20, 80), (0, 100), (0, 100)]


def test_a_leap_does_all_in_order_and_at_its_time(aws: InProcessAws) -> None:
    release = Releasing(aws, LINEAR)
    release.start()
    aws.advance(minutes=60)

    assert release.status == "Succeeded"
    shifting = next(
        e for e in release.target()["lifecycleEvents"] if e["lifecycleEventName"] == "AllowTraffic"
    )
    assert (shifting["endTime"] - shifting["startTime"]).total_seconds() == 6 * 60


@pytest.mark.parametrize(
    ("traffic", "expected"),
    [
        ({"type": "AllAtOnce"}, [(100, 0)]),
        (
            {"type": "TimeBasedCanary", "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": 5}},
            [(10, 300), (100, 0)],
        ),
        (
            {"type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 50, "linearInterval": 1}},
            [(50, 60), (100, 0)],
        ),
    ],
)
def test_steps_of_a_configuration(traffic: dict[str, Any], expected: list[tuple[int, float]]) -> None:
    assert steps(traffic) == expected


def test_the_configuration_of_one_deployment_goes_first(aws: InProcessAws) -> None:
    release = Releasing(aws, CANARY)
    release.start(deploymentConfigName="CodeDeployDefault.ECSAllAtOnce")
    aws.advance(seconds=71)

    assert release.weights() == (0, 100)
    with pytest.raises(ClientError, match="DeploymentConfigDoesNotExistException"):
        release.start(deploymentConfigName="Unknown")


def test_it_waits_as_ready_until_it_is_continued(aws: InProcessAws) -> None:
    release = Releasing(aws, BlueGreenDeploymentConfiguration=waits(APPROVAL))
    release.start()
    with pytest.raises(ClientError, match="DeploymentIsNotInReadyStateException"):
        release.deploy.continue_deployment(deploymentId=release.id, deploymentWaitType="READY_WAIT")
    aws.advance(minutes=20)
    assert (release.status, release.weights(), release.weights("TestRule")) == ("Ready", (100, 0), (0, 100))

    release.deploy.continue_deployment(deploymentId=release.id, deploymentWaitType="READY_WAIT")
    assert (release.status, release.weights()) == ("InProgress", (0, 100))


def test_nobody_continues_it_and_it_is_stopped(aws: InProcessAws) -> None:
    release = Releasing(aws, BlueGreenDeploymentConfiguration=waits(APPROVAL))
    release.start()
    aws.advance(minutes=32)

    assert (release.status, release.info()["errorInformation"]["code"]) == ("Stopped", "TIMEOUT")
    assert release.weights() == (100, 0)


def test_the_old_tasks_end_at_once_when_asked(aws: InProcessAws) -> None:
    release = Releasing(aws)
    release.start()
    with pytest.raises(ClientError, match="InvalidDeploymentStatusException"):
        release.deploy.continue_deployment(deploymentId=release.id, deploymentWaitType="TERMINATION_WAIT")
    aws.advance(minutes=2)
    assert (release.status, release.service()["runningCount"]) == ("InProgress", 2)

    release.deploy.continue_deployment(deploymentId=release.id, deploymentWaitType="TERMINATION_WAIT")
    assert (release.status, release.service()["runningCount"]) == ("Succeeded", 1)
    with pytest.raises(ClientError, match="DeploymentAlreadyCompletedException"):
        release.deploy.continue_deployment(deploymentId=release.id, deploymentWaitType="TERMINATION_WAIT")


def test_old_tasks_that_are_kept_stay(aws: InProcessAws) -> None:
    proceed = {"ActionOnTimeout": "CONTINUE_DEPLOYMENT"}
    release = Releasing(aws, BlueGreenDeploymentConfiguration=waits(proceed, KEEP))
    release.start()
    aws.advance(minutes=2)

    assert (release.status, release.service()["runningCount"]) == ("Succeeded", 2)
    assert not release.info()["instanceTerminationWaitTimeStarted"]


def test_the_next_release_swaps_back(aws: InProcessAws) -> None:
    release = Releasing(aws)
    for expected in ((0, 100), (100, 0)):
        release.start()
        aws.advance(minutes=7)
        assert (release.status, release.weights()) == ("Succeeded", expected)
    assert release.primary() == "hello:3"
