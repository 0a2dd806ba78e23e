from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.queue import WorkQueue
from tests.unit.service.worker_builder import Ground

QUEUE, ALARM = "AWS::SQS::Queue", "AWS::CloudWatch::Alarm"
ALLOWED = {
    "grant_consume": [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
    ],
    "grant_send": "sqs:SendMessage",
}
WITH_KEY = {"grant_consume": "kms:Decrypt", "grant_send": ["kms:Decrypt", "kms:GenerateDataKey"]}


def _queues(template: Template) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    found = template.find_resources(QUEUE)
    (queue,) = [each for each in found.values() if "RedrivePolicy" in each["Properties"]]
    (dead,) = [each for each in found.values() if "RedrivePolicy" not in each["Properties"]]
    return queue, dead


def test_a_queue_as_it_comes(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    made = WorkQueue(stack, "Jobs", visibility_timeout_seconds=60)
    queue, dead = _queues(template())
    assert queue["Properties"] == {
        "MessageRetentionPeriod": 4 * 86_400,
        "ReceiveMessageWaitTimeSeconds": 20,
        "RedrivePolicy": {
            "deadLetterTargetArn": stack.resolve(made.dead_letters.queue_arn),
            "maxReceiveCount": 5,
        },
        "SqsManagedSseEnabled": True,
        "VisibilityTimeout": 60,
    }
    assert dead["Properties"] == {"MessageRetentionPeriod": 14 * 86_400, "SqsManagedSseEnabled": True}
    assert {queue["DeletionPolicy"], dead["DeletionPolicy"]} == {"Retain"}


def test_both_queues_are_reached_over_tls_alone(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    WorkQueue(stack, "Jobs", visibility_timeout_seconds=60)
    policies = template().find_resources("AWS::SQS::QueuePolicy").values()
    assert len(policies) == 2
    for policy in policies:
        (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
        assert (statement["Effect"], statement["Action"]) == ("Deny", "sqs:*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_everything_said(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    key = kms.Key(stack, "Key")
    WorkQueue(
        stack,
        "Jobs",
        visibility_timeout_seconds=61,
        max_receives=2,
        retention_days=3,
        name="dev-jobs",
        encryption_key=key,  # pyright: ignore[reportArgumentType]
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    queue, dead = _queues(template())
    assert (queue["Properties"]["QueueName"], dead["Properties"]["QueueName"]) == (
        "dev-jobs",
        "dev-jobs-dead-letters",
    )
    assert queue["Properties"]["RedrivePolicy"]["maxReceiveCount"] == 2
    assert queue["Properties"]["MessageRetentionPeriod"] == 3 * 86_400
    arn = stack.resolve(key.key_arn)
    assert (queue["Properties"]["KmsMasterKeyId"], dead["Properties"]["KmsMasterKeyId"]) == (arn, arn)
    assert {queue["DeletionPolicy"], dead["DeletionPolicy"]} == {"Delete"}


def test_the_alarms(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    made = WorkQueue(stack, "Jobs", visibility_timeout_seconds=60, oldest_message_seconds=77)
    expected = {
        "ApproximateAgeOfOldestMessage": (made.queue, 77, 2),
        "ApproximateNumberOfMessagesVisible": (made.dead_letters, 1, 1),
    }
    assert len(made.alarms) == 2
    for metric, (queue, threshold, minutes) in expected.items():
        (alarm,) = template().find_resources(ALARM, {"Properties": {"MetricName": metric}}).values()
        properties = alarm["Properties"]
        assert properties["Dimensions"] == [{"Name": "QueueName", "Value": stack.resolve(queue.queue_name)}]
        assert (properties["Threshold"], properties["EvaluationPeriods"]) == (threshold, minutes)
        assert (properties["Namespace"], properties["Statistic"]) == ("AWS/SQS", "Maximum")
        assert (properties["ComparisonOperator"], properties["Period"]) == (
            "GreaterThanOrEqualToThreshold",
            60,
        )


def test_the_oldest_message_may_be_a_quarter_of_an_hour_old(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    WorkQueue(stack, "Jobs", visibility_timeout_seconds=60)
    template().has_resource_properties(
        ALARM, {"MetricName": "ApproximateAgeOfOldestMessage", "Threshold": 900}
    )


@pytest.mark.parametrize("grant", ALLOWED)
@pytest.mark.parametrize("encrypted", [False, True])
def test_a_grant_is_for_this_queue_and_no_more(
    stack: cdk.Stack, template: Callable[[], Template], grant: str, *, encrypted: bool
) -> None:
    ground = Ground(stack)
    key: Any = kms.Key(stack, "Key") if encrypted else None
    queue = WorkQueue(stack, "Jobs", visibility_timeout_seconds=60, encryption_key=key)
    task = ground.task("resize")
    getattr(queue, grant)(task, network=ground.network)
    assert AwsService.SQS in ground.network.reached
    (policy,) = template().find_resources("AWS::IAM::Policy").values()
    expected = [
        {"Action": ALLOWED[grant], "Effect": "Allow", "Resource": stack.resolve(queue.queue.queue_arn)}
    ]
    if encrypted:
        expected.append(
            {"Action": WITH_KEY[grant], "Effect": "Allow", "Resource": stack.resolve(key.key_arn)}
        )
    assert policy["Properties"]["PolicyDocument"]["Statement"] == expected
    assert policy["Properties"]["Roles"] == [stack.resolve(task.roles.task_role.role_name)]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"visibility_timeout_seconds": 0}, "visibility_timeout_seconds of 1 to 43200"),
        ({"visibility_timeout_seconds": 43_201}, "visibility_timeout_seconds is 43201"),
        ({"max_receives": 0}, "max_receives of 1 to 1000"),
        ({"max_receives": 1_001}, "max_receives is 1001"),
        ({"retention_days": 0}, "retention_days of 1 to 13"),
        ({"retention_days": 14}, "retention_days is 14"),
        ({"oldest_message_seconds": 0}, "oldest_message_seconds of 1 to 1209600"),
        ({"name": "a" * 68}, "has 68 characters.* Allowed: 1 to 67 letters"),
        ({"name": "a.b"}, "'a.b' has 3 characters, or one that SQS does not take"),
    ],
)
def test_what_sqs_would_refuse(stack: cdk.Stack, values: dict[str, Any], refusal: str) -> None:
    with pytest.raises(ConfigurationError, match=refusal):
        WorkQueue(stack, "Jobs", **({"visibility_timeout_seconds": 60} | values))


def test_the_longest_name(stack: cdk.Stack) -> None:
    WorkQueue(stack, "Jobs", visibility_timeout_seconds=60, name="a" * 67)


def test_all_mistakes_are_said_at_once(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as error:
        WorkQueue(stack, "Jobs", visibility_timeout_seconds=0, max_receives=0, name="")
    assert error.value.where == (
        "WorkQueue(visibility_timeout_seconds=...). WorkQueue(max_receives=...). WorkQueue(name=...)."
    )


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        (
            {"visibility_timeout_seconds": 900},
            "A task may work on a message for 900 seconds, and after 900 the alarm would fire. Allowed: an "
            "age of the oldest message above the visibility timeout. Change: "
            "WorkQueue(visibility_timeout_seconds=..., oldest_message_seconds=...).",
        ),
        (
            {"retention_days": 1, "oldest_message_seconds": 86_400},
            "SQS deletes a message after 1 days, before it is 86400 seconds old: the alarm would never fire. "
            "Allowed: an age of the oldest message below 86400 seconds. Change: "
            "WorkQueue(retention_days=..., oldest_message_seconds=...).",
        ),
    ],
)
def test_an_alarm_that_always_or_never_fires(stack: cdk.Stack, values: dict[str, int], refusal: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        WorkQueue(stack, "Jobs", **({"visibility_timeout_seconds": 60} | values))
    assert str(error.value) == refusal


def test_an_alarm_that_just_can_fire(stack: cdk.Stack) -> None:
    WorkQueue(stack, "Jobs", visibility_timeout_seconds=899, retention_days=1, oldest_message_seconds=86_399)
    WorkQueue(stack, "More", visibility_timeout_seconds=899)


def test_a_name_that_the_deployment_knows(stack: cdk.Stack) -> None:
    WorkQueue(stack, "Jobs", visibility_timeout_seconds=60, name=cdk.Fn.import_value("name"))
