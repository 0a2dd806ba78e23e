"""Where a load balancer writes what it was asked."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from ecs_platform import once
from ecs_platform.acknowledge import acknowledge
from ecs_platform.problem import ConfigurationError


def access_log_bucket(
    scope: Construct, id_: str, *, retention: cdk.Duration | None, removable: bool
) -> s3.Bucket:
    """A bucket for access logs: private, encrypted, over TLS alone.

    Args:
        scope: The load balancer.
        id_: The bucket's id there.
        retention: How long a log stays, in whole days. 90 by default.
        removable: Whether the logs go with the stack.

    Raises:
        ConfigurationError: A retention that S3 does not take.
    """
    if retention:
        days = retention.to_days(integral=False)
        if days < 1 or days % 1:
            raise ConfigurationError(
                f"Access logs would stay for {days:g} days.",
                allowed="one day or more, whole ones.",
                where=f"{type(scope).__name__}(access_log_retention=...).",
            )
    bucket = s3.Bucket(
        scope,
        id_,
        # A load balancer for HTTP writes to no bucket encrypted with a customer's key:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        lifecycle_rules=[s3.LifecycleRule(expiration=retention or once.days(90))],
        removal_policy=cdk.RemovalPolicy.DESTROY if removable else cdk.RemovalPolicy.RETAIN,
        auto_delete_objects=removable,
    )
    acknowledge(
        bucket, {"AwsSolutions-S1": "This bucket holds access logs; logging access to logs has no end."}
    )
    return bucket
