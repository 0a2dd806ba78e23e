"""Deployments that end early: an alarm, a stop, a part that is gone; and the way back."""

import pytest
from botocore.exceptions import ClientError

from rehearsal.in_process import InProcessAws
from tests.rehearsal.releasing import NEVER_BACK, Releasing, check_rolled_back, ended
from tests.rehearsal.test_codedeploy_life import CANARY


def test_what_is_gone_in_the_middle_fails_the_deployment_and_nothing_else(aws: InProcessAws) -> None:
    release = Releasing(aws, CANARY)
    release.start()
    aws.advance(minutes=3)
    listener = release.elb.describe_rules(RuleArns=[release.out["Rule"]])["Rules"][0]["RuleArn"]
    release.elb.delete_listener(
        ListenerArn=listener.replace(":listener-rule/", ":listener/").rpartition("/")[0]
    )
    aws.advance(minutes=60)

    assert ended(release) == ("Failed", "INTERNAL_ERROR")
    back = release.info(release.info()["rollbackInfo"]["rollbackDeploymentId"])
    assert back["status"] == "Failed"


def test_an_alarm_in_the_middle_of_a_canary(aws: InProcessAws) -> None:
    release = Releasing(aws, CANARY)
    release.start()
    aws.advance(minutes=3)
    assert release.weights() == (80, 20)
    release.alarm()

    assert ended(release) == ("Stopped", "ALARM_ACTIVE")
    assert "Activated alarms: <errors>" in release.info()["errorInformation"]["message"]
    check_rolled_back(release)


def test_a_deployment_may_leave_the_alarms_aside(aws: InProcessAws) -> None:
    release = Releasing(aws)
    release.alarm()
    release.start(overrideAlarmConfiguration={"enabled": False, "alarms": []})
    aws.advance(minutes=7)

    assert release.status == "Succeeded"


@pytest.mark.parametrize("minutes", [1, 3, 9])
def test_stopped_with_a_rollback(aws: InProcessAws, minutes: int) -> None:
    """While tasks start, in the canary, and while the old tasks wait."""
    release = Releasing(aws, CANARY, AutoRollbackConfiguration=NEVER_BACK)
    release.start()
    aws.advance(minutes=minutes)
    release.deploy.stop_deployment(deploymentId=release.id, autoRollbackEnabled=True)

    assert ended(release) == ("Stopped", "MANUAL_STOP")
    aws.advance(seconds=2)
    assert (release.weights(), release.healthy("Green")) == ((100, 0), 1), "traffic first"
    check_rolled_back(release)
    with pytest.raises(ClientError, match="DeploymentAlreadyCompletedException"):
        release.deploy.stop_deployment(deploymentId=release.id)


def test_stopped_without_a_rollback_all_stays_as_it_is(aws: InProcessAws) -> None:
    release = Releasing(aws, CANARY)
    release.start()
    aws.advance(minutes=3)
    release.deploy.stop_deployment(deploymentId=release.id, autoRollbackEnabled=False)
    aws.advance(minutes=60)
    assert (release.status, release.weights(), release.healthy("Green")) == ("Stopped", (80, 20), 1)
    assert "rollbackInfo" not in release.info()

    release.start(deploymentConfigName="CodeDeployDefault.ECSAllAtOnce")
    aws.advance(minutes=7)
    assert (release.status, release.weights(), release.primary()) == ("Succeeded", (0, 100), "hello:3")
    assert len(release.service()["taskSets"]) == 1


def test_the_group_says_what_a_stop_means(aws: InProcessAws) -> None:
    release = Releasing(aws, CANARY)
    release.start()
    aws.advance(minutes=3)
    release.deploy.stop_deployment(deploymentId=release.id)

    check_rolled_back(release)
