from collections.abc import Callable
from typing import Any

import pytest

from ecs_platform.problem import ConfigurationError
from ecs_platform.task.health_check import HealthCheck


def test_without_one_the_load_balancer_asks(container: Callable[..., dict[str, Any]]) -> None:
    assert "HealthCheck" not in container()


def test_a_list_runs_as_it_is(container: Callable[..., dict[str, Any]]) -> None:
    properties = container(
        health_check=HealthCheck(
            command=["/bin/healthy", "-q"],
            interval_seconds=10,
            timeout_seconds=3,
            retries=2,
            start_period_seconds=60,
        )
    )
    assert properties["HealthCheck"] == {
        "Command": ["CMD", "/bin/healthy", "-q"],
        "Interval": 10,
        "Timeout": 3,
        "Retries": 2,
        "StartPeriod": 60,
    }


def test_a_string_runs_in_the_shell_as_often_as_ecs_does_by_default(
    container: Callable[..., dict[str, Any]],
) -> None:
    assert container(health_check=HealthCheck(command="test -f /ready"))["HealthCheck"] == {
        "Command": ["CMD-SHELL", "test -f /ready"],
        "Interval": 30,
        "Timeout": 5,
        "Retries": 3,
        "StartPeriod": 0,
    }


@pytest.mark.parametrize("command", ["", []])
def test_no_command_is_refused(command: str | list[str]) -> None:
    with pytest.raises(ConfigurationError) as error:
        HealthCheck(command=command)
    assert str(error.value) == (
        'The health check has no command. Allowed: a list such as ["/bin/healthy"], or a line for the shell. '
        "Change: HealthCheck(command=...)"
    )


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("interval_seconds", 5, 300),
        ("timeout_seconds", 2, 60),
        ("retries", 1, 10),
        ("start_period_seconds", 0, 300),
    ],
)
def test_a_number_out_of_ecs_range_is_refused(field: str, low: int, high: int) -> None:
    for value in (low, high):
        within: dict[str, Any] = {"interval_seconds": 60, field: value}
        assert getattr(HealthCheck(command="true", **within), field) == value
    for value in (low - 1, high + 1):
        beyond: dict[str, Any] = {field: value}
        with pytest.raises(ConfigurationError) as error:
            HealthCheck(command="true", **beyond)
        assert str(error.value) == (
            f"{field} of the health check is {value}. Allowed: {low} to {high}. "
            f"Change: HealthCheck({field}=...)"
        )


@pytest.mark.parametrize("first", ["CMD", "CMD-SHELL", "NONE"])
def test_a_command_that_says_how_to_run_it_is_refused(first: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        HealthCheck(command=[first, "true"])
    assert str(error.value) == (
        f"The command of the health check begins with {first}. "
        "Allowed: the command alone: a list for CMD, a line for CMD-SHELL. Change: HealthCheck(command=...)"
    )


def test_a_run_may_take_as_long_as_the_interval_and_no_longer() -> None:
    assert HealthCheck(command="true", interval_seconds=10, timeout_seconds=10).timeout_seconds == 10
    with pytest.raises(ConfigurationError) as error:
        HealthCheck(command="true", interval_seconds=10, timeout_seconds=11)
    assert str(error.value) == (
        "The health check may take 11 seconds, and runs every 10. Allowed: a time-out up to the interval. "
        "Change: HealthCheck(interval_seconds=..., timeout_seconds=...)"
    )


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as error:
        HealthCheck(command="", retries=0, interval_seconds=1)
    for said in (
        "no command",
        "interval_seconds of the health check is 1",
        "retries of the health check is 0",
    ):
        assert said in error.value.problem
