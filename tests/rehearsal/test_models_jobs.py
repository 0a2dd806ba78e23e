"""EventBridge schedules and SQS queues: stored behind moto's APIs, as boto3 then shows them."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal import journal
from rehearsal.in_process import InProcessAws, StackError
from rehearsal.journal import Kind
from tests.rehearsal.templates import Resources, att, ref, resource, template

CLUSTER = "arn:aws:ecs:eu-central-1:123456789012:cluster/dev"
FAMILY = "arn:aws:ecs:eu-central-1:123456789012:task-definition/dev-report"


def scheduled(*, revision: int = 1, **schedule: Any) -> Resources:
    """A schedule in a group of its own, as CDK writes it, and its dead-letter queue."""
    place = {"AssignPublicIp": "DISABLED", "SecurityGroups": ["sg-1"], "Subnets": ["subnet-1"]}
    usual = {
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "GroupName": ref("Group"),
        "ScheduleExpression": "cron(0 2 * * ? *)",
        "ScheduleExpressionTimezone": "Europe/Berlin",
        "State": "ENABLED",
        "Target": {
            "Arn": CLUSTER,
            "RoleArn": "arn:aws:iam::123456789012:role/start",
            "DeadLetterConfig": {"Arn": att("Queue", "Arn")},
            "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 185},
            "EcsParameters": {
                "TaskDefinitionArn": f"{FAMILY}:{revision}",
                "LaunchType": "FARGATE",
                "NetworkConfiguration": {"AwsvpcConfiguration": place},
            },
        },
    }
    return {
        **queue(),
        "Group": resource("AWS::Scheduler::ScheduleGroup", Name="reports", Tags=[{"Key": "a", "Value": "b"}]),
        "Schedule": resource("AWS::Scheduler::Schedule", **{**usual, **schedule}),
    }


def queue(**properties: Any) -> Resources:
    denied = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": att("Queue", "Arn")}
    return {
        "Queue": resource(
            "AWS::SQS::Queue",
            **{"MessageRetentionPeriod": 1209600, "SqsManagedSseEnabled": True, **properties},
        ),
        "Policy": resource(
            "AWS::SQS::QueuePolicy",
            Queues=[ref("Queue")],
            PolicyDocument={"Version": "2012-10-17", "Statement": [denied]},
        ),
    }


def schedules(aws: InProcessAws) -> list[dict[str, Any]]:
    scheduler = aws.client("scheduler")
    listed = scheduler.list_schedules()["Schedules"]
    return [scheduler.get_schedule(Name=each["Name"], GroupName=each["GroupName"]) for each in listed]


def test_a_schedule_shows_what_it_starts_and_when(aws: InProcessAws) -> None:
    aws.deploy("s", template(scheduled(), Arn=att("Schedule", "Arn")))
    (found,) = schedules(aws)
    assert found["GroupName"] == "reports"
    assert found["Name"].startswith("s-Schedule-")
    assert found["Arn"] == aws.outputs("s")["Arn"]
    assert (found["ScheduleExpression"], found["ScheduleExpressionTimezone"], found["State"]) == (
        "cron(0 2 * * ? *)",
        "Europe/Berlin",
        "ENABLED",
    )
    target = found["Target"]
    assert target["EcsParameters"]["TaskDefinitionArn"] == f"{FAMILY}:1"
    assert target["EcsParameters"]["NetworkConfiguration"]["awsvpcConfiguration"]["Subnets"] == ["subnet-1"]
    assert target["DeadLetterConfig"]["Arn"].rpartition(":")[2].startswith("s-Queue-")
    unreal = [each for each in journal.read() if each.kind in {Kind.SKIPPED, Kind.NOT_SHOWN}]
    assert unreal == []


def test_a_schedule_changes_in_place(aws: InProcessAws) -> None:
    aws.deploy("s", template(scheduled()))
    (before,) = schedules(aws)
    aws.deploy("s", template(scheduled(revision=2, State="DISABLED")))
    (after,) = schedules(aws)
    assert after["Name"] == before["Name"]
    assert after["State"] == "DISABLED"
    assert after["Target"]["EcsParameters"]["TaskDefinitionArn"] == f"{FAMILY}:2"


def test_a_schedule_moves_to_another_group(aws: InProcessAws) -> None:
    other = {"Other": resource("AWS::Scheduler::ScheduleGroup", Name="other")}
    aws.deploy("s", template({**scheduled(), **other}))
    aws.deploy("s", template({**scheduled(GroupName=ref("Other")), **other}))
    assert [each["GroupName"] for each in schedules(aws)] == ["other"]


def test_the_tags_of_a_group_change(aws: InProcessAws) -> None:
    resources = scheduled()
    aws.deploy("s", template(resources))
    resources["Group"]["Properties"]["Tags"] = [{"Key": "c", "Value": "d"}]
    aws.deploy("s", template(resources))
    scheduler = aws.client("scheduler")
    arn = scheduler.get_schedule_group(Name="reports")["Arn"]
    assert scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "c", "Value": "d"}]


def test_a_group_or_a_group_name_that_is_wrong_is_refused(aws: InProcessAws) -> None:
    with pytest.raises(StackError, match="absent"):
        aws.deploy("s", template(scheduled(GroupName="absent")))
    aws.client("scheduler").create_schedule_group(Name="taken")
    group = {"Group": resource("AWS::Scheduler::ScheduleGroup", Name="taken")}
    with pytest.raises(StackError, match="Schedule group taken already exists"):
        aws.deploy("t", template(group))


def test_nothing_is_left(aws: InProcessAws) -> None:
    aws.deploy("s", template(scheduled()))
    aws.destroy("s")
    assert schedules(aws) == []
    groups = aws.client("scheduler").list_schedule_groups()["ScheduleGroups"]
    assert [each["Name"] for each in groups] == ["default"]
    assert aws.client("sqs").list_queues().get("QueueUrls", []) == []


def attributes(aws: InProcessAws, url: str) -> dict[str, str]:
    return aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def test_a_queue_is_encrypted_and_has_its_policy(aws: InProcessAws) -> None:
    aws.deploy("s", template(queue(), Url=ref("Queue"), Arn=att("Queue", "Arn")))
    out = aws.outputs("s")
    found = attributes(aws, out["Url"])
    assert (found["MessageRetentionPeriod"], found["SqsManagedSseEnabled"]) == ("1209600", "true")
    assert found["QueueArn"] == out["Arn"]
    (statement,) = json.loads(found["Policy"])["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Deny", out["Arn"])


def test_a_queue_changes_in_place_and_redrives(aws: InProcessAws) -> None:
    def both(**main: Any) -> Resources:
        redrive = {"deadLetterTargetArn": att("Queue", "Arn"), "maxReceiveCount": 3}
        return {**queue(), "Main": resource("AWS::SQS::Queue", RedrivePolicy=redrive, **main)}

    aws.deploy("s", template(both(), Url=ref("Main")))
    url = aws.outputs("s")["Url"]
    assert json.loads(attributes(aws, url)["RedrivePolicy"])["maxReceiveCount"] == 3
    aws.deploy("s", template(both(VisibilityTimeout=90, Tags=[{"Key": "a", "Value": "b"}]), Url=ref("Main")))
    assert aws.outputs("s")["Url"] == url
    assert attributes(aws, url)["VisibilityTimeout"] == "90"
    assert aws.client("sqs").list_queue_tags(QueueUrl=url)["Tags"] == {"a": "b"}


def test_a_fifo_queue_is_called_one(aws: InProcessAws) -> None:
    fifo = {"Queue": resource("AWS::SQS::Queue", FifoQueue=True)}
    aws.deploy("s", template(fifo, Url=ref("Queue")))
    assert aws.outputs("s")["Url"].endswith(".fifo")


def test_a_policy_goes_with_its_resource(aws: InProcessAws) -> None:
    aws.deploy("s", template(queue(), Url=ref("Queue")))
    resources = queue()
    del resources["Policy"]
    aws.deploy("s", template(resources, Url=ref("Queue")))
    assert "Policy" not in attributes(aws, aws.outputs("s")["Url"])
    with pytest.raises(ClientError):
        aws.client("sqs").get_queue_url(QueueName="absent")
