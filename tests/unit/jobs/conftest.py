"""One job with everything it stands on; a test changes what it is about."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr

from ecs_platform.cluster import Cluster
from ecs_platform.jobs.one_off_task import OneOffTask
from ecs_platform.jobs.schedule import Cron
from ecs_platform.jobs.scheduled_task import ScheduledTask
from ecs_platform.registry.images import RegistryImage
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork


@pytest.fixture
def job(stack: cdk.Stack) -> OneOffTask:
    """The job of the family dev-report."""
    network = FakeNetwork(stack)
    task = TaskDefinition(
        stack,
        "Task",
        network=network,
        family="dev-report",
        size=FargateSize(cpu=256, memory_mib=512),
        image=RegistryImage(tag="1"),
        repository=ecr.Repository.from_repository_attributes(
            stack,
            "Repository",
            repository_name="dev/report",
            repository_arn="arn:aws:ecr:eu-central-1:111122223333:repository/dev/report",
        ),
        logs=AwsLogs(group_name="/dev/report"),
    )
    return OneOffTask(
        stack, "Job", network=network, cluster=Cluster(stack, "Cluster", network=network), task=task
    )


@pytest.fixture
def scheduled(stack: cdk.Stack, job: OneOffTask) -> Callable[..., ScheduledTask]:
    """Schedules the job with the options given; every night by default."""

    def build(**options: Any) -> ScheduledTask:
        arguments: dict[str, Any] = {"job": job, "schedule": Cron(fields="0 2 * * ? *")}
        return ScheduledTask(stack, "Nightly", **(arguments | options))

    return build
