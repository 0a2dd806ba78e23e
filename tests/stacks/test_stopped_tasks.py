"""The reporter of stopped tasks in the platform of an environment that asks for one."""

from typing import Any

import pytest

from environments.model import Environment, StoppedTasks
from stacks.environment_stage import EnvironmentStage
from tests.synthesis import Templates, new_app, synthesize

TOPIC = "arn:aws:sns:eu-central-1:111122223333:alerts"


def platform(dev: Environment, value: StoppedTasks) -> dict[str, Any]:
    reporting = dev.model_copy(update={"services": (), "stopped_tasks": value})
    return synthesize(reporting)["platform"]["Resources"]


def of_type(resources: dict[str, Any], type_: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in resources.values() if each["Type"] == type_]


def test_people_hear_of_it(dev: Environment) -> None:
    resources = platform(dev, StoppedTasks(emails=("ops@example.com",)))
    (subscription,) = of_type(resources, "AWS::SNS::Subscription")
    assert subscription["Endpoint"] == "ops@example.com"
    assert len(of_type(resources, "AWS::Events::Rule")) == 4


def test_a_topic_that_is_there_and_interruptions(dev: Environment) -> None:
    resources = platform(dev, StoppedTasks(emails=(), topic_arn=TOPIC, spot_interruptions=True))
    rules = of_type(resources, "AWS::Events::Rule")
    assert {rule["Targets"][0]["Arn"] for rule in rules} == {TOPIC}
    assert len(rules) == 5
    assert of_type(resources, "AWS::SNS::Topic") == []


def test_a_topic_in_an_environment_that_names_no_account_is_no_warning(dev: Environment) -> None:
    reporting = dev.model_copy(update={"services": (), "stopped_tasks": StoppedTasks(topic_arn=TOPIC)})
    stacks = EnvironmentStage(new_app(), environment=reporting).synth().stacks
    assert [message.entry.data for stack in stacks for message in stack.messages] == []


@pytest.mark.parametrize("name", ["dev", "staging", "production"])
def test_the_shipped_environments_ask_for_none(templates, environments, name: str) -> None:
    if name not in environments:
        pytest.skip("a fork without it")
    shipped: Templates = templates(name)
    kinds = {each["Type"] for each in shipped["platform"]["Resources"].values()}
    assert not kinds & {"AWS::Events::Rule", "AWS::SNS::Topic"}
