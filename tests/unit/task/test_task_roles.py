from collections.abc import Callable, Sequence
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from ecs_platform.task.secrets import Secret, SecretsManagerSecret, SsmParameter
from ecs_platform.task.task_roles import TaskRoles

ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:dev/db-a1B2c3"
KEY = "arn:aws:kms:eu-central-1:111122223333:key/0a0a-0a"


@pytest.fixture
def roles(
    stack: cdk.Stack, repository: ecr.IRepository, template: Callable[[], Template]
) -> Callable[..., list[dict[str, Any]]]:
    """The execution role's and the task role's properties."""

    def build(secrets: Sequence[Secret] = ()) -> list[dict[str, Any]]:
        group = logs.LogGroup(stack, "Logs")
        made = TaskRoles(stack, "Roles", repositories=[repository], log_group=group, secrets=secrets)
        resources = template().to_json()["Resources"]
        return [
            resources[stack.resolve(role.role_arn)["Fn::GetAtt"][0]]["Properties"]
            for role in (made.execution_role, made.task_role)
        ]

    return build


@pytest.fixture
def statements(roles: Callable[..., list[dict[str, Any]]]) -> Callable[..., list[dict[str, Any]]]:
    """What the execution role may do."""

    def build(secrets: Sequence[Secret] = ()) -> list[dict[str, Any]]:
        (policy,) = roles(secrets)[0]["Policies"]
        return policy["PolicyDocument"]["Statement"]

    return build


def test_both_roles_serve_tasks_of_this_account_and_region_alone(
    roles: Callable[..., list[dict[str, Any]]],
) -> None:
    for role in roles():
        assert role["AssumeRolePolicyDocument"]["Statement"] == [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": "111122223333"},
                    "ArnLike": {"aws:SourceArn": "arn:aws:ecs:eu-central-1:111122223333:*"},
                },
            }
        ]


def test_the_task_role_may_do_nothing(roles: Callable[..., list[dict[str, Any]]]) -> None:
    assert set(roles()[1]) == {"AssumeRolePolicyDocument"}


def test_the_execution_role_pulls_from_one_repository_and_writes_to_one_group(
    statements: Callable[..., list[dict[str, Any]]], template: Callable[[], Template]
) -> None:
    pull, login, write = statements()
    assert pull["Resource"] == "arn:aws:ecr:eu-central-1:111122223333:repository/dev/hello"
    assert set(pull["Action"]) == {
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
    }
    assert (login["Action"], login["Resource"]) == ("ecr:GetAuthorizationToken", "*")
    (group,) = template().find_resources("AWS::Logs::LogGroup")
    assert write["Resource"] == {"Fn::GetAtt": [group, "Arn"]}
    assert set(write["Action"]) == {"logs:CreateLogStream", "logs:PutLogEvents"}


def test_it_reads_the_secrets_that_are_named_each_once(
    statements: Callable[..., list[dict[str, Any]]],
) -> None:
    *_, secrets, parameters = statements(
        [
            SecretsManagerSecret(arn=ARN, json_field="user"),
            SecretsManagerSecret(arn=ARN, json_field="password"),
            SecretsManagerSecret(name="dev/api"),
            SsmParameter(name="/dev/token"),
        ]
    )
    assert secrets["Action"] == "secretsmanager:GetSecretValue"
    # Six question marks and no star: what Secrets Manager adds to a name, and nothing longer.
    assert sorted(secrets["Resource"]) == [
        "arn:aws:secretsmanager:eu-central-1:111122223333:secret:dev/api-??????",
        ARN,
    ]
    assert parameters["Action"] == "ssm:GetParameters"
    assert parameters["Resource"] == "arn:aws:ssm:eu-central-1:111122223333:parameter/dev/token"


def test_it_decrypts_with_the_keys_that_are_named_and_through_those_services_alone(
    statements: Callable[..., list[dict[str, Any]]],
) -> None:
    *_, decrypt = statements(
        [
            SecretsManagerSecret(arn=ARN, encryption_key_arn=KEY),
            SsmParameter(name="token", encryption_key_arn=KEY),
        ]
    )
    assert (decrypt["Action"], decrypt["Resource"]) == ("kms:Decrypt", KEY)
    assert decrypt["Condition"] == {
        "StringEquals": {
            "kms:ViaService": ["secretsmanager.eu-central-1.amazonaws.com", "ssm.eu-central-1.amazonaws.com"]
        }
    }


def test_a_key_of_a_secret_is_not_opened_to_the_parameter_store(
    statements: Callable[..., list[dict[str, Any]]],
) -> None:
    *_, decrypt = statements([SecretsManagerSecret(arn=ARN, encryption_key_arn=KEY)])
    assert decrypt["Condition"]["StringEquals"]["kms:ViaService"] == [
        "secretsmanager.eu-central-1.amazonaws.com"
    ]


def test_they_have_no_findings(
    stack: cdk.Stack, repository: ecr.IRepository, findings: Callable[[], list[str]]
) -> None:
    TaskRoles(
        stack,
        "Roles",
        repositories=[repository],
        log_group=logs.LogGroup(stack, "Logs"),
        secrets=[SecretsManagerSecret(name="dev/api"), SsmParameter(name="a", encryption_key_arn=KEY)],
    )
    assert findings() == []
