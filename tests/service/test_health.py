"""`python -m app.health`, the command of the container health check."""

import socket

import pytest

from tests.service.process import Running, free_port, run, stand_in


def test_healthy(application: Running) -> None:
    ended = run("-m", "app.health", PORT=str(application.port))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_nobody_listens() -> None:
    ended = run("-m", "app.health", PORT=str(free_port()))
    assert ended.returncode == 1
    assert ended.stderr == "unhealthy: ConnectionRefusedError(111, 'Connection refused')\n"


def test_the_server_hangs() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        impatient = "import app.health; app.health.TIMEOUT_SECONDS = 0.1; app.health.main()"
        ended = run("-c", impatient, PORT=str(silent.getsockname()[1]))
    assert ended.returncode == 1
    assert ended.stderr == "unhealthy: TimeoutError('timed out')\n"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"HTTP/1.1 500 No\r\n\r\n", "/healthz answered 500"),
        (b"SSH-2.0\r\n", "BadStatusLine('SSH-2.0\\r\\n')"),
    ],
)
def test_the_server_answers_something_else(answer: bytes, problem: str) -> None:
    with stand_in(answer) as (port, asked):
        ended = run("-m", "app.health", PORT=str(port))
    assert (ended.returncode, ended.stderr) == (1, f"unhealthy: {problem}\n")
    assert asked[0].startswith(b"GET /healthz ")


def test_a_wrong_port_is_unhealthy_not_a_crash() -> None:
    ended = run("-m", "app.health", PORT="http")
    assert ended.returncode == 1
    assert ended.stderr.startswith("unhealthy: SettingsError(")
