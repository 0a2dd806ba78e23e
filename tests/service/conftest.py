"""The sample application as a fixture."""

from collections.abc import Callable, Iterator

import pytest

from tests.service.process import SERVICE, Running, environment, free_port

Start = Callable[..., Running]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the application with the given environment; whatever still runs after the test is killed."""
    started: list[Running] = []

    def begin(**variables: str) -> Running:
        variables.setdefault("PORT", str(free_port()))
        started.append(Running(["-m", "app"], SERVICE, environment(**variables)))
        return started[-1]

    yield begin
    for running in started:
        running.kill()


@pytest.fixture(scope="module")
def application() -> Iterator[Running]:
    """One running application for the tests that only ask it something."""
    variables = environment(
        PORT=str(free_port()),
        APP_NAME="greeter",
        APP_VERSION="1.4.2+3f2c1ab",
        APP_COLOR="green",
        SLOW_MAX_SECONDS="2",
    )
    running = Running(["-m", "app"], SERVICE, variables)
    yield running
    running.kill()
