"""Which stopped tasks are reported, to whom and in which words."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from ecs_platform.cluster import Cluster
from ecs_platform.problem import ConfigurationError
from ecs_platform.stopped_tasks import StoppedTasks
from tests.unit import task_events
from tests.unit.fakes import FakeNetwork
from tests.unit.task_events import CLUSTER, matches, transformed

Built = Callable[..., dict[str, Any]]


@pytest.fixture
def built(stack: cdk.Stack, template: Callable[[], Template]) -> Built:
    """The resources of a reporter with these options."""

    def build(**options: Any) -> dict[str, Any]:
        cluster = Cluster(stack, "Cluster", network=FakeNetwork(stack))
        StoppedTasks(stack, "StoppedTasks", cluster=cluster, **options)
        return template().to_json()["Resources"]

    return build


def of_type(resources: dict[str, Any], type_: str) -> dict[str, dict[str, Any]]:
    return {key: each["Properties"] for key, each in resources.items() if each["Type"] == type_}


def rules(resources: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The rules by what they are for, the cluster's ARN filled in."""
    (cluster,) = of_type(resources, "AWS::ECS::Cluster")
    found = {}
    for id_, rule in of_type(resources, "AWS::Events::Rule").items():
        pattern = rule["EventPattern"]
        assert pattern["detail"]["clusterArn"] == [{"Fn::GetAtt": [cluster, "Arn"]}]
        filled = {**pattern, "detail": {**pattern["detail"], "clusterArn": [CLUSTER]}}
        found[id_.removeprefix("StoppedTasks")[:-8]] = {**rule, "EventPattern": filled}
    return found


def reported(resources: dict[str, Any], event: dict[str, Any]) -> list[str]:
    return [name for name, rule in rules(resources).items() if matches(rule["EventPattern"], event)]


def test_what_is_reported_and_what_is_not(built: Built) -> None:
    resources = built()
    by_event = {
        name: reported(resources, getattr(task_events, name))
        for name in (
            "CRASHED",
            "OUT_OF_MEMORY",
            "ENDED_WELL",
            "NOT_PULLED",
            "UNHEALTHY",
            "SCALED_IN",
            "BY_A_PERSON",
            "INTERRUPTED",
            "WARNED",
            "RETIRED",
            "RETIRED_JOB",
            "FAILED_BELOW_A_JOB",
        )
    }
    assert by_event == {
        "CRASHED": ["Exited"],
        "OUT_OF_MEMORY": ["Exited"],
        "ENDED_WELL": [],
        "NOT_PULLED": ["NotStarted"],
        "UNHEALTHY": ["Unhealthy"],
        "SCALED_IN": [],
        "BY_A_PERSON": [],
        "INTERRUPTED": [],
        "WARNED": [],
        "RETIRED": [],
        "RETIRED_JOB": ["Lost"],
        "FAILED_BELOW_A_JOB": ["Lost"],
    }


@pytest.mark.parametrize(
    ("field", "other"),
    [("clusterArn", f"{CLUSTER}-2"), ("lastStatus", "RUNNING"), ("lastStatus", "DEPROVISIONING")],
)
def test_other_clusters_and_tasks_that_have_not_stopped_yet_are_not(
    built: Built, field: str, other: str
) -> None:
    crashed = task_events.CRASHED
    event = {**crashed, "detail": {**crashed["detail"], field: other}}
    assert reported(built(), event) == []


@pytest.mark.parametrize(
    ("field", "other"), [("source", "aws.batch"), ("detail-type", "ECS Deployment State Change")]
)
def test_other_events_are_not(built: Built, field: str, other: str) -> None:
    assert reported(built(), {**task_events.CRASHED, field: other}) == []


def test_interruptions_by_option_and_once(built: Built) -> None:
    resources = built(spot_interruptions=True)
    assert reported(resources, task_events.INTERRUPTED) == ["Interrupted"]
    assert reported(resources, task_events.WARNED) == []


def test_the_message_says_what_a_person_needs(built: Built) -> None:
    rule = rules(built())["Exited"]
    (target,) = rule["Targets"]
    message = transformed(target["InputTransformer"], task_events.OUT_OF_MEMORY)
    # EventBridge takes a template of several lines with each line in quotes.
    assert message.splitlines() == [
        '"A task of service:hello stopped: its program ended, and not with exit code 0."',
        '"Reason: Essential container in task exited"',
        '"Containers: app,side"',
        '"Exit codes: 0,137"',
        '"Said of them: "',
        '"Revision: arn:aws:ecs:eu-central-1:111122223333:task-definition/dev-hello:7"',
        '"Task: arn:aws:ecs:eu-central-1:111122223333:task/dev/b99d40b35176"',
        '"When and where: 2026-11-22T09:00:00Z, eu-central-1, account 111122223333"',
        '"Look at: the last lines of its log; 137 is killed, mostly by want of memory, 139 a crash."',
        '"What each reason means: docs/lifecycle.md, and '
        'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html"',
    ]


def test_every_kind_says_what_happened_in_words_of_its_own(built: Built) -> None:
    found = rules(built(spot_interruptions=True))
    happened = {
        name: transformed(rule["Targets"][0]["InputTransformer"], task_events.CRASHED).splitlines()[0]
        for name, rule in found.items()
    }
    assert happened == {
        "Exited": '"A task of service:hello stopped: its program ended, and not with exit code 0."',
        "NotStarted": '"A task of service:hello stopped: it never started."',
        "Unhealthy": '"A task of service:hello stopped: it failed its health check."',
        "Lost": '"A task of service:hello stopped: the machine below it went."',
        "Interrupted": '"A task of service:hello stopped: AWS took its Spot capacity back."',
    }


def test_the_topic_is_encrypted_and_speaks_tls_alone(built: Built) -> None:
    resources = built()
    ((topic, properties),) = of_type(resources, "AWS::SNS::Topic").items()
    keys = of_type(resources, "AWS::KMS::Key")
    key = next(id_ for id_ in keys if id_.startswith("StoppedTasks"))
    assert properties["KmsMasterKeyId"] == {"Fn::GetAtt": [key, "Arn"]}
    assert keys[key]["EnableKeyRotation"] is True
    (policy,) = of_type(resources, "AWS::SNS::TopicPolicy").values()
    deny, allow = policy["PolicyDocument"]["Statement"]
    assert (deny["Effect"], deny["Action"], deny["Condition"]) == (
        "Deny",
        "sns:Publish",
        {"Bool": {"aws:SecureTransport": "false"}},
    )
    # AWS: no Condition in a topic's policy for EventBridge; it would meet none.
    assert {key: value for key, value in allow.items() if key != "Sid"} == {
        "Effect": "Allow",
        "Action": "sns:Publish",
        "Principal": {"Service": "events.amazonaws.com"},
        "Resource": {"Ref": topic},
    }


def test_event_bridge_may_use_the_key(built: Built) -> None:
    keys = of_type(built(), "AWS::KMS::Key")
    (key,) = [each for id_, each in keys.items() if id_.startswith("StoppedTasks")]
    assert key["KeyPolicy"]["Statement"][1:] == [
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
            "Principal": {"Service": "events.amazonaws.com"},
            "Resource": "*",
        }
    ]


def test_every_rule_reaches_the_topic_and_the_dead_letter_queue_without_a_role(built: Built) -> None:
    resources = built(spot_interruptions=True)
    ((queue, properties),) = of_type(resources, "AWS::SQS::Queue").items()
    assert (properties["SqsManagedSseEnabled"], properties["MessageRetentionPeriod"]) == (True, 1_209_600)
    (topic,) = of_type(resources, "AWS::SNS::Topic")
    for rule in rules(resources).values():
        (target,) = rule["Targets"]
        assert target["Arn"] == {"Ref": topic}
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": [queue, "Arn"]}}
        assert "RoleArn" not in target
        assert rule["State"] == "ENABLED"
    (policy,) = of_type(resources, "AWS::SQS::QueuePolicy").values()
    deny, *allowed = policy["PolicyDocument"]["Statement"]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert {each["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::GetAtt"][0] for each in allowed} == set(
        of_type(resources, "AWS::Events::Rule")
    )


def test_people_get_an_email_each(built: Built) -> None:
    found = of_type(built(emails=["a@example.com", "b@example.com"]), "AWS::SNS::Subscription")
    assert sorted((each["Protocol"], each["Endpoint"]) for each in found.values()) == [
        ("email", "a@example.com"),
        ("email", "b@example.com"),
    ]


def test_a_topic_of_ones_own(stack: cdk.Stack, built: Built) -> None:
    arn = "arn:aws:sns:eu-central-1:111122223333:alerts"
    resources = built(topic=sns.Topic.from_topic_arn(stack, "Alerts", arn))
    assert of_type(resources, "AWS::SNS::Topic") == {}
    assert not [id_ for id_ in of_type(resources, "AWS::KMS::Key") if id_.startswith("StoppedTasks")]
    assert {rule["Targets"][0]["Arn"] for rule in rules(resources).values()} == {arn}


@pytest.mark.parametrize("email", ["ops", "a@b", "a b@example.com"])
def test_what_is_no_address_is_refused(built: Built, email: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        built(emails=[email])
    assert str(error.value) == (
        f"{email!r} is no e-mail address. Allowed: addresses such as ops@example.com, "
        "each once. Change: StoppedTasks(emails=...)"
    )


def test_all_addresses_that_are_wrong_are_said_at_once(built: Built) -> None:
    with pytest.raises(ConfigurationError) as error:
        built(emails=["a@example.com", "ops", "a@example.com"])
    assert "'ops' is no e-mail address." in str(error.value)
    assert str(error.value).count("'a@example.com' is there twice.") == 1


def test_it_has_no_findings(stack: cdk.Stack, findings: Callable[[], list[str]]) -> None:
    cluster = Cluster(stack, "Cluster", network=FakeNetwork(stack))
    StoppedTasks(stack, "StoppedTasks", cluster=cluster, emails=["a@example.com"])
    assert findings() == []
