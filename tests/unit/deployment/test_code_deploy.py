from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.code_deploy import BlueGreenDeployment
from ecs_platform.deployment.stages import CodeDeployStage
from ecs_platform.deployment.traffic import Canary
from tests.unit.service.builder import build_service

GROUP = "AWS::CodeDeploy::DeploymentGroup"


def _group(template: Template) -> dict[str, Any]:
    (found,) = template.find_resources(GROUP).values()
    return found["Properties"]


def _statements(template: Template) -> list[dict[str, Any]]:
    roles = template.find_resources(
        "AWS::IAM::Role",
        {"Properties": {"Policies": [{"PolicyName": "Deploy"}]}},
    )
    (role,) = roles.values()
    assert "ManagedPolicyArns" not in role["Properties"]
    return role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]


def _statement(template: Template, action: str) -> dict[str, Any]:
    (found,) = [
        statement
        for statement in _statements(template)
        if action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    ]
    return found


def test_the_group_deploys_the_service_between_its_groups_and_listeners(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    service = build_service(stack)
    group = _group(template())
    (pair,) = group["LoadBalancerInfo"]["TargetGroupPairInfoList"]
    assert pair == {
        "ProdTrafficRoute": {"ListenerArns": [stack.resolve(service.production_listener.listener_arn)]},
        "TestTrafficRoute": {"ListenerArns": [stack.resolve(service.test_listener.listener_arn)]},
        "TargetGroups": [
            {"Name": stack.resolve(service.target_groups.blue.target_group_name)},
            {"Name": stack.resolve(service.target_groups.green.target_group_name)},
        ],
    }
    assert group["DeploymentStyle"] == {
        "DeploymentOption": "WITH_TRAFFIC_CONTROL",
        "DeploymentType": "BLUE_GREEN",
    }
    assert len(group["ECSServices"]) == 1


def test_defaults_all_at_once_an_hour_back_and_rollback_on_everything(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    service = build_service(stack)
    group = _group(template())
    assert group["DeploymentConfigName"] == "CodeDeployDefault.ECSAllAtOnce"
    termination = group["BlueGreenDeploymentConfiguration"]["TerminateBlueInstancesOnDeploymentSuccess"]
    assert termination == {"Action": "TERMINATE", "TerminationWaitTimeInMinutes": 60}
    assert group["AutoRollbackConfiguration"] == {
        "Enabled": True,
        "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"],
    }
    watched = [alarm["Name"] for alarm in group["AlarmConfiguration"]["Alarms"]]
    assert watched == [stack.resolve(alarm.ref) for alarm in service.alarms]
    assert len(watched) == 4


def test_traffic_and_wait_are_the_strategys(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    strategy = CodeDeployBlueGreen(traffic=Canary(percent=20, minutes=7), termination_wait_minutes=9)
    build_service(stack, deployment=strategy)
    group = _group(template())
    (configuration,) = template().find_resources("AWS::CodeDeploy::DeploymentConfig")
    assert group["DeploymentConfigName"] == {"Ref": configuration}
    termination = group["BlueGreenDeploymentConfiguration"]["TerminateBlueInstancesOnDeploymentSuccess"]
    assert termination["TerminationWaitTimeInMinutes"] == 9


@pytest.mark.parametrize(
    ("option", "event"),
    [
        ("roll_back_on_failure", "DEPLOYMENT_FAILURE"),
        ("roll_back_on_stop", "DEPLOYMENT_STOP_ON_REQUEST"),
        ("roll_back_on_alarm", "DEPLOYMENT_STOP_ON_ALARM"),
    ],
)
def test_each_rollback_can_be_left_out(
    stack: cdk.Stack, template: Callable[[], Template], option: str, event: str
) -> None:
    build_service(stack, deployment=CodeDeployBlueGreen(**{option: False}))  # pyright: ignore[reportArgumentType]
    group = _group(template())
    assert event not in group["AutoRollbackConfiguration"]["Events"]
    assert len(group["AutoRollbackConfiguration"]["Events"]) == 2
    assert group["AlarmConfiguration"]["Enabled"] is (option != "roll_back_on_alarm")


def test_nobody_approves_by_default(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_service(stack)
    ready = _group(template())["BlueGreenDeploymentConfiguration"]["DeploymentReadyOption"]
    assert ready == {"ActionOnTimeout": "CONTINUE_DEPLOYMENT", "WaitTimeInMinutes": 0}


def test_a_deployment_waits_for_its_approval(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_service(stack, deployment=CodeDeployBlueGreen(approval_wait_minutes=45))
    ready = _group(template())["BlueGreenDeploymentConfiguration"]["DeploymentReadyOption"]
    assert ready == {"ActionOnTimeout": "STOP_DEPLOYMENT", "WaitTimeInMinutes": 45}


def test_codedeploy_may_call_the_hooks_and_no_other_function(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    arn = "arn:aws:lambda:eu-central-1:111122223333:function"
    first, second = (
        lambda_.Function.from_function_arn(stack, name, f"{arn}:{name}") for name in ("first", "second")
    )
    service = build_service(
        stack,
        deployment=CodeDeployBlueGreen(
            hooks={
                CodeDeployStage.AFTER_ALLOW_TEST_TRAFFIC: first,
                "BeforeAllowTraffic": second,
                "AfterAllowTraffic": first,
            }
        ),
    )
    assert isinstance(service.deployment, BlueGreenDeployment)
    assert service.deployment.hooks == {
        "AfterAllowTestTraffic": f"{arn}:first",
        "BeforeAllowTraffic": f"{arn}:second",
        "AfterAllowTraffic": f"{arn}:first",
    }
    invoked = _statement(template(), "lambda:InvokeFunction")
    assert invoked["Resource"] == [f"{arn}:first", f"{arn}:second"]


def test_codedeploy_may_touch_this_services_rules_and_listeners_only(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    service = build_service(stack)
    assert _statement(template(), "elasticloadbalancing:ModifyRule")["Resource"] == [
        stack.resolve(service.production_rule.rule_arn),
        stack.resolve(service.test_rule.rule_arn),
    ]
    assert _statement(template(), "elasticloadbalancing:ModifyListener")["Resource"] == [
        stack.resolve(service.production_listener.listener_arn),
        stack.resolve(service.test_listener.listener_arn),
    ]


def test_codedeploy_may_pass_the_two_task_roles_to_tasks_only(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack)
    statement = _statement(template(), "iam:PassRole")
    assert len(statement["Resource"]) == 2
    assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


def test_new_task_sets_are_limited_to_the_service(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_service(stack)
    condition = _statement(template(), "ecs:CreateTaskSet")["Condition"]["ArnEquals"]["ecs:service"]
    assert str(condition).endswith("/hello']]}")
    assert ":service/" in str(condition)


def test_no_function_and_no_object_is_in_reach(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_service(stack)
    granted = str([statement["Action"] for statement in _statements(template())])
    assert "lambda:" not in granted
    assert "s3:" not in granted


def test_only_codedeploy_of_this_account_takes_the_role(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack)
    template().has_resource_properties(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {
                "Statement": [
                    {
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
                        "Effect": "Allow",
                        "Principal": {"Service": "codedeploy.amazonaws.com"},
                    }
                ]
            }
        },
    )
