"""Every mistake in the environment is one line on stderr and exit code 2."""

import socket

import pytest

from tests.service.conftest import Start
from tests.service.process import run

PORT = "is not a whole number from 1 to 65535"
LABEL = "is not 1 to 64 letters, digits, dots, '_', '+' or '-'"


def test_defaults(start: Start) -> None:
    application = start()
    about = application.ask("/").json()
    assert (about["service"], about["version"], about["color"]) == ("hello", "unknown", "blue")
    assert application.ask("/slow").status_code == 404


# Several in a row share a process: it names all mistakes, in the order in which it reads the variables.
@pytest.mark.parametrize(
    "mistakes",
    [
        [("PORT", "http", PORT)],
        [("PORT", "", PORT)],
        [("PORT", "80_80", PORT)],
        [
            ("APP_NAME", "n" * 65, LABEL),
            ("APP_VERSION", "", LABEL),
            ("APP_COLOR", "<b>red</b>", LABEL),
            ("PORT", "0", PORT),
            ("SHUTDOWN_SECONDS", "0", "is not a whole number from 1 to 115"),
            ("SLOW_MAX_SECONDS", "61", "is not a whole number from 0 to 60"),
        ],
        [
            ("APP_NAME", "hello\n", LABEL),
            ("PORT", "65536", PORT),
            ("SHUTDOWN_SECONDS", "116", "is not a whole number from 1 to 115"),
            ("SLOW_MAX_SECONDS", "-1", "is not a whole number from 0 to 60"),
        ],
    ],
)
def test_each_mistake_is_one_line_and_the_exit_code_2(mistakes: list[tuple[str, str, str]]) -> None:
    ended = run("-m", "app", **{variable: value for variable, value, _ in mistakes})
    assert ended.stderr == "".join(
        f"app: {variable}={value!r} {problem}\n" for variable, value, problem in mistakes
    )
    assert (ended.returncode, ended.stdout) == (2, "")


def test_a_port_that_is_taken_is_a_mistake_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("-m", "app", PORT=str(port))
    assert ended.stderr == f"app: PORT={port} cannot be listened on: Address already in use\n"
    assert ended.returncode == 2
