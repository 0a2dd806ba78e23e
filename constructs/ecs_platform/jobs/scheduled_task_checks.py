"""What EventBridge Scheduler would refuse, or ignore, in a scheduled task."""

import re
from collections.abc import Sequence
from datetime import datetime

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sqs as sqs

from ecs_platform.jobs.schedule import OneTime, Schedule
from ecs_platform.mistakes import Mistake, out_of_range
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.platform_version import platform_mistakes
from ecs_platform.task.task import Task

# https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html
_GROUP_NAME = re.compile(r"[0-9a-zA-Z_.-]{1,64}")


def window(minutes: int | None) -> Sequence[Mistake]:
    """A flexible window that is no number of minutes up to a day."""
    if minutes is None:
        return ()
    return out_of_range(
        minutes,
        1,
        1440,
        what="flexible_window_minutes",
        where="ScheduledTask(flexible_window_minutes=...)",
    )


def dates(schedule: Schedule, start: datetime | None, end: datetime | None) -> Sequence[Mistake]:
    """Dates without a time zone, in the wrong order, or beside a schedule that does not look at them."""
    given = {name: date for name, date in (("start", start), ("end", end)) if date is not None}
    mistakes: list[Mistake] = []
    for name, date in given.items():
        where = f"ScheduledTask({name}=...)"
        if isinstance(schedule, OneTime):
            # https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
            mistakes.append(
                Mistake(
                    problem=f"{name} is given, which EventBridge ignores for a schedule that runs once.",
                    allowed="neither start nor end with OneTime.",
                    where=where,
                )
            )
        if date.tzinfo is None:
            mistakes.append(
                Mistake(
                    problem=f"{name} is {date.isoformat()}, without a time zone.",
                    allowed="a moment with its time zone, such as datetime(2027, 1, 31, tzinfo=UTC).",
                    where=where,
                )
            )
    if not mistakes and start is not None and end is not None and end <= start:
        mistakes.append(
            Mistake(
                problem=f"end, {end.isoformat()}, is not after start, {start.isoformat()}.",
                allowed="an end after the start.",
                where="ScheduledTask(start=..., end=...)",
            )
        )
    return mistakes


def others(
    command: Sequence[str] | None, description: str | None, dead_letters: sqs.IQueue | None
) -> Sequence[Mistake]:
    """A command of no words, a description that is too long, a queue that keeps an order."""
    mistakes: list[Mistake] = []
    if command is not None and (isinstance(command, str) or not command):
        mistakes.append(
            Mistake(
                problem=f"The command is {command!r}.",
                allowed='a list of words, such as ["python", "-m", "report"], or None.',
                where="ScheduledTask(command=...)",
            )
        )
    if description is not None and len(description) > 512:
        mistakes.append(
            Mistake(
                problem=f"The description has {len(description)} characters.",
                allowed="at most 512.",
                where="ScheduledTask(description=...)",
            )
        )
    if dead_letters is not None and dead_letters.fifo:
        mistakes.append(
            Mistake(
                problem="The dead-letter queue is a FIFO queue.",
                allowed="a standard queue; EventBridge Scheduler takes no other.",
                where="ScheduledTask(dead_letters=...)",
            )
        )
    return mistakes


def group(name: str | None, *, given: bool) -> Sequence[Mistake]:
    """A name beside a group that is there already, or one that EventBridge does not take."""
    if name is None:
        return ()
    if given:
        return [
            Mistake(
                problem=f'The group is to be called "{name}", and is given already.',
                allowed="group or group_name, not both.",
                where="ScheduledTask(group_name=...)",
            )
        ]
    if _GROUP_NAME.fullmatch(name) or cdk.Token.is_unresolved(name):
        return ()
    return [
        Mistake(
            problem=f'"{name}" ({len(name)} characters) is no name of a schedule group.',
            allowed="1 to 64 letters, digits and _ . -",
            where="ScheduledTask(group_name=...)",
        )
    ]


def platform(task: Task, version: ecs.FargatePlatformVersion | None) -> Sequence[Mistake]:
    """A version of Fargate's platform that has ended, or for a task that does not run there."""
    if version is None or task.compatibility is Compatibility.FARGATE:
        return platform_mistakes(version, where="ScheduledTask(platform_version=...)")
    # https://docs.aws.amazon.com/scheduler/latest/APIReference/API_EcsParameters.html
    return [
        Mistake(
            problem=f"A version of Fargate's platform is given, and {task.family} does not run on Fargate.",
            allowed="platform_version for a TaskDefinition alone.",
            where="ScheduledTask(platform_version=...)",
        )
    ]
