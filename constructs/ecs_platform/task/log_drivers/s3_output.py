"""A log router's output to S3."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

from ecs_platform.account.permission import Permission
from ecs_platform.mistakes import Mistake, out_of_range, refuse
from ecs_platform.network.reach import AwsService
from ecs_platform.place import place_of
from ecs_platform.task.log_drivers.output import AwsOutput

if TYPE_CHECKING:
    from ecs_platform.task.task import Task

# Neither $ nor %, which stand for parts of the name.
_PREFIX = re.compile(r"(?:[A-Za-z0-9!_.'()-][A-Za-z0-9!_.'()/-]*)?")


@dataclass(frozen=True, kw_only=True)
class S3Output(AwsOutput):
    """A bucket on S3: an object for what one container wrote in some minutes.

    The router collects on the task's own storage, as root without capabilities, because the storage comes up
    as root's. What it has not sent when a task is killed is lost.

    Follows https://docs.fluentbit.io/manual/data-pipeline/outputs/s3

    Args:
        bucket: The bucket, in the region of the task. The policy of a KMS key that encrypts it must leave to
            IAM who uses the key.
        prefix: What the names of the objects begin with. By default nothing.
        object_size_mib: The size in MiB at which an object is sent, 1 to 50. By default 10.
        upload_after_minutes: Minutes after which it is sent however small, 1 to 60. By default 10.

    Raises:
        ConfigurationError: A number is out of its range, or the prefix begins with a slash or holds
            characters that need care in names of objects; all of them at once.
    """

    bucket: s3.IBucket
    prefix: str = ""
    object_size_mib: int = 10
    upload_after_minutes: int = 10

    def __post_init__(self) -> None:
        mistakes = [
            mistake
            for name, value, high in (
                ("object_size_mib", self.object_size_mib, 50),
                ("upload_after_minutes", self.upload_after_minutes, 60),
            )
            for mistake in out_of_range(value, 1, high, what=name, where=f"S3Output({name}=...)")
        ]
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
        if not _PREFIX.fullmatch(self.prefix):
            mistakes.append(
                Mistake(
                    problem=f'"{self.prefix}" is no prefix for names of objects.',
                    allowed="letters, digits and ! - _ . ' ( ) /, not beginning with a slash.",
                    where="S3Output(prefix=...)",
                )
            )
        refuse(mistakes)

    @property
    def buffers_on_disk(self) -> bool:
        """It collects an object in /tmp before it sends it."""
        return True

    def options(self, task: Task) -> Mapping[str, str]:
        """The options of Fluent Bit's output."""
        return {
            "Name": "s3",
            "region": place_of(task).region,
            "bucket": self.bucket.bucket_name,
            "total_file_size": f"{self.object_size_mib}M",
            "upload_timeout": f"{self.upload_after_minutes}m",
            # One request an object: PutObject is all it may, and no unfinished upload is left and paid for.
            "use_put_object": "On",
            "store_dir": "/tmp/fluent-bit/s3",  # noqa: S108 - in a container where nobody else is
            "s3_key_format": f"/{self.prefix}%Y/%m/%d/%H/$TAG-%M%S-$UUID",
        }

    def permissions(self, task: Task) -> Sequence[Permission]:
        """What the task's role may do for it."""
        allowed = [
            Permission(
                actions=["s3:PutObject"],
                resources=[f"{self._arn_in(cdk.Stack.of(task))}/{self.prefix}*"],
                because="Objects of one bucket below one prefix, whose names hold the time and the task.",
            )
        ]
        key = self.bucket.encryption_key
        if key is not None:
            allowed.append(Permission(actions=["kms:GenerateDataKey"], resources=[key.key_arn]))
        return allowed

    def _arn_in(self, stack: cdk.Stack) -> str:
        arn, owner = self.bucket.bucket_arn, cdk.Stack.of(self.bucket)
        if not cdk.Token.is_unresolved(arn) or owner.node.path == stack.node.path:
            return arn
        # The export that CDK would make by itself, but now: what is argued about the wildcard names it.
        return owner.export_value(arn)

    def services(self) -> Sequence[AwsService]:
        """What the router calls. Never KMS: S3 encrypts on its side."""
        return [AwsService.S3]
