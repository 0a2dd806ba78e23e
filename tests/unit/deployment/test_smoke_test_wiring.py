"""A strategy's smoke test becomes a hook at the stage where the new tasks are up and no user has met them."""

from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Match, Template

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.code_deploy import BlueGreenDeployment
from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from ecs_platform.deployment.native import NativeBlueGreen, NativeCanary
from ecs_platform.deployment.stages import CodeDeployStage
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.logs import AwsLogs
from tests.unit.service.builder import build_service

TEST = SmokeTest(path="/ready", timeout_seconds=120)


def _hook(template: Template) -> str:
    (id_,) = template.find_resources(
        "AWS::Lambda::Function", {"Properties": {"Environment": {"Variables": {"TEST_PATH": "/ready"}}}}
    )
    return id_


def _service(template: Template) -> Mapping[str, Any]:
    (found,) = template.find_resources("AWS::ECS::Service").values()
    return found


def test_codedeploy_names_it_in_the_appspec_may_invoke_it_and_hears_of_it(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    service = build_service(stack, deployment=CodeDeployBlueGreen(smoke_test=TEST))
    assert isinstance(service.deployment, BlueGreenDeployment)
    arn = {"Fn::GetAtt": [_hook(template()), "Arn"]}
    assert stack.resolve(service.deployment.hooks) == {"AfterAllowTestTraffic": arn}
    invoke = Match.object_like({"Action": "lambda:InvokeFunction", "Resource": arn})
    template().has_resource_properties(
        "AWS::IAM::Role",
        {
            "Policies": [
                {
                    "PolicyName": "Deploy",
                    "PolicyDocument": Match.object_like({"Statement": Match.array_with([invoke])}),
                }
            ]
        },
    )
    report = Match.object_like(
        {
            "Action": "codedeploy:PutLifecycleEventHookExecutionStatus",
            "Resource": stack.resolve(service.deployment.group.deployment_group_arn),
        }
    )
    template().has_resource_properties(
        "AWS::IAM::Policy", {"PolicyDocument": Match.object_like({"Statement": [report]})}
    )


def test_ecs_calls_it_after_the_test_rule_moved_and_does_not_wait_a_day(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack, deployment=NativeCanary(percent=5, canary_minutes=5, smoke_test=TEST))
    hook = _hook(template())
    (written,) = _service(template())["Properties"]["DeploymentConfiguration"]["LifecycleHooks"]
    assert written["HookTargetArn"] == {"Fn::GetAtt": [hook, "Arn"]}
    assert written["LifecycleStages"] == ["POST_TEST_TRAFFIC_SHIFT"]
    assert written["TimeoutConfiguration"] == {"TimeoutInMinutes": 7, "Action": "ROLLBACK"}
    assert hook in _service(template())["DependsOn"]


def test_its_logs_are_kept_as_long_as_the_services(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(
        stack,
        deployment=NativeBlueGreen(smoke_test=TEST),
        logs=AwsLogs(
            group_name="/ecs/hello",
            retention=logs.RetentionDays.ONE_WEEK,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        ),
    )
    kept = template().find_resources("AWS::Logs::LogGroup", {"Properties": {"RetentionInDays": 7}})
    assert len(kept) == 3
    assert {group["DeletionPolicy"] for group in kept.values()} == {"Delete"}


def test_two_functions_at_one_stage_of_codedeploy_are_refused() -> None:
    called: Any = object()
    with pytest.raises(ConfigurationError) as refusal:
        CodeDeployBlueGreen(hooks={CodeDeployStage.AFTER_ALLOW_TEST_TRAFFIC: called}, smoke_test=TEST)
    assert str(refusal.value) == (
        "CodeDeploy calls one function at a stage, and the smoke test runs at AfterAllowTestTraffic. "
        "Allowed: your function at BeforeAllowTraffic, or no smoke test. "
        "Change: CodeDeployBlueGreen(hooks=..., smoke_test=...)."
    )


@pytest.mark.parametrize("strategy", [CodeDeployBlueGreen(smoke_test=TEST), NativeBlueGreen(smoke_test=TEST)])
def test_no_finding(
    stack: cdk.Stack, findings: Callable[[], list[str]], strategy: CodeDeployBlueGreen | NativeBlueGreen
) -> None:
    build_service(stack, deployment=strategy)
    assert findings() == []


@pytest.mark.parametrize("strategy", [CodeDeployBlueGreen(), NativeBlueGreen()])
def test_without_one_there_is_no_function(
    stack: cdk.Stack, template: Callable[[], Template], strategy: CodeDeployBlueGreen | NativeBlueGreen
) -> None:
    build_service(stack, deployment=strategy)
    # The listener rules' own is the only one.
    template().resource_count_is("AWS::Lambda::Function", 1)
