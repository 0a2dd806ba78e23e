"""A job that EventBridge Scheduler starts."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from ecs_platform import once
from ecs_platform.account.permission import Permission, argue, document
from ecs_platform.acknowledge import acknowledge
from ecs_platform.jobs import scheduled_task_checks as checks
from ecs_platform.jobs.one_off_task import OneOffTask
from ecs_platform.jobs.permissions import starting
from ecs_platform.jobs.retry import Retry
from ecs_platform.jobs.schedule import Schedule
from ecs_platform.jobs.target import target_of
from ecs_platform.mistakes import refuse
from ecs_platform.place import place_of


class ScheduledTask(Construct):
    """A schedule that starts a job, and a queue for the starts that failed.

    The schedule names the revision of this deployment. Its role may start this job in this cluster, hand it
    its two roles and fill the queue, for schedules of its group alone.

    EventBridge starts a task at least once for each time: rarely twice, and without waiting for the end of
    the one before. A task that started and failed is neither tried again nor in the queue.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/tasks-scheduled.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        job: What is started, and where. Several schedules can start one job.
        schedule: When.
        command: What the container runs, in place of the task definition's command. By default that.
        retry: What becomes of a start that ECS refuses. By default it is tried again for an hour.
        flexible_window_minutes: Within how many minutes after the planned time the start may be, 1 to 1440;
            EventBridge spreads it. By default at the planned minute.
        start: The moment before which nothing runs, with its time zone. By default the deployment.
            EventBridge refuses one that is more than five minutes ago, and an update sends it again: take it
            out once it has passed.
        end: The moment after which nothing runs, with its time zone. By default never.
        enabled: Whether it runs. By default it does; with False it stays in the stack and pauses.
        dead_letters: A standard queue for starts that failed to the end. By default one of its own, which
            keeps them for 14 days.
        group: The schedule group. By default one of its own, so that no other schedule can use its role.
        group_name: What the group of its own is called, at most 64 characters. By default CDK makes a name.
        platform_version: Fargate's platform version. By default the latest when a task starts. Refused for
            jobs on instances and outside AWS.
        description: What the schedule is for, at most 512 characters. By default none.

    Raises:
        ConfigurationError: A value that EventBridge would refuse or ignore; all of them at once.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        job: OneOffTask,
        schedule: Schedule,
        command: Sequence[str] | None = None,
        retry: Retry | None = None,
        flexible_window_minutes: int | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        enabled: bool = True,
        dead_letters: sqs.IQueue | None = None,
        group: scheduler.IScheduleGroup | None = None,
        group_name: str | None = None,
        platform_version: ecs.FargatePlatformVersion | None = None,
        description: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        refuse(
            [
                *checks.window(flexible_window_minutes),
                *checks.dates(schedule, start, end),
                *checks.others(command, description, dead_letters),
                *checks.group(group_name, given=group is not None),
                *checks.platform(job.task, platform_version),
            ]
        )
        self.job = job
        self.dead_letters = dead_letters or self._queue()
        self.group = group or scheduler.ScheduleGroup(
            self, "Group", schedule_group_name=group_name, removal_policy=cdk.RemovalPolicy.DESTROY
        )
        self.role = self._role()
        self.schedule = scheduler.Schedule(
            self,
            "Schedule",
            schedule=scheduler.ScheduleExpression.expression(schedule.expression, _zone(schedule.time_zone)),
            target=target_of(
                job,
                # CDK would let it start the revision in any cluster, and tag any task of this one.
                role=self.role.without_policy_updates(),
                override=_override(job, command),
                retry=retry or Retry(),
                dead_letters=self.dead_letters,
                platform_version=platform_version,
            ),
            schedule_group=self.group,
            time_window=(
                None
                if flexible_window_minutes is None
                else scheduler.TimeWindow.flexible(once.minutes(flexible_window_minutes))
            ),
            start=start,
            end=end,
            enabled=enabled,
            description=description,
        )

    def _queue(self) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            "DeadLetters",
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=once.days(14),
        )
        acknowledge(
            queue,
            {
                "AwsSolutions-SQS3": (
                    "It is itself the dead-letter queue, of a schedule; the rule looks for queues that "
                    "redrive into it, and nothing consumes from it that could fail."
                )
            },
        )
        return queue

    def _role(self) -> iam.Role:
        place = place_of(self)
        permissions = [
            *starting(self.job.task, self.job.cluster, place),
            Permission(actions=["sqs:SendMessage"], resources=[self.dead_letters.queue_arn]),
        ]
        if self.dead_letters.encryption_master_key is not None:
            # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
            permissions.append(
                Permission(
                    actions=["kms:Decrypt", "kms:GenerateDataKey"],
                    resources=[self.dead_letters.encryption_master_key.key_arn],
                )
            )
        role = iam.Role(
            self,
            "Role",
            description=f"EventBridge Scheduler starts tasks of {self.job.task.family}.",
            # The group, and not the schedule, is what AWS names here.
            # https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
            assumed_by=cast(
                "iam.IPrincipal",
                iam.ServicePrincipal(
                    "scheduler.amazonaws.com",
                    conditions={
                        "StringEquals": {
                            "aws:SourceAccount": place.account,
                            "aws:SourceArn": self.group.schedule_group_arn,
                        }
                    },
                ),
            ),
            inline_policies={"Start": document(permissions)},
        )
        argue(role, permissions, place)
        return role


@cache
def _zone(name: str) -> cdk.TimeZone:
    return cdk.TimeZone.of(name)


def _override(job: OneOffTask, command: Sequence[str] | None) -> scheduler.ScheduleTargetInput | None:
    if command is None:
        return None
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskOverride.html
    return scheduler.ScheduleTargetInput.from_object(
        {"containerOverrides": [{"name": job.task.container_name, "command": list(command)}]}
    )
