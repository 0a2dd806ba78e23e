"""The process behind an EmbeddedAws: moto's server with our models, until its standard input closes.

Started as `python -m rehearsal.moto_process FD`, with a listening socket as file descriptor FD.
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


def stop_with_standard_input() -> None:
    """End this process, at once, when its parent closes the pipe or ends, however it ends."""

    def wait() -> None:
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def serve(listening: int) -> None:
    """Answer on a listening socket.

    Args:
        listening: File descriptor of the socket.
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

    models.install()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # In this process boto3 is answered by moto directly: models and functions of custom resources make no
    # request to their own server.
    mock_aws().start()
    moto = DomainDispatcherApplication(create_backend_app)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == JOURNAL_PATH:
            return _journal(environ, start_response)
        return moto(environ, start_response)

    server = make_server(
        "127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler, fd=listening
    )
    server.serve_forever()


def _journal(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The journal, from position `since` on, as JSON."""
    from rehearsal import journal

    since = int(parse_qs(environ.get("QUERY_STRING", "")).get("since", ["0"])[0])
    entries = [entry.as_json() for entry in journal.read(since)]
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(entries).encode()]


if __name__ == "__main__":
    stop_with_standard_input()
    serve(int(sys.argv[1]))
