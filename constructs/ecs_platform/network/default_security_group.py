"""The security group that every VPC is born with, closed."""

from pathlib import Path
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform import once
from ecs_platform.place import place_of

# Sent as text: CloudFormation carries up to 4 KB of code itself, and no asset has to be uploaded first.
_HANDLER = Path(__file__).with_name("default_security_group_handler.py")


class ClosedDefaultSecurityGroup(Construct):
    """Takes the rules out of a VPC's default security group, so that nothing works by forgetting a group.

    A VPC's default group admits its own members and all egress, and whatever names no group gets it.
    CloudFormation can add rules to it but not take away those it came with, so a function does. The one in
    `ec2.Vpc` is out of reach here, because that construct looks up availability zones.

    Follows https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2

    Args:
        security_group_id: The default security group of the VPC.
        log_retention: How long the function's logs are kept.
        removal_policy: What becomes of the function's log group when the stack goes.
        encryption_key: Encrypts the function's log group; None leaves it to CloudWatch Logs' own key.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        security_group_id: str,
        log_retention: logs.RetentionDays,
        removal_policy: cdk.RemovalPolicy,
        encryption_key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, id_)
        log_group = logs.LogGroup(
            self,
            "Logs",
            retention=log_retention,
            removal_policy=removal_policy,
            encryption_key=encryption_key,
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=cast("iam.IPrincipal", iam.ServicePrincipal("lambda.amazonaws.com")),
            inline_policies={
                "Close": iam.PolicyDocument.from_json(
                    {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": ["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"],
                                "Resource": place_of(self).arn("ec2", f"security-group/{security_group_id}"),
                            },
                            {
                                "Effect": "Allow",
                                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                                "Resource": log_group.log_group_arn,
                            },
                        ]
                    }
                )
            },
        )
        function = lambda_.Function(
            self,
            "Function",
            description="Takes the rules out of the VPC's default security group",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler="index.handler",
            code=lambda_.Code.from_inline(_HANDLER.read_text(encoding="utf-8")),
            timeout=once.minutes(1),
            role=cast("iam.IRole", role),
            log_group=log_group,
        )
        cdk.CustomResource(
            self,
            "Rules",
            resource_type="Custom::ClosedDefaultSecurityGroup",
            service_token=function.function_arn,
            # Where the function dies before it answers, the stack would wait for an hour.
            service_timeout=once.minutes(5),
            properties={"SecurityGroupId": security_group_id},
        )
