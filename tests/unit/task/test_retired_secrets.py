"""Secrets that the container does not get any more, and older revisions still do."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk.assertions import Template

from ecs_platform.network.reach import EVERY_TASK, AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.secrets import Secret, SecretsManagerSecret, SsmParameter
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork

Task = Callable[..., TaskDefinition]
DATABASE = SecretsManagerSecret(name="dev/db", json_field="password")
TOKEN = SsmParameter(name="token")


@pytest.fixture
def policy(task: Task, template: Callable[[], Template]) -> Callable[..., Any]:
    """The execution role's policy."""

    def build(**options: Any) -> Any:
        task(**options)
        roles = template().find_resources("AWS::IAM::Role").values()
        (found,) = (each for role in roles for each in role["Properties"].get("Policies", []))
        return found

    return build


def test_the_container_does_not_get_it(container: Callable[..., dict[str, Any]]) -> None:
    assert "Secrets" not in container(retired_secrets=[DATABASE, TOKEN])


@pytest.mark.parametrize(
    ("secret", "action", "resource"),
    [
        (
            DATABASE,
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:dev/db-??????",
        ),
        (TOKEN, "ssm:GetParameters", "arn:aws:ssm:eu-central-1:111122223333:parameter/token"),
    ],
)
def test_older_revisions_may_still_fetch_it(
    policy: Callable[..., Any], secret: Secret, action: str, resource: str
) -> None:
    *_, last = policy(retired_secrets=[secret])["PolicyDocument"]["Statement"]
    assert (last["Action"], last["Resource"]) == (action, resource)


@pytest.mark.parametrize(
    ("secret", "service"), [(DATABASE, AwsService.SECRETS_MANAGER), (TOKEN, AwsService.SSM)]
)
def test_where_it_lies_is_still_reached(
    task: Task, network: FakeNetwork, secret: Secret, service: AwsService
) -> None:
    task(retired_secrets=[secret])
    assert network.reached == {*EVERY_TASK, service}


def test_another_field_of_a_secret_in_use_can_be_retired(container: Callable[..., dict[str, Any]]) -> None:
    user = SecretsManagerSecret(name="dev/db", json_field="user")
    assert len(container(secrets={"USER": user}, retired_secrets=[DATABASE])["Secrets"]) == 1


def test_a_secret_that_the_container_still_gets_is_refused(task: Task) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(secrets={"B": TOKEN, "A": TOKEN, "C": DATABASE}, retired_secrets=[TOKEN])
    assert str(error.value) == (
        "A, B stands among the secrets, and its secret is retired. "
        "Allowed: a retired secret that the container does not get any more. "
        "Change: TaskDefinition(secrets=..., retired_secrets=...)"
    )
