"""A log router's output to Amazon Data Firehose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_kinesisfirehose as firehose

from ecs_platform.account.permission import Permission
from ecs_platform.network.reach import AwsService
from ecs_platform.place import place_of
from ecs_platform.task.log_drivers.output import AwsOutput

if TYPE_CHECKING:
    from ecs_platform.task.task import Task


@dataclass(frozen=True, kw_only=True)
class FirehoseOutput(AwsOutput):
    """A stream of Amazon Data Firehose, which delivers to S3, OpenSearch, Splunk and others.

    Follows https://docs.fluentbit.io/manual/data-pipeline/outputs/firehose

    Args:
        delivery_stream: The stream.
    """

    delivery_stream: firehose.IDeliveryStream

    def options(self, task: Task) -> Mapping[str, str]:
        """The options of Fluent Bit's output."""
        return {
            "Name": "kinesis_firehose",
            "region": place_of(task).region,
            "delivery_stream": self.delivery_stream.delivery_stream_name,
        }

    def permissions(self, task: Task) -> Sequence[Permission]:  # noqa: ARG002 - other outputs ask the task
        """What the task's role may do for it."""
        return [
            Permission(
                actions=["firehose:PutRecordBatch"], resources=[self.delivery_stream.delivery_stream_arn]
            )
        ]

    def services(self) -> Sequence[AwsService]:
        """What the router calls."""
        return [AwsService.FIREHOSE]
