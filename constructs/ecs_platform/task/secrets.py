"""Values that a container gets as environment variables without their standing in any template."""

import re
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from ecs_platform.problem import ConfigurationError
from ecs_platform.task.checks.long_values import shortened

_SECRET_ARN = re.compile(r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}")
_SECRET_NAME = re.compile(r"[\w/+=.@-]{1,512}", re.ASCII)
_LOOKS_COMPLETE = re.compile(r".*-[A-Za-z0-9]{6}")
# Of which the rest of its ARN takes a part:
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
_PARAMETER_LIMIT = 1011
_PARAMETER_NAME = re.compile(rf"(?=.{{1,{_PARAMETER_LIMIT}}}\Z)(?:[\w.-]+|(?:/[\w.-]+)+)", re.ASCII)
_KEY_ARN = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[\w-]+")


@dataclass(frozen=True, kw_only=True)
class SecretsManagerSecret:
    """A secret in Secrets Manager, or one field of it.

    ECS reads it when a container starts: a rotated secret reaches the tasks that start afterwards.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html

    Args:
        arn: The secret's complete ARN, with the six characters that Secrets Manager adds to the name.
        name: The name of a secret in the same account and region, instead of its ARN.
        json_field: The field of a secret that is a JSON object. By default the whole secret.
        version_stage: The version by its staging label. By default AWSCURRENT.
        version_id: The version by its id, which never changes its value.
        encryption_key_arn: The ARN of the KMS key, where it is not the account's aws/secretsmanager.

    Raises:
        ConfigurationError: Not exactly one of ARN and name, both of the versions, or an ARN or a name that
            Secrets Manager would not find.
    """

    arn: str | None = None
    name: str | None = None
    json_field: str | None = None
    version_stage: str | None = None
    version_id: str | None = None
    encryption_key_arn: str | None = None

    def __post_init__(self) -> None:
        if (self.arn is None) == (self.name is None):
            given = "neither an ARN nor a name" if self.arn is None else "both an ARN and a name"
            raise ConfigurationError(
                f"A SecretsManagerSecret has {given}.",
                allowed="exactly one of the two.",
                where="SecretsManagerSecret(arn=...) or SecretsManagerSecret(name=...)",
            )
        if self.arn is not None and not _fits(_SECRET_ARN, self.arn):
            raise ConfigurationError(
                f'"{self.arn}" is no complete ARN of a secret.',
                allowed="arn:aws:secretsmanager:<region>:<account>:secret:<name>-<six characters>.",
                where="SecretsManagerSecret(arn=...)",
            )
        if self.name is not None and not _fits(_SECRET_NAME, self.name):
            raise ConfigurationError(
                f'Secrets Manager has no secret named "{shortened(self.name)}".',
                allowed="1 to 512 letters, digits and / _ + = . @ -.",
                where="SecretsManagerSecret(name=...)",
            )
        # Secrets Manager takes the tail for the six characters it adds itself, and finds nothing:
        # https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html
        if self.name is not None and _LOOKS_COMPLETE.fullmatch(self.name):
            raise ConfigurationError(
                f'The name "{self.name}" ends like a complete ARN, in a hyphen and six characters.',
                allowed="such a secret by its ARN.",
                where="SecretsManagerSecret(arn=...) instead of name=...",
            )
        if self.version_stage is not None and self.version_id is not None:
            raise ConfigurationError(
                "A secret's version is named by its stage and by its id.",
                allowed="version_stage, or version_id, or neither.",
                where="SecretsManagerSecret(version_stage=..., version_id=...)",
            )
        if self.json_field is not None and (not self.json_field or ":" in self.json_field):
            raise ConfigurationError(
                f'ECS cannot name the field "{self.json_field}".',
                allowed="the name of a field, without a colon, which separates the parts of a reference.",
                where="SecretsManagerSecret(json_field=...)",
            )
        _check_key(self.encryption_key_arn, "SecretsManagerSecret")

    def resource(self, arn_of_secret: str) -> str:
        """What a policy names to allow reading this secret.

        Args:
            arn_of_secret: The account's and region's ARN of secrets, up to the name.
        """
        return self.arn or f"{arn_of_secret}{self.name}-??????"

    def bind(self, scope: Construct, id_: str) -> ecs.Secret:
        """The secret as a container definition takes it."""
        secret = (
            secretsmanager.Secret.from_secret_complete_arn(scope, id_, self.arn)
            if self.arn is not None
            else secretsmanager.Secret.from_secret_name_v2(scope, id_, self.name or "")
        )
        if self.version_stage is None and self.version_id is None:
            return ecs.Secret.from_secrets_manager(secret, self.json_field)
        version = ecs.SecretVersionInfo(version_stage=self.version_stage, version_id=self.version_id)
        return ecs.Secret.from_secrets_manager_version(secret, version, self.json_field)


@dataclass(frozen=True, kw_only=True)
class SsmParameter:
    """A parameter of the Parameter Store, plain or encrypted, in the same account and region.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html

    Args:
        name: The parameter's name; with a slash in front where it has one inside.
        encryption_key_arn: The ARN of a SecureString's KMS key, where it is not the account's aws/ssm.

    Raises:
        ConfigurationError: The name or the key's ARN is malformed.
    """

    name: str
    encryption_key_arn: str | None = None

    def __post_init__(self) -> None:
        if not _fits(_PARAMETER_NAME, self.name):
            raise ConfigurationError(
                f'"{shortened(self.name)}" is no name of a parameter.',
                allowed='letters, digits, _ . and -, such as "token", or a path, such as "/dev/hello/token"; '
                f"{_PARAMETER_LIMIT} characters at most.",
                where="SsmParameter(name=...)",
            )
        _check_key(self.encryption_key_arn, "SsmParameter")

    def resource(self, arn_of_parameter: str) -> str:
        """What a policy names to allow reading this parameter.

        Args:
            arn_of_parameter: The account's and region's ARN of parameters, up to the slash before the name.
        """
        return f"{arn_of_parameter}{self.name.removeprefix('/')}"

    def bind(self, scope: Construct, id_: str) -> ecs.Secret:
        """The parameter as a container definition takes it."""
        # Only its ARN is used, which is the same for a plain parameter. The method for those would add a
        # CloudFormation parameter that reads the value into the stack.
        parameter = ssm.StringParameter.from_secure_string_parameter_attributes(
            scope, id_, parameter_name=self.name
        )
        return ecs.Secret.from_ssm_parameter(parameter)


Secret = SecretsManagerSecret | SsmParameter
"""A value that ECS fetches for a container."""


def _fits(pattern: re.Pattern[str], value: str) -> bool:
    # A token stands for a value that only the deployment knows; asked last, because asking costs more.
    return pattern.fullmatch(value) is not None or cdk.Token.is_unresolved(value)


def _check_key(arn: str | None, owner: str) -> None:
    if arn is not None and not _fits(_KEY_ARN, arn):
        raise ConfigurationError(
            f'"{arn}" is no ARN of a KMS key.',
            allowed="arn:aws:kms:<region>:<account>:key/<id>; an alias has no place in a policy.",
            where=f"{owner}(encryption_key_arn=...)",
        )
