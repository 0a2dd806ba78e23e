"""The answer of a custom resource's function: what it PUTs to the ResponseURL, and CloudFormation's rules."""

import json
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from rehearsal.models.resource import Properties, RefusedError

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
_LONGEST = 4096
_ECHOED = ("StackId", "RequestId", "LogicalResourceId")


class AnyAttribute(dict[str, Any]):
    """The Data of an answer that nobody gave: any attribute, in text that shows where it comes from."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> str:
        return f"skipped-{key}"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A successful answer.

    Args:
        physical_id: What `Ref` gives from now on.
        data: What `Fn::GetAtt` gives.
        reason: What was done, where a stand-in did it.
    """

    physical_id: str
    data: Properties = field(default_factory=dict)
    reason: str = ""

    @classmethod
    def skipped(cls, physical_id: str) -> "Answer":
        """The answer nobody gave."""
        return cls(physical_id=physical_id, data=AnyAttribute())


class Listener(AbstractContextManager["Listener"]):
    """A loopback address that takes one answer, as the pre-signed S3 address does on AWS."""

    def __init__(self) -> None:
        self._bodies: list[bytes] = []
        bodies = self._bodies

        class Handler(BaseHTTPRequestHandler):
            """Takes a PUT."""

            def do_PUT(self) -> None:
                """Keep the body."""
                bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named by the base class
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The ResponseURL."""
        return f"http://127.0.0.1:{self._server.server_port}/answer"

    def __enter__(self) -> "Listener":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, event: Properties) -> Answer:
        """Read the answer to an event.

        Raises:
            RefusedError: There is none, it breaks a rule, or it says FAILED.
        """
        if not self._bodies:
            raise RefusedError(
                "The function returned without an answer; CloudFormation would wait for an hour."
            )
        body = self._bodies[0]
        if len(body) > _LONGEST:
            raise RefusedError("Response object is too long.")
        given = json.loads(body)
        for problem in _problems(given, event):
            raise RefusedError(problem)
        if given["Status"] == "FAILED":
            raise RefusedError(
                f"Received response status [FAILED] from custom resource. Message returned: {given['Reason']}"
            )
        return Answer(physical_id=given["PhysicalResourceId"], data=given.get("Data") or {})


def _problems(given: Properties, event: Properties) -> Iterator[str]:
    for name in _ECHOED:
        if given.get(name) != event[name]:
            yield f"Invalid response: {name} is {given.get(name)!r}, the request has {event[name]!r}."
    if given.get("Status") not in {"SUCCESS", "FAILED"}:
        yield f"Invalid response: Status is {given.get('Status')!r}."
    if given.get("Status") == "FAILED" and not given.get("Reason"):
        yield "Invalid response: Status is FAILED without a Reason."
    if not given.get("PhysicalResourceId"):
        yield "Invalid PhysicalResourceId."
