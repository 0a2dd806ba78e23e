"""SIGTERM: running requests finish, new ones are refused, the exit code is 0."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest

from tests.service.conftest import Start
from tests.service.process import PATIENCE_SECONDS, SERVICE, Running, environment, free_port, run


@contextmanager
def hold(application: Running, seconds: float) -> Iterator[http.client.HTTPConnection]:
    """A slow request that the application has received; the connection is where it will answer."""
    held = http.client.HTTPConnection("127.0.0.1", application.port, timeout=PATIENCE_SECONDS)
    with closing(held):
        held.request("GET", f"/slow?seconds={seconds}")
        # The event loop reads data in the order of its arrival: who has this answer came after the slow one.
        assert application.ask("/").status_code == 200
        yield held


def test_a_running_request_finishes(start: Start) -> None:
    application = start(SLOW_MAX_SECONDS="1")
    with hold(application, seconds=0.5) as held:
        assert application.stop(signal.SIGTERM) == 0
        answer = held.getresponse()
        assert (answer.status, json.loads(answer.read())) == (200, {"waited_seconds": 0.5})
    assert application.stderr == ""
    assert [(line["path"], line["status"]) for line in application.requests] == [("/", 200), ("/slow", 200)]


def test_new_connections_are_refused_while_one_finishes(start: Start) -> None:
    application = start(SLOW_MAX_SECONDS="60", SHUTDOWN_SECONDS="115")
    with hold(application, seconds=60):
        application.process.send_signal(signal.SIGTERM)
        while application.accepts_connections():
            time.sleep(0.01)
        assert application.process.poll() is None, "it refuses because it is gone, not because it drains"


def test_a_request_longer_than_shutdown_seconds_is_cut(start: Start) -> None:
    application = start(SLOW_MAX_SECONDS="60", SHUTDOWN_SECONDS="1")
    with hold(application, seconds=60) as held:
        assert application.stop(signal.SIGTERM) == 0
        answer = held.getresponse()
        assert (answer.status, json.loads(answer.read())) == (503, {"error": "shutting down"})
    assert application.requests[-1]["status"] == 503
    assert application.stderr == ""
    assert not [line for line in application.log if "exception" in line]


def test_a_cut_request_that_has_half_its_answer_gets_no_second_one() -> None:
    shown = run(
        "-c",
        "import asyncio, app.log\n"
        "async def half(scope, receive, send):\n"
        "    await send({'type': 'http.response.start', 'status': 200})\n"
        "    raise asyncio.CancelledError\n"
        "async def send(message): print(message['status'])\n"
        "asyncio.run(app.log.RequestLog(half)({'method': 'GET', 'path': '/', 'headers': []}, None, send))",
    )
    assert shown.stdout == "200\n"
    assert shown.stderr.endswith("asyncio.exceptions.CancelledError\n")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_connection_does_not_delay_the_exit(start: Start, stop: signal.Signals) -> None:
    # Longer than the test has patience: waiting for the connection would end in a kill.
    application = start(SHUTDOWN_SECONDS="115")
    with httpx.Client() as client:
        client.get(application.url)
        assert application.stop(stop) == 0
    assert application.stderr == ""


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_during_the_start_is_quiet_too(stop: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as metadata:
        metadata.settimeout(PATIENCE_SECONDS)
        uri = f"http://127.0.0.1:{metadata.getsockname()[1]}"
        variables = environment(PORT=str(free_port()), ECS_CONTAINER_METADATA_URI_V4=uri)
        with subprocess.Popen(
            [sys.executable, "-m", "app"], cwd=SERVICE, env=variables, stderr=subprocess.PIPE
        ) as process:
            # It asks for its task before it listens; nobody answers.
            question, _ = metadata.accept()
            os.kill(process.pid, stop)
            _, errors = process.communicate(timeout=PATIENCE_SECONDS)
            question.close()
    assert (process.returncode, errors) == (0, b"")


def test_idle_connections_outlive_the_load_balancers_idle_timeout() -> None:
    # Sixty seconds in real time would prove the same.
    shown = run(
        "-c",
        "import uvicorn, app.__main__ as application\n"
        "uvicorn.Server.run = lambda self, sockets: print(self.config.timeout_keep_alive)\n"
        "application.main()",
        PORT=str(free_port()),
    )
    assert int(shown.stdout.splitlines()[-1]) > 60
