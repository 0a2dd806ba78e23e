"""The private repository that holds one service's images."""

import re

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_kms as kms
from constructs import Construct

from ecs_platform import once
from ecs_platform.problem import ConfigurationError

_PART = r"[a-z0-9]+(?:[._-][a-z0-9]+)*"
_NAME = re.compile(rf"{_PART}(?:/{_PART})*")


class ImageRepository(Construct):
    """A private ECR repository whose tags never move.

    A tag names the same image for ever, images are scanned when they are pushed, and two lifecycle rules
    bound what is kept.

    Follows https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html and
    https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        name: The repository's name. It is part of every image's address, and what people push to.
        keep_images: How many tagged images are kept; older ones expire. A rollback needs the image it goes
            back to, so this bounds how far back a release can go. By default 100.
        untagged_days: Days after which an image without a tag expires. By default 7.
        removable: With True the repository and its images go when it leaves the stack; by default both stay.
        encryption_key: The KMS key for the images; by default ECR's own AES-256 keys. ECR cannot change it
            later: CloudFormation would replace the repository, and fail because the name is taken.

    Raises:
        ConfigurationError: The name is none that ECR accepts, or a number is below 1.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        keep_images: int = 100,
        untagged_days: int = 7,
        removable: bool = False,
        encryption_key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, id_)
        _check_name(name)
        _check_positive("keep_images", keep_images)
        _check_positive("untagged_days", untagged_days)

        self.repository = ecr.Repository(
            self,
            "Repository",
            repository_name=name,
            image_tag_mutability=ecr.TagMutability.IMMUTABLE,
            image_scan_on_push=True,
            encryption_key=encryption_key,
            removal_policy=cdk.RemovalPolicy.DESTROY if removable else cdk.RemovalPolicy.RETAIN,
            # ECR refuses to delete a repository that holds images, and a dev stack could never be destroyed.
            empty_on_delete=removable,
            lifecycle_rules=[
                ecr.LifecycleRule(
                    rule_priority=1,
                    description=f"Untagged images expire after {untagged_days} days.",
                    tag_status=ecr.TagStatus.UNTAGGED,
                    max_image_age=once.days(untagged_days),
                ),
                # Any tag, rather than TagStatus.ANY: that one counts the untagged images too, and a burst of
                # those would push out images that are still running.
                ecr.LifecycleRule(
                    rule_priority=2,
                    description=f"The newest {keep_images} tagged images are kept.",
                    tag_status=ecr.TagStatus.TAGGED,
                    tag_pattern_list=["*"],
                    max_image_count=keep_images,
                ),
            ],
        )
        self.name = name
        self.uri = self.repository.repository_uri


def _check_name(name: str) -> None:
    if _NAME.fullmatch(name) and 2 <= len(name) <= 256:
        return
    # A token stands for a value that only the deployment knows; asked last, because asking costs more.
    if not cdk.Token.is_unresolved(name):
        raise ConfigurationError(
            f'ECR accepts no repository named "{name}".',
            allowed=(
                "2 to 256 lower-case letters and digits, with single . _ - or / between them, "
                'such as "dev/hello".'
            ),
            where="ImageRepository(name=...)",
        )


def _check_positive(field: str, value: int) -> None:
    if value < 1 and not cdk.Token.is_unresolved(value):
        raise ConfigurationError(
            f"{field} is {value}.",
            allowed="1 or more.",
            where=f"ImageRepository({field}=...)",
        )
