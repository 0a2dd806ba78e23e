"""What people get who operate one environment: three policies, each limited to it."""

from collections.abc import Callable, Sequence
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.account.operators import Operated, OperatorPolicies
from ecs_platform.account.permission import Permission
from ecs_platform.problem import ConfigurationError

CLUSTER = "arn:aws:ecs:eu-west-1:111122223333:cluster/dev"
SERVICES = "arn:aws:ecs:eu-west-1:111122223333:service/dev/*"
TASKS = "arn:aws:ecs:eu-west-1:111122223333:task/dev/*"
RELEASE = [Permission(actions=["codedeploy:CreateDeployment"], resources=["arn:deploymentgroup"])]

LOOKING = [
    {"Effect": "Allow", "Action": "ecs:DescribeTasks", "Resource": TASKS},
    {
        "Effect": "Allow",
        "Action": "ecs:ListTasks",
        "Resource": "*",
        "Condition": {"ArnEquals": {"ecs:cluster": CLUSTER}},
    },
    {"Effect": "Allow", "Action": "ecs:DescribeServices", "Resource": SERVICES},
]


def policies(
    stack: cdk.Stack,
    *,
    beside_run: Sequence[Permission] = (),
    beside_exec: Sequence[Permission] = (),
    **changes: Any,
) -> OperatorPolicies:
    # Another region than the stack's: IAM is everywhere, an environment is not.
    operated = Operated(
        **(
            {
                "region": "eu-west-1",
                "cluster": "dev",
                "families": "dev-*",
                "task_roles": "dev-*",
                "log_groups": "/ecs/dev/*",
                "key_tags": {"environment": "dev"},
            }
            | changes
        )
    )
    return OperatorPolicies(
        stack,
        "Operators",
        name="dev",
        operated=operated,
        release=RELEASE,
        beside_run=beside_run,
        beside_exec=beside_exec,
    )


def statements(template: Template, name: str) -> list[dict[str, Any]]:
    (found,) = [
        each["Properties"]
        for each in template.find_resources("AWS::IAM::ManagedPolicy").values()
        if each["Properties"]["ManagedPolicyName"] == name
    ]
    return found["PolicyDocument"]["Statement"]


def allowed(template: Template, name: str) -> dict[str, tuple[Any, Any]]:
    """Resource and condition by action, however CDK put the statements together."""
    found = {}
    for statement in statements(template, name):
        assert statement["Effect"] == "Allow"
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            found[action] = (statement["Resource"], statement.get("Condition"))
    return found


def looked_at() -> dict[str, tuple[Any, Any]]:
    return {each["Action"]: (each["Resource"], each.get("Condition")) for each in LOOKING}


def test_three_policies_to_attach_by_name(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    policies(stack)
    found = template().find_resources("AWS::IAM::ManagedPolicy").values()
    assert sorted(each["Properties"]["ManagedPolicyName"] for each in found) == [
        "dev-exec",
        "dev-release",
        "dev-run-task",
    ]
    assert not any({"Groups", "Roles", "Users"} & set(each["Properties"]) for each in found)


def test_run_task(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    policies(stack)
    logs = [
        "arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/dev/*",
        "arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/dev/*:log-stream:*",
    ]
    assert allowed(template(), "dev-run-task") == {
        **looked_at(),
        "ecs:RunTask": (
            "arn:aws:ecs:eu-west-1:111122223333:task-definition/dev-*:*",
            {"ArnEquals": {"ecs:cluster": CLUSTER}},
        ),
        "ecs:TagResource": (TASKS, {"StringEquals": {"ecs:CreateAction": "RunTask"}}),
        "ecs:StopTask": (TASKS, None),
        "ecs:DescribeTaskDefinition": ("*", None),
        "iam:PassRole": (
            "arn:aws:iam::111122223333:role/dev-*",
            {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        ),
        "logs:FilterLogEvents": (logs, None),
        "logs:GetLogEvents": (logs, None),
    }


def test_exec_into_task(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    policies(stack)
    assert allowed(template(), "dev-exec") == {
        **looked_at(),
        "ecs:ExecuteCommand": ([CLUSTER, TASKS], None),
        "kms:GenerateDataKey": (
            "arn:aws:kms:eu-west-1:111122223333:key/*",
            {"StringEquals": {"aws:ResourceTag/environment": "dev"}},
        ),
    }


def test_exec_into_named_containers_alone(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    policies(stack, exec_containers=["app", "nginx"])
    condition = {"StringEquals": {"ecs:container-name": ["app", "nginx"]}}
    assert allowed(template(), "dev-exec")["ecs:ExecuteCommand"] == ([CLUSTER, TASKS], condition)


@pytest.mark.parametrize(
    ("names", "said"),
    [([], "[]"), (["app", "app"], "['app', 'app']"), (["a*"], "['a*']"), (["a" * 256], f"['{'a' * 256}']")],
)
def test_names_that_no_container_has_are_refused(names: list[str], said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        Operated(
            region="eu-west-1",
            cluster="dev",
            families="dev-*",
            task_roles="dev-*",
            log_groups="/ecs/dev/*",
            exec_containers=names,
        )
    assert str(error.value) == (
        f"exec_containers is {said}. Allowed: names of containers, each once: up to 255 letters, digits, - "
        "and _. None is all. Change: Operated(exec_containers=...)"
    )


def test_what_is_needed_beside_a_session_is_in_the_same_policy(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    beside = Permission(actions=["logs:FilterLogEvents"], resources=["arn:group"])
    policies(stack, beside_exec=[beside])
    made = template()
    assert allowed(made, "dev-exec")["logs:FilterLogEvents"] == ("arn:group", None)
    assert "arn:group" not in str(statements(made, "dev-run-task"))


def test_what_is_needed_beside_a_run_is_in_the_same_policy(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    policies(stack, beside_run=[Permission(actions=["ecr:BatchGetImage"], resources=["arn:repository"])])
    made = template()
    assert allowed(made, "dev-run-task")["ecr:BatchGetImage"] == ("arn:repository", None)
    assert "arn:repository" not in str(statements(made, "dev-exec"))


def test_sessions_without_a_key_of_their_own(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    policies(stack, key_tags=None)
    assert "kms:GenerateDataKey" not in allowed(template(), "dev-exec")


def test_release_is_what_was_given(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    policies(stack)
    assert allowed(template(), "dev-release") == {
        "codedeploy:CreateDeployment": ("arn:deploymentgroup", None)
    }


@pytest.mark.parametrize("key_tags", [{"environment": "dev"}, None])
def test_nag_has_nothing_to_say(
    stack: cdk.Stack, findings: Callable[[], list[str]], key_tags: dict[str, str] | None
) -> None:
    policies(stack, key_tags=key_tags)
    assert findings() == []


@pytest.mark.parametrize("name", ["", "dev team", "a" * 120])
def test_a_name_that_no_policy_has_is_refused(stack: cdk.Stack, name: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        OperatorPolicies(
            stack,
            "Operators",
            name=name,
            operated=Operated(
                region="eu-west-1",
                cluster="dev",
                families="dev-*",
                task_roles="dev-*",
                log_groups="/ecs/dev/*",
            ),
            release=RELEASE,
        )
    assert str(refused.value) == (
        f'No policy can be called "{name}-run-task". '
        "Allowed: 1 to 119 letters, digits and any of _ + = , . @ -. Change: OperatorPolicies(name=...)"
    )
