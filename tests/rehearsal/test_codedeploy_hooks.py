"""Functions that a deployment asks: what they say moves it on, ends it, or is waited for."""

import pytest

from rehearsal.in_process import InProcessAws
from tests.rehearsal.releasing import NEVER_BACK, Releasing, check_rolled_back, ended
from tests.rehearsal.templates import Resources, att, resource

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
