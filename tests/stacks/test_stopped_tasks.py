"""The reporter of stopped tasks in the platform of an environment that asks for one."""

from collections.abc import Mapping
from typing import Any

import pytest

from environments.model import Environment, StoppedTasks
from tests.synthesis import Templates, synthesize

TOPIC = "arn:aws:sns:eu-central-1:111122223333:alerts"


def platform(environments: Mapping[str, Environment], value: StoppedTasks) -> dict[str, Any]:
    dev = environments["dev"].model_copy(update={"services": (), "stopped_tasks": value})
    return synthesize(dev)["platform"]["Resources"]


def of_type(resources: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in resources.values() if each["Type"] == type_]


def test_people_hear_of_it(environments: Mapping[str, Environment]) -> None:
    resources = platform(environments, StoppedTasks(emails=("ops@example.com",)))
    (subscription,) = of_type(resources, "AWS::SNS::Subscription")
    assert subscription["Endpoint"] == "ops@example.com"
    assert len(of_type(resources, "AWS::Events::Rule")) == 4


def test_a_topic_that_is_there_and_interruptions(environments: Mapping[str, Environment]) -> None:
    resources = platform(environments, StoppedTasks(emails=(), topic_arn=TOPIC, spot_interruptions=True))
    rules = of_type(resources, "AWS::Events::Rule")
    assert {rule["Targets"][0]["Arn"] for rule in rules} == {TOPIC}
    assert len(rules) == 5
    assert of_type(resources, "AWS::SNS::Topic") == []


@pytest.mark.parametrize("name", ["dev", "staging", "production"])
def test_the_shipped_environments_ask_for_none(templates, environments, name: str) -> None:
    if name not in environments:
        pytest.skip("a fork without it")
    shipped: Templates = templates(name)
    kinds = {each["Type"] for each in shipped["platform"]["Resources"].values()}
    assert not kinds & {"AWS::Events::Rule", "AWS::SNS::Topic"}
