from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_secretsmanager as secretsmanager

from ecs_platform.problem import ConfigurationError
from ecs_platform.task.secrets import Secret, SecretsManagerSecret, SsmParameter

ARN = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:dev/db-a1B2c3"
KEY = "arn:aws:kms:eu-central-1:111122223333:key/0a0a-0a"


@pytest.fixture
def value_from(container: Callable[..., dict[str, Any]]) -> Callable[[Secret], Any]:
    """What ECS is told to fetch for a secret."""

    def build(secret: Secret) -> Any:
        (only,) = container(secrets={"VALUE": secret})["Secrets"]
        assert only["Name"] == "VALUE"
        return only["ValueFrom"]

    return build


@pytest.mark.parametrize(
    ("secret", "reference"),
    [
        (SecretsManagerSecret(arn=ARN), ARN),
        (SecretsManagerSecret(arn=ARN, json_field="password"), f"{ARN}:password::"),
        (SecretsManagerSecret(arn=ARN, version_stage="AWSPREVIOUS"), f"{ARN}::AWSPREVIOUS:"),
        (SecretsManagerSecret(arn=ARN, json_field="a", version_id="v1"), f"{ARN}:a::v1"),
        (
            SecretsManagerSecret(name="dev/db", json_field="password"),
            "arn:aws:secretsmanager:eu-central-1:111122223333:secret:dev/db:password::",
        ),
        (SsmParameter(name="token"), "arn:aws:ssm:eu-central-1:111122223333:parameter/token"),
        (SsmParameter(name="/dev/token"), "arn:aws:ssm:eu-central-1:111122223333:parameter/dev/token"),
    ],
)
def test_ecs_is_told_what_to_fetch(
    value_from: Callable[[Secret], Any], secret: Secret, reference: str
) -> None:
    assert value_from(secret) == reference


def test_a_secret_of_the_same_app_is_a_reference(
    stack: cdk.Stack, value_from: Callable[[Secret], Any]
) -> None:
    made = secretsmanager.Secret(stack, "Db")
    assert value_from(SecretsManagerSecret(arn=made.secret_arn)) == stack.resolve(made.secret_arn)


@pytest.mark.parametrize(
    ("given", "what"),
    [({}, "neither an ARN nor a name"), ({"arn": ARN, "name": "db"}, "both an ARN and a name")],
)
def test_a_secret_is_named_in_exactly_one_way(given: dict[str, str], what: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        SecretsManagerSecret(**given)
    assert str(error.value) == (
        f"A SecretsManagerSecret has {what}. Allowed: exactly one of the two. "
        "Change: SecretsManagerSecret(arn=...) or SecretsManagerSecret(name=...)"
    )


@pytest.mark.parametrize("arn", ["db", ARN.removesuffix("-a1B2c3"), f"{ARN}:password::"])
def test_an_arn_that_is_not_complete_is_refused(arn: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        SecretsManagerSecret(arn=arn)
    assert str(error.value) == (
        f'"{arn}" is no complete ARN of a secret. '
        "Allowed: arn:aws:secretsmanager:<region>:<account>:secret:<name>-<six characters>. "
        "Change: SecretsManagerSecret(arn=...)"
    )


@pytest.mark.parametrize("name", ["", "a b"])
def test_a_name_of_no_secret_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        SecretsManagerSecret(name=name)
    assert str(error.value) == (
        f'Secrets Manager has no secret named "{name}". '
        "Allowed: 1 to 512 letters, digits and / _ + = . @ -. Change: SecretsManagerSecret(name=...)"
    )


def test_a_name_that_looks_like_the_end_of_an_arn_is_refused() -> None:
    with pytest.raises(ConfigurationError) as error:
        SecretsManagerSecret(name="my-secret")
    assert str(error.value) == (
        'The name "my-secret" ends like a complete ARN, in a hyphen and six characters. '
        "Allowed: such a secret by its ARN. Change: SecretsManagerSecret(arn=...) instead of name=..."
    )


def test_two_versions_are_refused() -> None:
    with pytest.raises(ConfigurationError) as error:
        SecretsManagerSecret(arn=ARN, version_stage="AWSCURRENT", version_id="v1")
    assert str(error.value) == (
        "A secret's version is named by its stage and by its id. "
        "Allowed: version_stage, or version_id, or neither. "
        "Change: SecretsManagerSecret(version_stage=..., version_id=...)"
    )


@pytest.mark.parametrize("field", ["", "a:b"])
def test_a_field_that_ecs_cannot_name_is_refused(field: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        SecretsManagerSecret(arn=ARN, json_field=field)
    assert str(error.value) == (
        f'ECS cannot name the field "{field}". '
        "Allowed: the name of a field, without a colon, which separates the parts of a reference. "
        "Change: SecretsManagerSecret(json_field=...)"
    )


@pytest.mark.parametrize("name", ["", "a b", "dev/token", "/dev//token", "/", "/dev/"])
def test_a_name_of_no_parameter_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        SsmParameter(name=name)
    assert str(error.value) == (
        f'"{name}" is no name of a parameter. '
        'Allowed: letters, digits, _ . and -, such as "token", or a path, such as "/dev/hello/token"; 1011 '
        "characters at most. "
        "Change: SsmParameter(name=...)"
    )


@pytest.mark.parametrize("key", ["alias/x", "arn:aws:kms:eu-central-1:111122223333:alias/x"])
def test_a_key_that_is_no_key_is_refused(key: str) -> None:
    for owner, make in (
        ("SsmParameter", lambda: SsmParameter(name="token", encryption_key_arn=key)),
        ("SecretsManagerSecret", lambda: SecretsManagerSecret(arn=ARN, encryption_key_arn=key)),
    ):
        with pytest.raises(ConfigurationError) as error:
            make()
        assert str(error.value) == (
            f'"{key}" is no ARN of a KMS key. '
            "Allowed: arn:aws:kms:<region>:<account>:key/<id>; an alias has no place in a policy. "
            f"Change: {owner}(encryption_key_arn=...)"
        )


@pytest.mark.parametrize(("kind", "limit"), [(SecretsManagerSecret, 512), (SsmParameter, 1011)])
def test_a_long_name_is_said_with_its_length(
    kind: type[SecretsManagerSecret | SsmParameter], limit: int
) -> None:
    kind(name="a" * limit)
    with pytest.raises(ConfigurationError) as error:
        kind(name="a" * (limit + 1))
    assert f"{'a' * 40}... ({limit + 1} characters)" in error.value.problem
    assert str(limit) in error.value.allowed
