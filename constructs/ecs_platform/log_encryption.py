"""The one permission a KMS key needs before CloudWatch Logs can encrypt a group with it."""

from typing import cast

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from ecs_platform.place import place_of


def let_logs_use(key: kms.IKey, scope: Construct, group_name: str) -> None:
    """Let CloudWatch Logs encrypt log groups of this name with the key, and no others.

    A key that was imported keeps its policy: there the owner grants this.

    Follows https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html

    Args:
        key: The key.
        scope: A construct of the stack that holds the log group; it says which account and region.
        group_name: The group's literal name, or a pattern with *. Its ARN could not be used: key and group
            would each wait for the other.
    """
    place = place_of(scope)
    group_arn = place.arn("logs", f"log-group:{group_name}")
    logs = iam.ServicePrincipal(
        f"logs.{place.region}.amazonaws.com",
        conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": group_arn}},
    )
    key.grant(
        cast("iam.IGrantable", logs),
        "kms:Decrypt*",
        "kms:Describe*",
        "kms:Encrypt*",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
    )
