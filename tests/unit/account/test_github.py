"""GitHub's role: trusted is one repository's jobs in one environment, exactly, and nothing like them."""

from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.account.github import GitHubProvider, GitHubRepository, GitHubRole
from ecs_platform.account.permission import Permission
from ecs_platform.problem import ConfigurationError

ARN = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
REPOSITORY = GitHubRepository(name="octo-org/octo-repo", owner_id=123456, id_=456789)
ALLOWED = [Permission(actions=["ecs:DescribeServices"], resources=["arn:aws:ecs:::service/dev/hello"])]


def role(stack: cdk.Stack, **changes: Any) -> GitHubRole:
    settings: dict[str, Any] = {
        "provider": GitHubProvider(stack, "GitHub", existing_arn=ARN),
        "repository": REPOSITORY,
        "environment": "dev",
        "permissions": ALLOWED,
    }
    return GitHubRole(stack, "Deployer", **(settings | changes))


def only(template: Template, kind: str) -> Mapping[str, Any]:
    (found,) = template.find_resources(kind).values()
    return found["Properties"]


def test_the_trust_is_exact(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    role(stack)
    assert only(template(), "AWS::IAM::Role")["AssumeRolePolicyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Principal": {"Federated": ARN},
                "Condition": {
                    "StringEquals": {
                        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                        "token.actions.githubusercontent.com:sub": (
                            "repo:octo-org@123456/octo-repo@456789:environment:dev"
                        ),
                    }
                },
            }
        ],
    }


def test_the_permissions_are_those_given_and_no_others(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    role(stack)
    properties = only(template(), "AWS::IAM::Role")
    (policy,) = properties["Policies"]
    assert policy["PolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "ecs:DescribeServices",
            "Resource": "arn:aws:ecs:::service/dev/hello",
        }
    ]
    assert "ManagedPolicyArns" not in properties
    assert template().find_resources("AWS::IAM::Policy") == {}


def test_a_session_lasts_an_hour_unless_said(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    role(stack)
    assert "MaxSessionDuration" not in only(template(), "AWS::IAM::Role")


def test_a_longer_session(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    role(stack, max_session=cdk.Duration.hours(4))
    assert only(template(), "AWS::IAM::Role")["MaxSessionDuration"] == 14400


def test_nag_has_nothing_to_say(stack: cdk.Stack, findings: Callable[[], list[str]]) -> None:
    wide = Permission(
        actions=["ecs:DescribeTasks"],
        resources=["arn:aws:ecs:::task/dev/*"],
        because="A task's ARN ends in an id that it gets when it starts.",
    )
    role(stack, permissions=[*ALLOWED, wide])
    assert findings() == []


@pytest.mark.parametrize(
    ("repository", "subject"),
    [
        (REPOSITORY, "repo:octo-org@123456/octo-repo@456789:environment:dev"),
        # One from before July 2026, which holds no numbers.
        (GitHubRepository(name="octo-org/octo-repo"), "repo:octo-org/octo-repo:environment:dev"),
    ],
)
def test_subjects_of_new_and_old_repositories(repository: GitHubRepository, subject: str) -> None:
    assert repository.subject("dev") == subject


def test_a_colon_in_an_environment_is_written_as_github_writes_it() -> None:
    assert REPOSITORY.subject("prod:eu").endswith(":environment:prod%3Aeu")


@pytest.mark.parametrize(
    "name", ["octo-org", "octo-org/", "/octo-repo", "octo-org/*", "a/b/c", "-a/b", "octo org/r"]
)
def test_what_is_no_repository(name: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        GitHubRepository(name=name)
    assert str(refused.value) == (
        f'"{name}" is not the name of a repository. Allowed: owner and repository, such as '
        '"octo-org/octo-repo". Change: GitHubRepository(name=...)'
    )


@pytest.mark.parametrize("numbers", [{"owner_id": 1}, {"id_": 1}])
def test_one_number_without_the_other(numbers: dict[str, int]) -> None:
    with pytest.raises(ConfigurationError, match="a subject has both or neither"):
        GitHubRepository(name="octo-org/octo-repo", **numbers)


@pytest.mark.parametrize("environment", ["", "*", "prod*", "de?"])
def test_an_environment_is_one(stack: cdk.Stack, environment: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        role(stack, environment=environment)
    assert str(refused.value) == (
        f'"{environment}" is not one GitHub environment. Allowed: its name, without wildcards. '
        "Change: GitHubRole(environment=...)"
    )


def test_a_role_that_may_nothing_is_a_mistake(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError, match="The role allows nothing"):
        role(stack, permissions=[])


def test_a_provider_is_made(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    GitHubProvider(stack, "GitHub")
    assert only(template(), "AWS::IAM::OIDCProvider") == {
        "Url": "https://token.actions.githubusercontent.com",
        "ClientIdList": ["sts.amazonaws.com"],
    }


def test_a_role_trusts_the_provider_that_was_made(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    role(stack, provider=GitHubProvider(stack, "Made"))
    (made,) = template().find_resources("AWS::IAM::OIDCProvider")
    (statement,) = only(template(), "AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Federated": {"Ref": made}}


def test_a_provider_is_brought(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    assert GitHubProvider(stack, "GitHub", existing_arn=ARN).arn == ARN
    assert template().to_json().get("Resources", {}) == {}


def test_another_provider_is_not_githubs(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError, match="is not GitHub's identity provider"):
        GitHubProvider(stack, "GitHub", existing_arn="arn:aws:iam::111122223333:oidc-provider/gitlab.com")
