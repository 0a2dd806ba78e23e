"""Environment variables that lie in a file on S3."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_s3 as s3

from ecs_platform.problem import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class EnvironmentFile:
    """A file of lines such as NAME=value, which ECS reads when the container starts.

    The execution role may read this one object. Whatever the container is given under the same name in
    `environment` wins. No place for secrets: who may read the bucket reads them all.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html

    Args:
        bucket: The bucket, in the same region.
        key: The file's key; it ends in `.env`.
        encryption_key_arn: The ARN of the KMS key the file is encrypted with, where it has one.

    Raises:
        ConfigurationError: The key does not end in `.env`.
    """

    bucket: s3.IBucket
    key: str
    encryption_key_arn: str | None = None

    def __post_init__(self) -> None:
        if not self.key.endswith(".env") and not cdk.Token.is_unresolved(self.key):
            raise ConfigurationError(
                f'ECS reads no environment file named "{self.key}".',
                allowed='a key that ends in .env, such as "hello/production.env".',
                where="EnvironmentFile(key=...)",
            )

    @property
    def object_arn(self) -> str:
        """The ARN of the file."""
        return self.bucket.arn_for_objects(self.key)

    def bind(self) -> ecs.EnvironmentFile:
        """The file as a container definition takes it."""
        return ecs.EnvironmentFile.from_bucket(self.bucket, self.key)
