"""The record of the traffic in a VPC."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct


class FlowLogs(Construct):
    """Accepted and rejected traffic of a VPC, in a log group of its own.

    Follows https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html

    Args:
        vpc: The VPC whose traffic is recorded.
        retention: How long the records are kept.
        removal_policy: What becomes of the log group when the stack goes.
        encryption_key: Encrypts the log group; None leaves it to CloudWatch Logs' own key.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc: ec2.IVpc,
        retention: logs.RetentionDays,
        removal_policy: cdk.RemovalPolicy,
        encryption_key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, id_)
        self.log_group = logs.LogGroup(
            self, "Logs", retention=retention, removal_policy=removal_policy, encryption_key=encryption_key
        )
        stack = cdk.Stack.of(self)
        flow_logs_here = stack.format_arn(service="ec2", resource="vpc-flow-log", resource_name="*")
        service = iam.ServicePrincipal(
            "vpc-flow-logs.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": stack.account},
                "ArnLike": {"aws:SourceArn": flow_logs_here},
            },
        )
        role = iam.Role(
            self,
            "Role",
            assumed_by=cast("iam.IPrincipal", service),
            inline_policies={
                "Write": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(
                            actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                            resources=[self.log_group.log_group_arn],
                        )
                    ]
                )
            },
        )
        ec2.FlowLog(
            self,
            "Traffic",
            resource_type=ec2.FlowLogResourceType.from_vpc(vpc),
            # Left to itself, the destination would let the role pass itself to other services.
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(
                self.log_group, role.without_policy_updates()
            ),
        )
