from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs

from ecs_platform.jobs.schedule import OneTime
from ecs_platform.jobs.scheduled_task import ScheduledTask
from ecs_platform.problem import ConfigurationError

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
ONCE = OneTime(at="2027-01-31T18:30:00")


@pytest.mark.parametrize(
    ("options", "problem", "allowed", "where"),
    [
        (
            {"flexible_window_minutes": 0},
            "flexible_window_minutes is 0.",
            "flexible_window_minutes of 1 to 1440.",
            "flexible_window_minutes=...",
        ),
        (
            {"flexible_window_minutes": 1441},
            "flexible_window_minutes is 1441.",
            "flexible_window_minutes of 1 to 1440.",
            "flexible_window_minutes=...",
        ),
        (
            {"start": datetime(2027, 1, 1)},
            "start is 2027-01-01T00:00:00, without a time zone.",
            "a moment with its time zone, such as datetime(2027, 1, 31, tzinfo=UTC).",
            "start=...",
        ),
        (
            {"end": NEW_YEAR, "schedule": ONCE},
            "end is given, which EventBridge ignores for a schedule that runs once.",
            "neither start nor end with OneTime.",
            "end=...",
        ),
        (
            {"start": NEW_YEAR, "end": NEW_YEAR},
            "end, 2027-01-01T00:00:00+00:00, is not after start, 2027-01-01T00:00:00+00:00.",
            "an end after the start.",
            "start=..., end=...",
        ),
        (
            {"command": []},
            "The command is [].",
            'a list of words, such as ["python", "-m", "report"], or None.',
            "command=...",
        ),
        (
            {"command": "python -m report"},
            "The command is 'python -m report'.",
            'a list of words, such as ["python", "-m", "report"], or None.',
            "command=...",
        ),
        (
            {"description": "x" * 513},
            "The description has 513 characters.",
            "at most 512.",
            "description=...",
        ),
        (
            {"platform_version": ecs.FargatePlatformVersion.VERSION1_3},
            "VERSION1_3 of Fargate's platform has ended.",
            "FargatePlatformVersion.VERSION1_4 or LATEST, which today is the same, or None for the latest.",
            "platform_version=...",
        ),
    ],
)
def test_refused(
    scheduled: Callable[..., ScheduledTask],
    options: Mapping[str, Any],
    problem: str,
    allowed: str,
    where: str,
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        scheduled(**options)
    assert refused.value.problem == problem
    assert refused.value.allowed == allowed
    assert refused.value.where == f"ScheduledTask({where})"


def test_a_fifo_queue_is_refused(stack: cdk.Stack, scheduled: Callable[..., ScheduledTask]) -> None:
    with pytest.raises(ConfigurationError, match=r"FIFO queue\. Allowed: a standard queue; EventBridge"):
        scheduled(dead_letters=sqs.Queue(stack, "Fifo", fifo=True))


@pytest.mark.parametrize(
    "options",
    [
        {"flexible_window_minutes": 1},
        {"description": "x" * 512},
        # Later by the clock on the wall, earlier as a moment.
        {"start": NEW_YEAR, "end": NEW_YEAR.astimezone(timezone(-timedelta(hours=9))) + timedelta(seconds=1)},
    ],
)
def test_accepted(scheduled: Callable[..., ScheduledTask], options: Mapping[str, Any]) -> None:
    scheduled(**options)


def test_all_that_is_wrong_is_said_at_once(scheduled: Callable[..., ScheduledTask]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        scheduled(schedule=ONCE, start=NEW_YEAR, end=NEW_YEAR, flexible_window_minutes=0, command=[])
    assert refused.value.where == (
        "ScheduledTask(flexible_window_minutes=...) ScheduledTask(start=...) ScheduledTask(end=...) "
        "ScheduledTask(command=...)"
    )


@pytest.mark.parametrize("name", ["", "with space", "a" * 65])
def test_a_name_of_a_group_that_eventbridge_refuses(
    scheduled: Callable[..., ScheduledTask], name: str
) -> None:
    with pytest.raises(ConfigurationError, match="is no name of a schedule group") as refused:
        scheduled(group_name=name)
    assert refused.value.where == "ScheduledTask(group_name=...)"


def test_a_name_for_a_group_that_is_there_already(
    stack: cdk.Stack, scheduled: Callable[..., ScheduledTask]
) -> None:
    group = scheduler.ScheduleGroup.from_schedule_group_name(stack, "Group", "reports")
    with pytest.raises(ConfigurationError, match='is to be called "other", and is given already'):
        scheduled(group=group, group_name="other")
