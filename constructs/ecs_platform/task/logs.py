"""Where a task's output goes: a CloudWatch log group, through the awslogs driver."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform import once
from ecs_platform.log_encryption import let_logs_use
from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.task.checks.long_values import shortened

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html and
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html
_NAME_LIMIT = 512
_GROUP = re.compile(rf"[A-Za-z0-9_./#-]{{1,{_NAME_LIMIT}}}")
_STREAM = re.compile(r"[^:*]+")


@dataclass(frozen=True, kw_only=True)
class AwsLogs:
    """A log group for one task definition, and how its containers write to it.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html

    Args:
        group_name: The group's name. With a removal policy that keeps it, a stack that is destroyed and
            deployed again finds the name taken.
        retention: How long events are kept, never without end. By default one year.
        stream_prefix: The first part of each stream's name, `prefix/container/task id`. By default the task
            family.
        encryption_key: The KMS key for the group. By default CloudWatch Logs encrypts with a key of its own.
        removal_policy: What happens to the group when it leaves the stack. By default it stays.
        datetime_format: Begins a new event at each line that has a date of this strftime format.
        multiline_pattern: Begins a new event at each line that matches this regular expression. By default
            every line is an event.
        blocking: With True the application waits when CloudWatch Logs cannot take its output, so that no line
            is lost; if that lasts, its health checks fail. By default it goes on, and lines that do not fit
            the buffer are lost.
        max_buffer_mib: The size of that buffer in MiB. By default 25.

    Raises:
        ConfigurationError: A name that CloudWatch Logs does not take, a retention without end, both of the
            multi-line options, or a buffer for output that is not buffered; all of them at once.
    """

    group_name: str
    retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR
    stream_prefix: str | None = None
    encryption_key: kms.IKey | None = None
    removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy.RETAIN
    datetime_format: str | None = None
    multiline_pattern: str | None = None
    blocking: bool = False
    max_buffer_mib: int | None = None

    def __post_init__(self) -> None:
        refuse([*self._name_mistakes(), *self._driver_mistakes()])

    def _name_mistakes(self) -> Iterator[Mistake]:
        name, prefix = self.group_name, self.stream_prefix
        # A token stands for a value that only the deployment knows; asked last, because asking costs more.
        if not _GROUP.fullmatch(name) and not cdk.Token.is_unresolved(name):
            yield Mistake(
                problem=f'"{shortened(name)}" is no name of a log group.',
                allowed=f"1 to {_NAME_LIMIT} letters, digits and _ - / . #.",
                where="AwsLogs(group_name=...)",
            )
        if prefix is not None and not _STREAM.fullmatch(prefix) and not cdk.Token.is_unresolved(prefix):
            yield Mistake(
                problem=f'No name of a log stream begins with "{shortened(prefix)}".',
                allowed="one character or more, without : and *.",
                where="AwsLogs(stream_prefix=...)",
            )

    def _driver_mistakes(self) -> Iterator[Mistake]:
        if self.retention is logs.RetentionDays.INFINITE:
            # What CloudFormation does for a group that states no retention, too.
            yield Mistake(
                problem="The log group would keep every event for ever.",
                allowed="a stated time, RetentionDays.ONE_DAY to TEN_YEARS.",
                where="AwsLogs(retention=...)",
            )
        if self.datetime_format is not None and self.multiline_pattern is not None:
            yield Mistake(
                problem="The awslogs driver cannot split events by date and by pattern at once.",
                allowed="datetime_format, or multiline_pattern, or neither.",
                where="AwsLogs(datetime_format=..., multiline_pattern=...)",
            )
        if self.blocking and self.max_buffer_mib is not None:
            yield Mistake(
                problem=f"A buffer of {self.max_buffer_mib} MiB has no use where the application waits "
                "instead.",
                allowed="max_buffer_mib without blocking.",
                where="AwsLogs(blocking=..., max_buffer_mib=...)",
            )
        if self.max_buffer_mib is not None and self.max_buffer_mib < 1:
            yield Mistake(
                problem=f"max_buffer_mib is {self.max_buffer_mib}.",
                allowed="1 or more.",
                where="AwsLogs(max_buffer_mib=...)",
            )

    def log_group(self, scope: Construct, id_: str) -> logs.LogGroup:
        """Make the group, and let CloudWatch Logs use the key it is encrypted with."""
        if self.encryption_key is not None:
            let_logs_use(self.encryption_key, scope, self.group_name)
        return logs.LogGroup(
            scope,
            id_,
            log_group_name=self.group_name,
            retention=self.retention,
            encryption_key=self.encryption_key,
            removal_policy=self.removal_policy,
        )

    def driver(self, log_group: logs.ILogGroup, *, family: str) -> ecs.LogDriver:
        """Make what a container definition takes."""
        return ecs.LogDriver.aws_logs(
            stream_prefix=self.stream_prefix or family,
            log_group=log_group,
            datetime_format=self.datetime_format,
            multiline_pattern=self.multiline_pattern,
            # Always said: since June 2025 silence means non-blocking, unless an account setting says
            # otherwise.
            # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html
            mode=ecs.AwsLogDriverMode.BLOCKING if self.blocking else ecs.AwsLogDriverMode.NON_BLOCKING,
            max_buffer_size=None if self.blocking else once.mebibytes(self.max_buffer_mib or 25),
        )
