"""The function that makes what carries the weights of deployments, and the little it may do."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform import once
from ecs_platform.acknowledge import acknowledge

_CODE = Path(__file__).parent / "rule_function"
_TIMEOUT_MINUTES = 3
# Three attempts of three minutes, with Lambda's pauses of one and two minutes between them:
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
SERVICE_TIMEOUT_MINUTES = 15
"""After how many minutes CloudFormation gives up waiting for an answer."""


class WeightFunction(NamedTuple):
    """The function with what belongs to it."""

    function: lambda_.Function
    role: iam.Role
    log_group: logs.LogGroup


def allow(actions: Sequence[str], resources: Sequence[str], **limits: Any) -> iam.PolicyStatement:
    """Actions of Elastic Load Balancing on resources, under the conditions `limits`."""
    names = [f"elasticloadbalancing:{action}" for action in actions]
    return iam.PolicyStatement(actions=names, resources=list(resources), conditions=limits)


def allow_taking_over(resources: Sequence[str]) -> iam.PolicyStatement:
    """What an earlier, failed request left is marked as taken over, and gets no other tag."""
    return allow(
        ["AddTags"],
        resources,
        **{
            "ForAllValues:StringEquals": {"aws:TagKeys": ["ecs-platform:request"]},
            "Null": {"aws:TagKeys": "false"},
        },
    )


def allow_tagging(resources: Sequence[str]) -> iam.PolicyStatement:
    """What the stack's tags become on an update; none that says whose it is."""
    return allow(
        ["AddTags", "RemoveTags"],
        resources,
        **{
            "ForAllValues:StringNotLike": {"aws:TagKeys": ["ecs-platform:*"]},
            "Null": {"aws:TagKeys": "false"},
        },
    )


def weight_function(
    scope: Construct,
    *,
    carriers: str,
    descriptions: tuple[str, str],
    statements: Sequence[iam.PolicyStatement],
    acknowledged: Mapping[str, str],
    log_retention: logs.RetentionDays,
    removal_policy: cdk.RemovalPolicy,
) -> WeightFunction:
    """Make "Function" with its "Role" and "Logs".

    Args:
        scope: The construct they belong to.
        carriers: What it makes, such as `Rules`; its policy's name.
        descriptions: Of the function, and of its role.
        statements: What it may do, writing its log aside.
        acknowledged: By ARN with a wildcard, why that is the narrowest.
        log_retention: How long its log stays.
        removal_policy: What becomes of the log when the stack is deleted.
    """
    stack = cdk.Stack.of(scope)
    log_group = logs.LogGroup(scope, "Logs", retention=log_retention, removal_policy=removal_policy)
    writing = iam.PolicyStatement(
        actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]
    )
    role = iam.Role(
        scope,
        "Role",
        description=descriptions[1],
        assumed_by=cast(iam.IPrincipal, iam.ServicePrincipal("lambda.amazonaws.com")),
        inline_policies={carriers: iam.PolicyDocument(statements=[*statements, writing])},
    )
    acknowledge(
        role,
        {
            "AwsSolutions-IAM5[Resource::*]": "ELB's Describe actions take no resource "
            "(Service Authorization Reference).",
            **{
                f"AwsSolutions-IAM5[Resource::{_as_nag_writes(stack, arn)}]": reason
                for arn, reason in acknowledged.items()
            },
        },
    )
    # Outside the VPC: it needs ELB's API and CloudFormation's bucket, and nothing inside. No reserved
    # concurrency: services deploy in parallel, each request works on its own rule or listener, and where two
    # want the same priority or port ELB itself lets one through.
    function = lambda_.Function(
        scope,
        "Function",
        description=descriptions[0],
        runtime=lambda_.Runtime.PYTHON_3_14,
        architecture=lambda_.Architecture.ARM_64,
        handler="index.handler",
        # Sources alone, so that the hash does not depend on who has run them.
        code=lambda_.Code.from_asset(str(_CODE), exclude=["**/__pycache__"]),
        timeout=once.minutes(_TIMEOUT_MINUTES),
        # boto3 takes four seconds to load with the default of 128 MiB.
        memory_size=256,
        role=cast(iam.IRole, role),
        log_group=log_group,
        logging_format=lambda_.LoggingFormat.JSON,
    )
    return WeightFunction(function, role, log_group)


def _as_nag_writes(stack: cdk.Stack, arn: str) -> str:
    """The ARN as cdk-nag prints it, with references in angle brackets."""
    resolved = stack.resolve(arn)
    parts = [resolved] if isinstance(resolved, str) else resolved["Fn::Join"][1]

    def text(part: Any) -> str:
        if isinstance(part, str):
            return part
        return f"<{part['Ref']}>" if "Ref" in part else f"<{'.'.join(part['Fn::GetAtt'])}>"

    return "".join(text(part) for part in parts)
