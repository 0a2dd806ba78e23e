"""Who hears of stopped tasks: nobody, unless an environment says so."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import pytest

from environments.model import StoppedTasks

TOPIC = "arn:aws:sns:eu-central-1:111122223333:alerts"


def test_nobody_by_default(environment) -> None:
    assert environment().stopped_tasks is None


@pytest.mark.parametrize(
    "value",
    [
        StoppedTasks(emails=["ops@example.com"]),
        StoppedTasks(topic_arn=TOPIC, spot_interruptions=True),
        StoppedTasks(emails=["ops@example.com", "dev@example.com"], topic_arn=TOPIC),
    ],
)
def test_people_a_topic_or_both(mistakes, value) -> None:
    assert mistakes({"stopped_tasks": value}) == []


@pytest.mark.parametrize(
    ("value", "refusal"),
    [
        (
            StoppedTasks(),
            ".emails: Nobody would hear of a stopped task. Allowed: an e-mail address, or topic_arn.",
        ),
        (
            StoppedTasks(emails=["ops@example"]),
            ".emails[0]: Not an e-mail address. Allowed: an address such as ops@example.com.",
        ),
        (
            StoppedTasks(emails=["a@example.com", "a@example.com"]),
            ".emails[1]: emails[0] is the same address. Allowed: each address once.",
        ),
        (
            StoppedTasks(topic_arn="alerts"),
            ".topic_arn: Not the ARN of an SNS topic. Allowed: an ARN such as arn:aws:sns:eu-central-1:111122223333:alerts.",
        ),
        (
            StoppedTasks(topic_arn=TOPIC.replace("eu-central-1", "us-east-1")),
            ".topic_arn: The topic is in us-east-1; rules publish to topics of their own region. Allowed: a topic in eu-central-1.",
        ),
    ],
)
def test_what_is_refused(mistakes, value, refusal) -> None:
    assert mistakes({"stopped_tasks": value}) == [f"stopped_tasks{refusal}"]
