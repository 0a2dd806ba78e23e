"""A permission: spelled-out actions, and an argued reason for every wildcard."""

import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from ecs_platform.account.permission import Permission, argue, document
from ecs_platform.place import place_of
from ecs_platform.problem import ConfigurationError

REASON = "A task's ARN ends in an id that it gets when it starts."


@pytest.mark.parametrize("action", ["ecs:*", "ecs:Describe*", "*", "DescribeServices"])
def test_an_action_is_spelled_out(action: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Permission(actions=["ecs:RunTask", action], resources=["arn"])
    assert str(refused.value) == (
        f'"{action}" is not one action. Allowed: a service and one of its actions, such as '
        '"ecs:DescribeServices". Change: Permission(actions=...)'
    )


@pytest.mark.parametrize("because", [None, "", "Because it has to be so."])
def test_a_wildcard_needs_a_reason(because: str | None) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Permission(actions=["ecs:StopTask"], resources=["arn", "arn:task/*"], because=because)
    assert str(refused.value) == (
        "arn:task/* is more than one resource, and no reason is given. Allowed: a sentence of eight words or "
        "more that a reviewer would accept. Change: Permission(because=...)"
    )


def test_one_resource_needs_none() -> None:
    assert Permission(actions=["ecs:RunTask"], resources=["arn"]).statement == {
        "Effect": "Allow",
        "Action": ["ecs:RunTask"],
        "Resource": ["arn"],
    }


def test_conditions_are_part_of_the_statement() -> None:
    permission = Permission(
        actions=["b:B", "a:A"], resources=["arn"], conditions={"StringEquals": {"key": "value"}}
    )
    assert permission.statement == {
        "Effect": "Allow",
        "Action": ["a:A", "b:B"],
        "Resource": ["arn"],
        "Condition": {"StringEquals": {"key": "value"}},
    }


def test_the_reasons_go_to_cdk_nag_for_exactly_these_resources(stack, findings) -> None:
    argued = Permission(actions=["ecs:StopTask"], resources=["arn:aws:ecs:::task/*"], because=REASON)
    other = Permission(actions=["ecs:StopTask"], resources=["arn:aws:ecs:::service/*"], because=REASON)
    policy = iam.ManagedPolicy(stack, "Policy", document=document([argued, other]))
    argue(policy, [argued], place_of(stack))
    assert findings() == ["AwsSolutions-IAM5[Resource::arn:aws:ecs:::service/*] at stack/Policy/Resource"]


def test_an_account_of_the_credentials_is_named_as_cdk_nag_names_it(app, findings) -> None:
    stack = cdk.Stack(app, "anywhere", env=cdk.Environment(region="eu-central-1"))
    place = place_of(stack)
    permission = Permission(actions=["ecs:StopTask"], resources=[place.arn("ecs", "task/*")], because=REASON)
    policy = iam.ManagedPolicy(stack, "Policy", document=document([permission]))
    argue(policy, [permission], place)
    assert findings() == []


def test_two_reasons_for_one_resource_are_both_given_once(stack, app, findings) -> None:
    reason = "{} takes no resource, says the Service Authorization Reference."
    permissions = [
        Permission(actions=[action], resources=["*"], because=reason.format(action))
        for action in ("ecs:ListTasks", "ecs:ListClusters", "ecs:ListClusters")
    ]
    policy = iam.ManagedPolicy(stack, "Policy", document=document(permissions))
    argue(policy, permissions, place_of(stack))
    assert findings() == []
    report = json.loads((Path(app.outdir) / "validation-report.json").read_text())
    (given,) = {each["reason"] for pack in report["pluginReports"] for each in pack["suppressedViolations"]}
    assert given == f"{reason.format('ecs:ListTasks')} {reason.format('ecs:ListClusters')}"
