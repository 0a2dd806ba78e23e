"""The record of the traffic in a VPC."""

from collections.abc import Sequence
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform.place import place_of


class FlowLogs(Construct):
    """Accepted and rejected traffic of a VPC, in a log group of its own.

    Follows https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html

    Args:
        vpc_id: The VPC whose traffic is recorded.
        tags: The tags of the flow log.
        retention: How long the records are kept.
        removal_policy: What becomes of the log group when the stack goes.
        encryption_key: Encrypts the log group; None leaves it to CloudWatch Logs' own key.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc_id: str,
        tags: Sequence[cdk.CfnTag],
        retention: logs.RetentionDays,
        removal_policy: cdk.RemovalPolicy,
        encryption_key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, id_)
        self.log_group = logs.LogGroup(
            self, "Logs", retention=retention, removal_policy=removal_policy, encryption_key=encryption_key
        )
        place = place_of(self)
        service = iam.ServicePrincipal(
            "vpc-flow-logs.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": place.account},
                "ArnLike": {"aws:SourceArn": place.arn("ec2", "vpc-flow-log/*")},
            },
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=cast("iam.IPrincipal", service),
            inline_policies={
                "Write": iam.PolicyDocument.from_json(
                    {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": [
                                    "logs:CreateLogStream",
                                    "logs:DescribeLogStreams",
                                    "logs:PutLogEvents",
                                ],
                                "Resource": self.log_group.log_group_arn,
                            }
                        ]
                    }
                )
            },
        )
        # L1, because the destination of the L2 lets the role pass itself to other services:
        # https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ec2/lib/vpc-flow-logs.ts
        ec2.CfnFlowLog(
            self,
            "Traffic",
            resource_type="VPC",
            resource_id=vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_group_name=self.log_group.log_group_name,
            deliver_logs_permission_arn=role.role_arn,
            tags=tags,
        )
