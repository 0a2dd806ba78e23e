"""Starts the sample application the way its image does: one process, told everything by its environment."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

SERVICE = Path(__file__).resolve().parents[2] / "service"
# Generous, for a machine that is busy with other things: reached only by a process that hangs.
PATIENCE_SECONDS = 30


def environment(**variables: str) -> dict[str, str]:
    """What the application sees: the given variables and nothing of the caller's own.

    No bytecode is written, as in the image: here it would lie among the files that the image is built from.
    """
    return {"PYTHONDONTWRITEBYTECODE": "1", **variables}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@contextmanager
def stand_in(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that answers one request with whatever bytes it is given; its port, and what it was asked."""
    asked: list[bytes] = []

    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            asked.append(connection.recv(65536))
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=[server], daemon=True).start()
        yield server.getsockname()[1], asked


def run(*command: str, cwd: str | Path = SERVICE, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the application that ends by itself, such as `-m app.health`."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


class Running:
    """The application as a process that listens.

    Args:
        command: What Python is to run.
        cwd: The working directory.
        variables: The environment; see `environment`.
    """

    def __init__(self, command: list[str], cwd: Path, variables: dict[str, str]) -> None:
        self.port = int(variables["PORT"])
        self.url = f"http://127.0.0.1:{self.port}"
        self._lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=cwd,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        with self._patience():
            for line in self.process.stdout:
                self._lines.append(line)
                if json.loads(line)["message"] == "listening":
                    return
        self.kill()
        raise AssertionError(f"the application did not start: {self._lines}, {self._errors}")

    def ask(self, path: str, method: str = "GET", **kwargs: Any) -> httpx.Response:
        return httpx.request(method, self.url + path, timeout=PATIENCE_SECONDS, **kwargs)

    def accepts_connections(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS).close()
        except ConnectionError:
            return False
        return True

    def stop(self, signal: int) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(signal)
        return self.wait()

    def wait(self) -> int:
        """The exit code, once the process has ended."""
        assert self.process.stdout
        assert self.process.stderr
        with self._patience():
            self._lines += self.process.stdout.readlines()
            self._errors = self.process.stderr.read()
            code = self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
        return code

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Ends a process that hangs: what reads its output would wait for ever."""
        watchdog = threading.Timer(PATIENCE_SECONDS, self.process.kill)
        watchdog.start()
        try:
            yield
        finally:
            watchdog.cancel()

    def kill(self) -> None:
        """End the process if a test has not."""
        if self.process.returncode is None:
            self.process.kill()
            self.wait()

    @property
    def log(self) -> list[dict[str, Any]]:
        """What it said on stdout, every line JSON; complete once the process has ended."""
        return [json.loads(line) for line in self._lines]

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The lines about requests."""
        return [line for line in self.log if line["message"] == "request"]

    @property
    def stderr(self) -> str:
        """What it said on stderr, once the process has ended."""
        return self._errors
