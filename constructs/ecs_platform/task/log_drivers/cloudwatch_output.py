"""A log router's output to CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_logs as logs

from ecs_platform.account.permission import Permission
from ecs_platform.network.reach import AwsService
from ecs_platform.place import place_of
from ecs_platform.task.log_drivers.output import AwsOutput

if TYPE_CHECKING:
    from ecs_platform.task.task import Task


@dataclass(frozen=True, kw_only=True)
class CloudWatchOutput(AwsOutput):
    """A CloudWatch log group. Each line arrives as JSON, with what is known of its container and task.

    Follows https://docs.fluentbit.io/manual/data-pipeline/outputs/cloudwatch

    Args:
        log_group: The group. By default the task's own, whose retention and encryption its AwsLogs states.
        line_only: Whether the line alone is kept, as the awslogs driver would. By default it is not. The line
            is the record's `log`; a filter that takes that away, such as AWS's parse-json.conf, leaves none.
    """

    log_group: logs.ILogGroup | None = None
    line_only: bool = False

    def options(self, task: Task) -> Mapping[str, str]:
        """The options of Fluent Bit's output."""
        return {
            "Name": "cloudwatch_logs",
            "region": place_of(task).region,
            "log_group_name": (self.log_group or task.log_group).log_group_name,
            # Container, "firelens" and task follow; the awslogs driver writes to family/container/task.
            "log_stream_prefix": f"{task.family}/",
            # A group that the router made would be kept for ever.
            "auto_create_group": "false",
            **({"log_key": "log"} if self.line_only else {}),
        }

    def permissions(self, task: Task) -> Sequence[Permission]:
        """What the task's role may do for it."""
        return [
            Permission(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[(self.log_group or task.log_group).log_group_arn],
                because="The streams of one log group, each named after the task that writes to it.",
            )
        ]

    def services(self) -> Sequence[AwsService]:
        """What the router calls."""
        return [AwsService.LOGS]
