from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from ecs_platform.deployment.native import NativeBlueGreen, NativeCanary, NativeLinear
from ecs_platform.deployment.native_deployment import NativeDeployment
from ecs_platform.deployment.stages import NativeStage
from tests.unit.service.builder import build_service

NATIVE = [
    NativeBlueGreen(),
    NativeLinear(percent=10, step_minutes=1),
    NativeCanary(percent=10, canary_minutes=1),
]


def _function(stack: cdk.Stack, name: str = "hook") -> lambda_.IFunction:
    arn = f"arn:aws:lambda:eu-central-1:111122223333:function:{name}"
    return lambda_.Function.from_function_arn(stack, f"Function{name}", arn)


def _service(template: Template) -> Mapping[str, Any]:
    (found,) = template.find_resources("AWS::ECS::Service").values()
    return found["Properties"]


def _statements(template: Template) -> list[dict[str, Any]]:
    trust = {"Statement": [{"Principal": {"Service": "ecs.amazonaws.com"}}]}
    (role,) = template.find_resources(
        "AWS::IAM::Role", {"Properties": {"AssumeRolePolicyDocument": trust}}
    ).values()
    assert "ManagedPolicyArns" not in role["Properties"]
    assert "Condition" not in role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]
    (policy,) = role["Properties"]["Policies"]
    return policy["PolicyDocument"]["Statement"]


@pytest.mark.parametrize("strategy", NATIVE)
def test_blue_is_attached_with_green_and_both_rules(
    stack: cdk.Stack, template: Callable[[], Template], strategy: NativeBlueGreen
) -> None:
    service = build_service(stack, deployment=strategy)
    assert isinstance(service.deployment, NativeDeployment)
    (attached,) = _service(template())["LoadBalancers"]
    assert attached == {
        "ContainerName": "app",
        "ContainerPort": 8080,
        "TargetGroupArn": stack.resolve(service.target_groups.blue.target_group_arn),
        "AdvancedConfiguration": {
            "AlternateTargetGroupArn": stack.resolve(service.target_groups.green.target_group_arn),
            "ProductionListenerRule": stack.resolve(service.production_rule.rule_arn),
            "TestListenerRule": stack.resolve(service.test_rule.rule_arn),
            "RoleArn": stack.resolve(service.deployment.role.role_arn),
        },
    }


def test_codedeploy_is_not_there(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_service(stack, deployment=NativeBlueGreen())
    for kind in ("Application", "DeploymentGroup", "DeploymentConfig"):
        template().resource_count_is(f"AWS::CodeDeploy::{kind}", 0)


def test_ecs_may_touch_these_rules_listeners_and_groups_only(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    service = build_service(stack, deployment=NativeBlueGreen())
    described, targets, listeners, rules = _statements(template())
    assert described["Resource"] == "*"
    assert all(":Describe" in action for action in described["Action"])
    assert targets == {
        "Effect": "Allow",
        "Action": ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
        "Resource": [
            stack.resolve(group.target_group_arn)
            for group in (service.target_groups.blue, service.target_groups.green)
        ],
    }
    assert listeners == {
        "Effect": "Allow",
        "Action": "elasticloadbalancing:ModifyListener",
        "Resource": [
            stack.resolve(listener.listener_arn)
            for listener in (service.production_listener, service.test_listener)
        ],
    }
    assert rules == {
        "Effect": "Allow",
        "Action": "elasticloadbalancing:ModifyRule",
        "Resource": [stack.resolve(rule.rule_arn) for rule in (service.production_rule, service.test_rule)],
    }


def test_without_hooks_ecs_may_call_no_function(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_service(stack, deployment=NativeBlueGreen())
    assert "lambda:" not in str(_statements(template()))
    assert "LifecycleHooks" not in _service(template())["DeploymentConfiguration"]


def test_hooks_are_called_at_their_stages_and_no_others_may_be(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    first, second = _function(stack, "first"), _function(stack, "second")
    service = build_service(
        stack,
        deployment=NativeBlueGreen(
            hooks={
                NativeStage.PRE_PRODUCTION_TRAFFIC_SHIFT: first,
                "POST_SCALE_UP": second,
                NativeStage.POST_PRODUCTION_TRAFFIC_SHIFT: first,
            }
        ),
    )
    assert isinstance(service.deployment, NativeDeployment)
    role = stack.resolve(service.deployment.role.role_arn)
    assert _service(template())["DeploymentConfiguration"]["LifecycleHooks"] == [
        {
            "HookTargetArn": first.function_arn,
            "LifecycleStages": ["PRE_PRODUCTION_TRAFFIC_SHIFT", "POST_PRODUCTION_TRAFFIC_SHIFT"],
            "RoleArn": role,
        },
        {"HookTargetArn": second.function_arn, "LifecycleStages": ["POST_SCALE_UP"], "RoleArn": role},
    ]
    assert _statements(template())[-1] == {
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Resource": [first.function_arn, second.function_arn],
    }


def test_alarms_can_be_left_unwatched(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_service(stack, deployment=NativeBlueGreen(roll_back_on_alarm=False))
    assert "Alarms" not in _service(template())["DeploymentConfiguration"]
    template().resource_count_is("AWS::CloudWatch::Alarm", 4)


def test_all_alarms_are_watched_in_one_list(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    service = build_service(stack, deployment=NativeBlueGreen())
    assert _service(template())["DeploymentConfiguration"]["Alarms"] == {
        "AlarmNames": [stack.resolve(alarm.ref) for alarm in service.alarms],
        "Enable": True,
        "Rollback": True,
    }


def test_a_role_of_its_own_never_becomes_codedeploys(stack: cdk.Stack) -> None:
    service = build_service(stack, deployment=NativeBlueGreen())
    assert isinstance(service.deployment, NativeDeployment)
    assert service.deployment.node.id == "Native"


def test_no_finding(stack: cdk.Stack, findings: Callable[[], list[str]]) -> None:
    build_service(
        stack, deployment=NativeCanary(percent=5, canary_minutes=5, hooks={"POST_SCALE_UP": _function(stack)})
    )
    assert findings() == []
