"""ECS Exec of a service: off, and a thing to argue for in production."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import pytest

from environments.model import Environment, ProductionEnvironment, SsmParameter

REASON = "Support looks into stuck imports, which nothing else shows."


def test_it_is_off(service) -> None:
    assert (service().exec_enabled, service().exec_reason) == (False, None)


@pytest.mark.parametrize("kind", [Environment, ProductionEnvironment])
def test_with_a_reason_it_may_be_on_anywhere(mistakes, kind) -> None:
    assert mistakes({"services[0].exec_enabled": True, "services[0].exec_reason": REASON}, kind) == []


def test_production_wants_to_know_why(mistakes) -> None:
    on = {"services[0].exec_enabled": True}
    assert mistakes(on, Environment) == []
    assert mistakes(on, ProductionEnvironment) == [
        "services[0].exec_reason (shop): Production's tasks would be writable, with a door, and nobody says why. Allowed: a sentence of 20 characters or more, or exec_enabled=False."
    ]


def test_a_reason_for_nothing(mistakes) -> None:
    assert mistakes({"services[0].exec_reason": REASON}) == [
        "services[0].exec_reason (shop): exec_enabled is False, so there is nothing to give a reason for. Allowed: exec_enabled=True, or no reason."
    ]


@pytest.mark.parametrize(
    "name", ["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
)
@pytest.mark.parametrize(
    ("field", "value", "where"),
    [("environment", "x", "shop"), ("secrets", SsmParameter(name="/x"), "shop, /x")],
)
def test_credentials_that_the_agent_would_take(mistakes, field, value, where, name) -> None:
    credentials = {f"services[0].{field}": {name: value}}
    assert mistakes(credentials) == []
    assert mistakes({**credentials, "services[0].exec_enabled": True}) == [
        f"services[0].{field}[{name!r}] ({where}): The agent of ECS Exec would take these credentials for its own. Allowed: rights of the task itself, or exec_enabled=False."
    ]
