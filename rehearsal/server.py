"""An AWS of one's own: starts the moto process, gives its address to whoever needs it, stops it for sure."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from rehearsal.clock import SECONDS_PER_MINUTE
from rehearsal.journal import Entry

if TYPE_CHECKING:
    from boto3.session import Session

ROOT = Path(__file__).resolve().parent.parent
ACCOUNT = "123456789012"
"""The account moto answers for."""
_ATTEMPTS = 3
_PATIENCE_SECONDS = 20
_LAST_CHARACTERS = 4000


class ServerError(Exception):
    """The moto process ended, or never answered; the message carries what it wrote."""


class EmbeddedAws(AbstractContextManager["EmbeddedAws"]):
    """A moto server on a free loopback port, for the length of a `with` block.

    The port is open from the first moment: whoever connects before moto has started is served a little later.
    The process ends with the block, with an exception in it, with Ctrl-C, and also when its parent is killed,
    because it ends when its standard input closes.

    Args:
        region: Region that clients and the CLI use.
        seconds_per_minute: Real seconds that a minute of waiting in there lasts (a canary's interval, the
            wait before old tasks end); 0 for a clock that only `advance` moves.
    """

    def __init__(
        self, region: str = "eu-central-1", *, seconds_per_minute: float = SECONDS_PER_MINUTE
    ) -> None:
        self.region = region
        self._seconds_per_minute = seconds_per_minute
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0
        self._output: IO[bytes] | None = None

    def __enter__(self) -> "EmbeddedAws":
        # Appending: the server writes at the end, wherever we read.
        self._output = tempfile.TemporaryFile("a+b")
        # Our own end is closed at once, so that the port closes with the process.
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
            self._port = listening.getsockname()[1]
            arguments = [str(listening.fileno()), str(self._seconds_per_minute)]
            self._process = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, "-m", "rehearsal.moto_process", *arguments],
                cwd=ROOT,
                env=_without_aws(),
                stdin=subprocess.PIPE,
                stdout=self._output,
                stderr=self._output,
                pass_fds=[listening.fileno()],
                # Ctrl-C is for the parent, which then stops this one.
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._output is not None:
            self._output.close()

    @property
    def url(self) -> str:
        """The endpoint. The word localhost matters: by it moto knows its own S3 addresses."""
        return f"http://localhost:{self._port}"

    @property
    def pid(self) -> int:
        """Process id of the server."""
        if self._process is None:
            raise RuntimeError("an EmbeddedAws has a process inside its `with` block only")
        return self._process.pid

    def environment(self) -> dict[str, str]:
        """Environment variables for a program that shall use this AWS, and not the user's own account."""
        return {
            **_without_aws(),
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "rehearsal",
            "AWS_SECRET_ACCESS_KEY": "rehearsal",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
        }

    def client(self, service: str) -> Any:
        """A boto3 client of this AWS."""
        return self._session.client(service, endpoint_url=self.url)

    @cached_property
    def _session(self) -> "Session":
        from rehearsal import boto  # half a second that a stop on the way up need not wait for

        return boto.session(self.region)

    def news(self) -> list[Entry]:
        """What happened in there since the last call.

        Raises:
            ServerError: The server does not answer.
        """
        entries = [Entry.from_json(item) for item in self._ask(f"/rehearsal/journal?since={self._read}")]
        self._read += len(entries)
        return entries

    def advance(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Move its clock, and do what is due by then.

        Raises:
            ServerError: The server does not answer.
        """
        self._ask(f"/rehearsal/clock?advance={60 * minutes + seconds}")

    def _ask(self, path: str) -> Any:
        # More than once: a laptop that slept in between sees a time-out where nothing was wrong.
        for attempt in range(_ATTEMPTS):
            self.check()
            try:
                with _open(self.url + path) as answer:
                    return json.load(answer)
            except (urllib.error.URLError, OSError) as error:
                if attempt + 1 == _ATTEMPTS:
                    message = f"The embedded AWS does not answer: {error}\n{self._written()}"
                    raise ServerError(message) from error
        raise AssertionError("unreachable")

    def check(self) -> None:
        """Make sure that the server still runs.

        Raises:
            ServerError: It ended.
        """
        if self._process is None or self._process.poll() is not None:
            raise ServerError(f"The embedded AWS ended.\n{self._written()}")

    def trouble(self) -> str:
        """What the server wrote about an error of its own, or ""."""
        head, error, rest = self._written().rpartition("Traceback")
        del head
        return f"The embedded AWS wrote:\n{error}{rest}" if error else ""

    def _written(self) -> str:
        if self._output is None:
            return ""
        self._output.seek(0)
        return self._output.read().decode(errors="replace")[-_LAST_CHARACTERS:]


def _open(url: str) -> Any:
    # Past any proxy of this machine: the address is on the loopback interface.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(url, timeout=_PATIENCE_SECONDS)


def _without_aws() -> dict[str, str]:
    """This process's environment without the user's AWS settings, and with none to be found in files."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    loopback = ",".join(filter(None, [kept.get("NO_PROXY") or kept.get("no_proxy"), "localhost,127.0.0.1"]))
    return {
        **kept,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": loopback,
        "no_proxy": loopback,
    }
