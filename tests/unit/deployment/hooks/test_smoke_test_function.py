import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from ecs_platform.deployment.hooks import functions, smoke_test_function
from ecs_platform.deployment.hooks.functions import prober
from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from tests.unit.deployment.hooks.smoke_platform import (
    SmokePlatform,
    function,
    resource,
    statements,
)
from tests.unit.deployment.hooks.stubbed_aws import client

Made = Callable[[], Template]
GROUP, INGRESS = "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"


def test_both_run_the_same_code_on_the_runtime_of_the_others(stack: cdk.Stack, template: Made) -> None:
    SmokePlatform(stack)
    hook, asker = function(template(), "hook.handler"), function(template(), "prober.handler")
    for made in (hook, asker):
        assert made["Runtime"] == "python3.14"
        assert made["Architectures"] == ["arm64"]
        assert "ReservedConcurrentExecutions" not in made
    assert hook["Code"] == asker["Code"]
    template().resource_count_is("AWS::Lambda::Function", 2)


def test_what_python_compiles_is_not_shipped_so_that_the_hash_stays(
    stack: cdk.Stack, app: cdk.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Path(functions.__file__).parent
    copy = shutil.copytree(source, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (copy, copy / "smoke_test"):
        (folder / "__pycache__").mkdir()
        (folder / "__pycache__" / "prober.cpython-314.pyc").write_bytes(b"compiled")
    monkeypatch.setattr(smoke_test_function, "_CODE", copy)
    SmokePlatform(stack)
    app.synth()
    (asset,) = [one for one in Path(app.outdir).glob("asset.*") if (one / "prober.py").exists()]
    shipped = {str(file.relative_to(asset)) for file in asset.rglob("*") if file.is_file()}
    assert shipped == {str(file.relative_to(source)) for file in source.rglob("*.py")}


def test_the_hook_stands_outside_the_vpc_and_knows_the_test(stack: cdk.Stack, template: Made) -> None:
    test = SmokeTest(path="/ready?deep=1", status=204, timeout_seconds=45)
    SmokePlatform(stack, smoke_test=test, port=9000, cluster_name="prod", service_name="shop")
    hook = function(template(), "hook.handler")
    assert "VpcConfig" not in hook
    told = hook["Environment"]["Variables"]
    asker = template().find_resources("AWS::Lambda::Function")[told.pop("PROBER_NAME")["Ref"]]
    assert asker["Properties"]["Handler"] == "prober.handler"
    assert told == {
        "CLUSTER_NAME": "prod",
        "SERVICE_NAME": "shop",
        "TASK_PORT": "9000",
        "TEST_PATH": "/ready?deep=1",
        "TEST_STATUS": "204",
        "TIMEOUT_SECONDS": "45",
    }


@pytest.mark.parametrize(("test", "lambda_"), [(10, 130), (300, 420), (780, 900)])
def test_lambda_leaves_two_minutes_after_the_test(
    stack: cdk.Stack, template: Made, test: int, lambda_: int
) -> None:
    SmokePlatform(stack, smoke_test=SmokeTest(path="/", timeout_seconds=test))
    assert function(template(), "hook.handler")["Timeout"] == lambda_


def test_the_prober_stands_with_the_tasks_and_knows_nothing(stack: cdk.Stack, template: Made) -> None:
    SmokePlatform(stack)
    asker = function(template(), "prober.handler")
    (group,) = asker["VpcConfig"]["SecurityGroupIds"]
    assert asker["VpcConfig"]["SubnetIds"] == ["subnet-private-a", "subnet-private-b"]
    assert group["Fn::GetAtt"][0].startswith("SmokeSecurityGroup")
    assert "Environment" not in asker
    assert asker["Timeout"] > 2 * prober.TIMEOUT_SECONDS  # to connect, and to answer


def test_the_prober_reaches_the_tasks_on_their_port_and_nothing_reaches_it(
    stack: cdk.Stack, template: Made
) -> None:
    platform = SmokePlatform(stack, port=9000)
    tasks = stack.resolve(platform.tasks.security_group_id)
    one_port = {"IpProtocol": "tcp", "FromPort": 9000, "ToPort": 9000, "Description": "smoke test to tasks"}

    group = resource(template(), GROUP, "Smoke")["Properties"]
    assert group["SecurityGroupEgress"] == [{**one_port, "DestinationSecurityGroupId": tasks}]
    assert "SecurityGroupIngress" not in group
    assert group["VpcId"] == "vpc-1"
    (ingress,) = template().find_resources(INGRESS).values()
    (own,) = [name for name in template().find_resources(GROUP) if name.startswith("Smoke")]
    assert ingress["Properties"] == {
        **one_port,
        "GroupId": tasks,
        "SourceSecurityGroupId": {"Fn::GetAtt": [own, "GroupId"]},
    }
    template().resource_count_is("AWS::EC2::SecurityGroupEgress", 0)


def test_no_endpoint_is_asked_for(stack: cdk.Stack, template: Made) -> None:
    platform = SmokePlatform(stack)
    platform.smoke.report_to("arn:aws:codedeploy:eu-central-1:111122223333:deploymentgroup:a/g")
    platform.smoke.role_for_ecs()
    assert platform.network.reached == set()
    template().resource_count_is("AWS::EC2::VPCEndpoint", 0)


@pytest.mark.parametrize(
    ("options", "days", "deletion"),
    [
        ({}, 365, "Retain"),
        ({"log_retention": logs.RetentionDays.ONE_WEEK}, 7, "Retain"),
        ({"removal_policy": cdk.RemovalPolicy.DESTROY}, 365, "Delete"),
    ],
)
def test_each_has_a_log_of_its_own(
    stack: cdk.Stack, template: Made, options: dict[str, Any], days: int, deletion: str
) -> None:
    SmokePlatform(stack, **options)
    groups = template().find_resources("AWS::Logs::LogGroup")
    used = {
        function(template(), handler)["LoggingConfig"]["LogGroup"]["Ref"]
        for handler in ("hook.handler", "prober.handler")
    }
    assert used == set(groups)
    assert len(used) == 2
    for group in groups.values():
        assert group["DeletionPolicy"] == deletion
        assert group["Properties"] == {"RetentionInDays": days}


def test_a_key_encrypts_both_logs_and_lets_cloudwatch_use_it(stack: cdk.Stack, template: Made) -> None:
    key = kms.Key(stack, "Key")
    SmokePlatform(stack, encryption_key=key)
    for group in template().find_resources("AWS::Logs::LogGroup").values():
        assert group["Properties"]["KmsKeyId"] == stack.resolve(key.key_arn)
    (made,) = template().find_resources("AWS::KMS::Key").values()
    condition = made["Properties"]["KeyPolicy"]["Statement"][-1]["Condition"]
    assert condition == {
        "ArnLike": {
            "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:111122223333:log-group:stack-*"
        }
    }


def test_the_role_of_the_interfaces_outlives_the_group_they_are_in(stack: cdk.Stack, template: Made) -> None:
    SmokePlatform(stack)
    (role,) = [name for name in template().find_resources("AWS::IAM::Role") if "ProberRole" in name]
    assert resource(template(), GROUP, "Smoke")["DependsOn"] == [role]


def test_the_hooks_policy_allows_exactly_what_its_code_calls(stack: cdk.Stack, template: Made) -> None:
    SmokePlatform(stack).smoke.report_to("arn:aws:codedeploy:eu-central-1:111122223333:deploymentgroup:a/g")
    report = resource(template(), "AWS::IAM::Policy", "Smoke")["Properties"]["PolicyDocument"]
    allowed = {
        action
        for statement in [*statements(template(), "SmokeRole"), *report["Statement"]]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        if not action.startswith("logs:")
    }
    assert allowed == _called()


def _called() -> set[str]:
    """The operations that the hook's sources call, as IAM knows them."""
    text = "".join(source.read_text() for source in Path(functions.__file__).parent.rglob("*.py"))
    words = {*re.findall(r"\.(\w+)\(", text), *re.findall(r'get_paginator\("(\w+)"\)', text)}
    called = {
        f"{name}:{operation}"
        for name in ("ecs", "codedeploy", "lambda")
        for method, operation in client(name).meta.method_to_api_mapping.items()
        if method in words
    }
    # https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    return {"lambda:InvokeFunction" if name == "lambda:Invoke" else name for name in called}
