import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Template

from ecs_platform.jobs.one_off_task import OneOffTask
from ecs_platform.jobs.retry import Retry
from ecs_platform.jobs.schedule import Cron, OneTime, Rate, Schedule
from ecs_platform.jobs.scheduled_task import ScheduledTask

Build = Callable[..., ScheduledTask]


@pytest.fixture
def schedule(scheduled: Build, template: Callable[[], Template]) -> Callable[..., dict[str, Any]]:
    """The properties of a schedule built with the options given."""

    def build(**options: Any) -> dict[str, Any]:
        scheduled(**options)
        (resource,) = template().find_resources("AWS::Scheduler::Schedule").values()
        return dict(resource["Properties"])

    return build


def _statements(template: Template, task: ScheduledTask) -> list[dict[str, Any]]:
    (role,) = template.find_resources(
        "AWS::IAM::Role",
        {"Properties": {"Description": f"EventBridge Scheduler starts tasks of {task.job.task.family}."}},
    ).values()
    (policy,) = role["Properties"]["Policies"]
    return policy["PolicyDocument"]["Statement"]


def test_the_configured_revision_is_started_in_the_jobs_place(
    stack: cdk.Stack, job: OneOffTask, schedule: Callable[..., dict[str, Any]]
) -> None:
    target = schedule()["Target"]
    assert target["Arn"] == stack.resolve(job.cluster.cluster.cluster_arn)
    assert target["EcsParameters"] == {
        "TaskDefinitionArn": stack.resolve(job.task.definition.task_definition_arn),
        "LaunchType": "FARGATE",
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "AssignPublicIp": "DISABLED",
                "SecurityGroups": [stack.resolve(job.security_group.security_group_id)],
                "Subnets": ["subnet-private-a", "subnet-private-b"],
            }
        },
        "EnableECSManagedTags": True,
        "PropagateTags": "TASK_DEFINITION",
    }


def test_by_default_it_is_retried_for_an_hour_and_runs_to_the_minute_from_now_on(
    schedule: Callable[..., dict[str, Any]],
) -> None:
    properties = schedule()
    assert properties["Target"]["RetryPolicy"] == {
        "MaximumEventAgeInSeconds": 3600,
        "MaximumRetryAttempts": 185,
    }
    assert properties["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert properties["State"] == "ENABLED"
    assert {"StartDate", "EndDate", "Description"} & set(properties) == set()
    assert "Input" not in properties["Target"]


@pytest.mark.parametrize(
    ("when", "expression", "zone"),
    [
        (Cron(fields="0 2 * * ? *", time_zone="Europe/Berlin"), "cron(0 2 * * ? *)", "Europe/Berlin"),
        (Rate(every="5 minutes"), "rate(5 minutes)", "UTC"),
        (
            OneTime(at="2027-01-31T18:30:00", time_zone="Asia/Tokyo"),
            "at(2027-01-31T18:30:00)",
            "Asia/Tokyo",
        ),
    ],
)
def test_when(schedule: Callable[..., dict[str, Any]], when: Schedule, expression: str, zone: str) -> None:
    properties = schedule(schedule=when)
    assert properties["ScheduleExpression"] == expression
    assert properties["ScheduleExpressionTimezone"] == zone


@pytest.mark.parametrize(
    ("options", "path", "value"),
    [
        (
            {"retry": Retry(attempts=3, max_age_seconds=600)},
            "Target.RetryPolicy",
            {"MaximumEventAgeInSeconds": 600, "MaximumRetryAttempts": 3},
        ),
        ({"retry": Retry(attempts=0)}, "Target.RetryPolicy.MaximumRetryAttempts", 0),
        (
            {"flexible_window_minutes": 15},
            "FlexibleTimeWindow",
            {"MaximumWindowInMinutes": 15, "Mode": "FLEXIBLE"},
        ),
        (
            {"flexible_window_minutes": 1440},
            "FlexibleTimeWindow",
            {"MaximumWindowInMinutes": 1440, "Mode": "FLEXIBLE"},
        ),
        ({"enabled": False}, "State", "DISABLED"),
        ({"start": datetime(2027, 1, 1, tzinfo=UTC)}, "StartDate", "2027-01-01T00:00:00.000Z"),
        (
            {"end": datetime(2028, 1, 1, tzinfo=timezone(timedelta(hours=2)))},
            "EndDate",
            "2027-12-31T22:00:00.000Z",
        ),
        ({"description": "The report of the day"}, "Description", "The report of the day"),
        (
            {"platform_version": ecs.FargatePlatformVersion.VERSION1_4},
            "Target.EcsParameters.PlatformVersion",
            "1.4.0",
        ),
    ],
)
def test_options(
    schedule: Callable[..., dict[str, Any]], options: Mapping[str, Any], path: str, value: object
) -> None:
    found: Any = schedule(**options)
    for key in path.split("."):
        found = found[key]
    assert found == value


def test_another_command(schedule: Callable[..., dict[str, Any]]) -> None:
    target = schedule(command=["report", "--monthly"])["Target"]
    assert json.loads(target["Input"]) == {
        "containerOverrides": [{"name": "app", "command": ["report", "--monthly"]}]
    }


def test_its_role_starts_this_job_in_this_cluster_and_fills_the_queue_and_no_more(
    stack: cdk.Stack, job: OneOffTask, scheduled: Build, template: Callable[[], Template]
) -> None:
    task = scheduled()
    expected: list[dict[str, Any]] = [
        {
            "Action": "ecs:RunTask",
            "Resource": "arn:aws:ecs:eu-central-1:111122223333:task-definition/dev-report:*",
            "Condition": {"ArnEquals": {"ecs:cluster": stack.resolve(job.cluster.cluster.cluster_arn)}},
        },
        {
            "Action": "ecs:TagResource",
            "Resource": "arn:aws:ecs:eu-central-1:111122223333:task/*",
            "Condition": {"StringEquals": {"ecs:CreateAction": "RunTask"}},
        },
        {
            "Action": "iam:PassRole",
            "Resource": [
                stack.resolve(role.role_arn)
                for role in (job.task.roles.execution_role, job.task.roles.task_role)
            ],
            "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        },
        {"Action": "sqs:SendMessage", "Resource": stack.resolve(task.dead_letters.queue_arn)},
    ]
    assert _statements(template(), task) == [{"Effect": "Allow", **statement} for statement in expected]
    # CDK's own grants, which are wider, would come in policies beside the role.
    template().resource_count_is("AWS::IAM::Policy", 0)


def test_only_schedules_of_its_group_can_use_the_role(
    stack: cdk.Stack, scheduled: Build, template: Callable[[], Template]
) -> None:
    task = scheduled()
    template().has_resource_properties(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Action": "sts:AssumeRole",
                        "Effect": "Allow",
                        "Principal": {"Service": "scheduler.amazonaws.com"},
                        "Condition": {
                            "StringEquals": {
                                "aws:SourceAccount": "111122223333",
                                "aws:SourceArn": stack.resolve(task.group.schedule_group_arn),
                            }
                        },
                    }
                ],
            }
        },
    )
    (group,) = template().find_resources("AWS::Scheduler::ScheduleGroup").values()
    (found,) = template().find_resources("AWS::Scheduler::Schedule").values()
    assert found["Properties"]["GroupName"] == group["Properties"]["Name"]
    assert found["Properties"]["Target"]["RoleArn"] == stack.resolve(task.role.role_arn)
    assert group["DeletionPolicy"] == "Delete"


def test_the_queue_is_encrypted_keeps_two_weeks_and_takes_tls_only(
    stack: cdk.Stack, scheduled: Build, template: Callable[[], Template]
) -> None:
    task = scheduled()
    (queue,) = template().find_resources("AWS::SQS::Queue").values()
    assert queue["Properties"] == {"MessageRetentionPeriod": 14 * 24 * 3600, "SqsManagedSseEnabled": True}
    (policy,) = template().find_resources("AWS::SQS::QueuePolicy").values()
    assert policy["Properties"]["PolicyDocument"]["Statement"] == [
        {
            "Action": "sqs:*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Resource": stack.resolve(task.dead_letters.queue_arn),
        }
    ]
    (found,) = template().find_resources("AWS::Scheduler::Schedule").values()
    assert found["Properties"]["Target"]["DeadLetterConfig"] == {
        "Arn": stack.resolve(task.dead_letters.queue_arn)
    }


def test_a_queue_of_ones_own_with_its_key(
    stack: cdk.Stack, scheduled: Build, template: Callable[[], Template]
) -> None:
    key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:eu-central-1:111122223333:key/1")
    queue = sqs.Queue.from_queue_attributes(
        stack,
        "Mine",
        queue_arn="arn:aws:sqs:eu-central-1:111122223333:failed-starts",
        key_arn=key.key_arn,
    )
    task = scheduled(dead_letters=queue)
    template().resource_count_is("AWS::SQS::Queue", 0)
    assert _statements(template(), task)[3:] == [
        {
            "Action": "sqs:SendMessage",
            "Effect": "Allow",
            "Resource": "arn:aws:sqs:eu-central-1:111122223333:failed-starts",
        },
        {
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Effect": "Allow",
            "Resource": "arn:aws:kms:eu-central-1:111122223333:key/1",
        },
    ]


def test_a_group_of_ones_own(stack: cdk.Stack, scheduled: Build, template: Callable[[], Template]) -> None:
    group = scheduler.ScheduleGroup.from_schedule_group_name(stack, "Group", "reports")
    task = scheduled(group=group)
    template().resource_count_is("AWS::Scheduler::ScheduleGroup", 0)
    template().has_resource_properties("AWS::Scheduler::Schedule", {"GroupName": "reports"})
    assert stack.resolve(task.group.schedule_group_arn) == (
        "arn:aws:scheduler:eu-central-1:111122223333:schedule-group/reports"
    )


def test_several_schedules_start_one_job(
    stack: cdk.Stack, job: OneOffTask, scheduled: Build, template: Callable[[], Template]
) -> None:
    scheduled()
    ScheduledTask(stack, "Hourly", job=job, schedule=Rate(every="1 hour"), command=["report", "--quick"])
    template().resource_count_is("AWS::Scheduler::Schedule", 2)
    template().resource_count_is("AWS::ECS::TaskDefinition", 1)


def test_no_finding(scheduled: Build, findings: Callable[[], list[str]]) -> None:
    scheduled()
    assert findings() == []


class TestWithoutAnAccount:
    """The same where the account is that of the credentials, as in dev."""

    @pytest.fixture
    def stack(self, app: cdk.App) -> cdk.Stack:
        return cdk.Stack(app, "stack")

    def test_no_finding_either(self, scheduled: Build, findings: Callable[[], list[str]]) -> None:
        scheduled()
        assert findings() == []


def test_the_name_of_its_group(scheduled: Build, template: Callable[[], Template]) -> None:
    scheduled(group_name="dev-report-nightly")
    (group,) = template().find_resources("AWS::Scheduler::ScheduleGroup").values()
    (found,) = template().find_resources("AWS::Scheduler::Schedule").values()
    assert group["Properties"]["Name"] == found["Properties"]["GroupName"] == "dev-report-nightly"
