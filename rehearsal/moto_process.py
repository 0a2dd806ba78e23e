"""The process behind an EmbeddedAws: moto's server with our models, until its standard input closes.

Started as `python -m rehearsal.moto_process FD SECONDS`, with a listening socket as file descriptor FD and
the real seconds that a minute lasts.
"""

import json
import logging
import os
import sys
import threading
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

JOURNAL_PATH = "/rehearsal/journal"
CLOCK_PATH = "/rehearsal/clock"


def stop_with_standard_input() -> None:
    """End this process, at once, when its parent closes the pipe or ends, however it ends."""

    def wait() -> None:
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def serve(listening: int, seconds_per_minute: float) -> None:
    """Answer on a listening socket.

    Args:
        listening: File descriptor of the socket.
        seconds_per_minute: Real seconds that a minute lasts.
    """
    # Imported here: they take seconds, and the parent may want to stop before they are over.
    from moto import mock_aws
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    from rehearsal import models
    from rehearsal.clock import CLOCK
    from rehearsal.models import codedeploy_running

    models.install()
    CLOCK.set(seconds_per_minute)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # In this process boto3 is answered by moto directly: models and functions of custom resources make no
    # request to their own server.
    mock_aws().start()
    moto = DomainDispatcherApplication(create_backend_app)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == JOURNAL_PATH:
            return _journal(environ, start_response)
        if environ.get("PATH_INFO") == CLOCK_PATH:
            CLOCK.advance(float(_asked(environ, "advance")))
            codedeploy_running.tick()
            return _json([], start_response)
        # Whoever looks sees what is due by now: no thread of our own moves anything.
        codedeploy_running.tick()
        return moto(environ, start_response)

    server = make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler, fd=listening
    )
    server.serve_forever()


def _journal(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The journal, from position `since` on, as JSON."""
    from rehearsal import journal

    return _json([entry.as_json() for entry in journal.read(int(_asked(environ, "since")))], start_response)


def _asked(environ: dict[str, Any], name: str) -> str:
    """A number in the query, 0 where there is none."""
    return parse_qs(environ.get("QUERY_STRING", "")).get(name, ["0"])[0]


def _json(answer: Any, start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


if __name__ == "__main__":
    stop_with_standard_input()
    serve(int(sys.argv[1]), float(sys.argv[2]))
