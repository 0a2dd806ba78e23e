"""Deployments that end early: hooks, alarms, stop, refusals; and the way back."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from rehearsal.in_process import InProcessAws
from tests.rehearsal.releasing import BACK_ON_ALL, Releasing
from tests.rehearsal.templates import Resources, att, resource
from tests.rehearsal.test_codedeploy_life import CANARY

NEVER_BACK = {"Enabled": False, "Events": BACK_ON_ALL["Events"]}
HOOK = """
import boto3

def handler(event, context):
    {body}
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status="{status}",
    )
"""


def hook(status: str = "Succeeded", body: str = "pass") -> Resources:
    """A hook function that answers with a status."""
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}]}
    function = resource(
        "AWS::Lambda::Function",
        FunctionName="hook",
        Handler="index.handler",
        Runtime="python3.12",
        Role=att("HookRole", "Arn"),
        Code={"ZipFile": HOOK.format(status=status, body=body)},
    )
    return {"HookRole": resource("AWS::IAM::Role", AssumeRolePolicyDocument=trust), "Hook": function}


def ended(release: Releasing) -> tuple[str, str]:
    info = release.info()
    return info["status"], info["errorInformation"]["code"]


def check_rolled_back(release: Releasing) -> None:
    """Nothing is left of the deployment, and another one says so."""
    release.aws.advance(seconds=12)
    assert release.weights() == release.weights("TestRule") == (100, 0)
    assert release.primary() == "hello:1"
    assert release.service()["taskDefinition"].endswith("hello:1")
    assert (release.healthy("Blue"), release.healthy("Green")) == (1, 0)
    back = release.info(release.info()["rollbackInfo"]["rollbackDeploymentId"])
    assert (back["status"], back["creator"]) == ("Succeeded", "codeDeployRollback")
    assert back["rollbackInfo"]["rollbackTriggeringDeploymentId"] == release.id


@pytest.mark.parametrize(
    "event", ["AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"]
)
def test_a_hook_that_fails_ends_it_and_rolls_back(aws: InProcessAws, event: str) -> None:
    release = Releasing(aws, resources=hook("Failed"))
    release.start(hooks={event: "hook"})
    aws.advance(minutes=2)

    assert (release.weights(), release.healthy("Green")) == ((100, 0), 0), "within the same two minutes"
    assert ended(release) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert release.events()[event] == "Failed"
    check_rolled_back(release)


def test_a_hook_before_the_installation_leaves_nothing_to_roll_back(aws: InProcessAws) -> None:
    release = Releasing(aws, resources=hook("Failed"))
    release.start(hooks={"BeforeInstall": "hook"})
    aws.advance(minutes=2)

    assert ended(release) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert "rollbackInfo" not in release.info()


def test_a_hook_that_succeeds_is_passed(aws: InProcessAws) -> None:
    release = Releasing(aws, resources=hook())
    release.start(hooks={"AfterAllowTestTraffic": "hook"})
    aws.advance(minutes=10)

    info = release.info()
    assert (info["status"], release.weights()) == ("Succeeded", (0, 100))
    assert (info["completeTime"] - info["createTime"]).total_seconds() == 370, "it answers without delay"


PROBER = """
import urllib.request

def handler(event, context):
    return urllib.request.urlopen(f"http://{event['address']}:8080/healthz", timeout=5).status
"""


def test_a_hook_asks_a_function_in_the_vpc_which_reaches_the_new_task(aws: InProcessAws) -> None:
    body = (
        "import json; ecs = boto3.client('ecs');"
        "sets = ecs.describe_services(cluster='dev', services=['hello'])['services'][0]['taskSets'];"
        "mine = [s['id'] for s in sets if s['externalId'] == event['DeploymentId']][0];"
        "arns = ecs.list_tasks(cluster='dev', startedBy=mine)['taskArns'];"
        "task = ecs.describe_tasks(cluster='dev', tasks=arns)['tasks'][0];"
        "address = task['containers'][0]['networkInterfaces'][0]['privateIpv4Address'];"
        "ask = lambda what: boto3.client('lambda').invoke(FunctionName='prober', Payload=json.dumps(what));"
        "assert 'FunctionError' in ask({'nothing': ''});"
        "assert ask({'address': address})['Payload'].read() == b'200'"
    )
    resources = hook(body=body)
    prober = {**resources["Hook"]["Properties"], "FunctionName": "prober", "Code": {"ZipFile": PROBER}}
    inside = {"SubnetIds": [{"Ref": "SubnetA"}], "SecurityGroupIds": [{"Ref": "Group"}]}
    resources["Prober"] = resource("AWS::Lambda::Function", **prober, VpcConfig=inside)
    release = Releasing(aws, resources=resources)
    release.start(hooks={"AfterAllowTestTraffic": "hook"})
    aws.advance(minutes=2)

    assert release.events()["AfterAllowTestTraffic"] == "Succeeded"


def test_a_group_that_never_rolls_back_leaves_it_there(aws: InProcessAws) -> None:
    release = Releasing(aws, resources=hook("Failed"), AutoRollbackConfiguration=NEVER_BACK)
    release.start(hooks={"AfterAllowTraffic": "hook"})
    aws.advance(minutes=60)

    assert ended(release) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert (release.weights(), release.primary()) == ((0, 100), "hello:2")
    assert "rollbackInfo" not in release.info()


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


def test_a_silent_hook_has_an_hour(aws: InProcessAws) -> None:
    release = Releasing(aws, resources=hook(body="raise ValueError"))
    release.start(hooks={"AfterInstall": "hook"})
    aws.advance(minutes=60)
    assert (release.status, release.events()["AfterInstall"]) == ("InProgress", "InProgress")

    aws.advance(minutes=6)
    assert ended(release) == ("Failed", "HOOK_EXECUTION_FAILURE")
    assert (release.info()["completeTime"] - release.info()["createTime"]).total_seconds() == 5 + 60 + 3600
    assert "within an hour" in release.info()["errorInformation"]["message"]


def test_a_hook_that_does_not_exist_fails_the_deployment(aws: InProcessAws) -> None:
    release = Releasing(aws)
    release.start(hooks={"AfterInstall": "absent"})
    aws.advance(minutes=2)

    assert ended(release) == ("Failed", "INVALID_LAMBDA_FUNCTION")
    check_rolled_back(release)


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
