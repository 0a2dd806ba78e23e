from collections.abc import Callable
from graphlib import TopologicalSorter
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from tests.unit.deployment.hooks.smoke_platform import SmokePlatform, resource, statements

Made = Callable[[], Template]
INTERFACES = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]


def _arn_of(template: Template, kind: str, part: str) -> dict[str, Any]:
    (name,) = [name for name in template.find_resources(kind) if name.startswith(part)]
    return {"Fn::GetAtt": [name, "Arn"]}


def _may_log(template: Template, part: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": _arn_of(template, "AWS::Logs::LogGroup", part),
    }


def _trusted(template: Template, part: str) -> list[dict[str, Any]]:
    role = resource(template, "AWS::IAM::Role", part)
    return role["Properties"]["AssumeRolePolicyDocument"]["Statement"]


def _trust(service: str) -> list[dict[str, Any]]:
    return [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": service}}]


def test_the_hook_reads_one_cluster_and_invokes_one_prober(stack: cdk.Stack, template: Made) -> None:
    SmokePlatform(stack, cluster_name="prod", service_name="shop")
    ecs_arn = "arn:aws:ecs:eu-central-1:111122223333:"
    assert statements(template(), "SmokeRole") == [
        _may_log(template(), "SmokeLogs"),
        {
            "Effect": "Allow",
            "Action": "lambda:InvokeFunction",
            "Resource": _arn_of(template(), "AWS::Lambda::Function", "SmokeProber"),
        },
        {"Effect": "Allow", "Action": "ecs:DescribeServices", "Resource": f"{ecs_arn}service/prod/shop"},
        {
            "Effect": "Allow",
            "Action": ["ecs:DescribeServiceRevisions", "ecs:DescribeTasks", "ecs:ListTasks"],
            "Resource": "*",
            "Condition": {"ArnEquals": {"ecs:cluster": f"{ecs_arn}cluster/prod"}},
        },
    ]
    assert _trusted(template(), "SmokeRole") == _trust("lambda.amazonaws.com")


def test_lambda_may_hold_interfaces_and_the_probers_code_may_not(stack: cdk.Stack, template: Made) -> None:
    SmokePlatform(stack)
    assert statements(template(), "SmokeProberRole") == [
        _may_log(template(), "SmokeProberLogs"),
        {"Effect": "Allow", "Action": INTERFACES, "Resource": "*"},
        {
            "Effect": "Deny",
            "Action": INTERFACES,
            "Resource": "*",
            "Condition": {"Null": {"lambda:SourceFunctionArn": "false"}},
        },
    ]
    assert _trusted(template(), "SmokeProberRole") == _trust("lambda.amazonaws.com")


def test_code_deploys_role_is_told_what_it_needs(stack: cdk.Stack) -> None:
    platform = SmokePlatform(stack)
    assert platform.smoke.invoke_statement == {
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Resource": platform.smoke.function.function_arn,
    }


def test_the_hook_reports_to_one_deployment_group_and_only_where_there_is_one(
    stack: cdk.Stack, template: Made
) -> None:
    platform = SmokePlatform(stack)
    group = "arn:aws:codedeploy:eu-central-1:111122223333:deploymentgroup:app/group"
    platform.smoke.report_to(group)
    (role,) = [name for name in template().find_resources("AWS::IAM::Role") if name.startswith("SmokeRole")]
    policy = resource(template(), "AWS::IAM::Policy", "Smoke")["Properties"]
    del policy["PolicyName"]  # CDK's
    assert policy == {
        "Roles": [{"Ref": role}],
        "PolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "codedeploy:PutLifecycleEventHookExecutionStatus",
                    "Resource": group,
                }
            ],
        },
    }


def test_without_a_report_there_is_no_policy_for_it(stack: cdk.Stack, template: Made) -> None:
    SmokePlatform(stack)
    template().resource_count_is("AWS::IAM::Policy", 0)
    template().resource_count_is("AWS::IAM::Role", 2)


def test_ecs_gets_a_role_to_invoke_the_hook_and_asks_for_it_once(stack: cdk.Stack, template: Made) -> None:
    platform = SmokePlatform(stack)
    assert platform.smoke.role_for_ecs() is platform.smoke.role_for_ecs()
    assert statements(template(), "SmokeEcsRole") == [
        {
            "Effect": "Allow",
            "Action": "lambda:InvokeFunction",
            "Resource": _arn_of(template(), "AWS::Lambda::Function", "SmokeHook"),
        }
    ]
    assert _trusted(template(), "SmokeEcsRole") == _trust("ecs.amazonaws.com")


@pytest.mark.parametrize(("seconds", "minutes"), [(10, 5), (300, 10), (780, 18)])
def test_ecs_is_told_to_give_up_some_minutes_after_the_test(
    stack: cdk.Stack, seconds: int, minutes: int
) -> None:
    platform = SmokePlatform(stack, smoke_test=SmokeTest(path="/", timeout_seconds=seconds))
    assert platform.smoke.timeout_minutes_for_ecs == minutes


def test_the_group_waits_for_code_deploys_role_and_the_hook_for_neither(
    stack: cdk.Stack, template: Made
) -> None:
    smoke = SmokePlatform(stack).smoke
    role = iam.Role(
        stack,
        "CodeDeploy",
        assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"),
        inline_policies={
            "Deploy": iam.PolicyDocument.from_json(
                {"Version": "2012-10-17", "Statement": [dict(smoke.invoke_statement)]}
            )
        },
    )
    group = codedeploy.CfnDeploymentGroup(
        stack, "Group", application_name="app", service_role_arn=role.role_arn
    )
    smoke.report_to(f"arn:aws:codedeploy:eu-central-1:111122223333:deploymentgroup:app/{group.ref}")
    _assert_no_circle(template())


def test_a_service_of_ecs_waits_for_its_hook(stack: cdk.Stack, template: Made) -> None:
    smoke = SmokePlatform(stack).smoke
    service = ecs.CfnService(
        stack,
        "Service",
        deployment_configuration=ecs.CfnService.DeploymentConfigurationProperty(
            lifecycle_hooks=[
                ecs.CfnService.DeploymentLifecycleHookProperty(
                    hook_target_arn=smoke.function.function_arn,
                    role_arn=smoke.role_for_ecs().role_arn,
                    lifecycle_stages=["POST_TEST_TRAFFIC_SHIFT"],
                )
            ]
        ),
    )
    service.node.add_dependency(smoke)
    _assert_no_circle(template())
    waits = set(resource(template(), "AWS::ECS::Service", "Service")["DependsOn"])
    own = {name for name in template().to_json()["Resources"] if name.startswith("Smoke")}
    assert waits == own


def _assert_no_circle(template: Template) -> None:
    resources = template.to_json()["Resources"]

    def named(part: Any) -> set[str]:
        if isinstance(part, dict):
            if set(part) == {"Ref"}:
                return {part["Ref"]} & set(resources)
            if set(part) == {"Fn::GetAtt"}:
                return {part["Fn::GetAtt"][0]}
            return set().union(*(named(inner) for inner in part.values()))
        if isinstance(part, list):
            return set().union(*(named(inner) for inner in part))
        return set()

    graph = {
        name: named(body.get("Properties", {})) | set(body.get("DependsOn", ()))
        for name, body in resources.items()
    }
    assert list(TopologicalSorter(graph).static_order())  # raises CycleError


@pytest.mark.parametrize("account", ["111122223333", None])
@pytest.mark.parametrize("elsewhere", [False, True], ids=["literal cluster", "cluster of another stack"])
def test_nothing_is_left_for_the_nag_pack_to_find(
    app: cdk.App, findings: Callable[[], list[str]], account: str | None, elsewhere: bool
) -> None:
    env = cdk.Environment(account=account, region="eu-central-1")
    stack = cdk.Stack(app, "there", env=env)
    cluster = ecs.CfnCluster(cdk.Stack(app, "platform", env=env), "Cluster").ref if elsewhere else "dev"
    smoke = SmokePlatform(stack, cluster_name=cluster).smoke
    smoke.report_to("arn:aws:codedeploy:eu-central-1:111122223333:deploymentgroup:app/group")
    smoke.role_for_ecs()
    assert [finding for finding in findings() if "/Smoke" in finding] == []
