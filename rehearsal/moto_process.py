"""The process behind an EmbeddedAws: moto's server with our models, until its standard input closes.

Started as `python -m rehearsal.moto_process FD`, with a listening socket as file descriptor FD.
"""

import json
import logging
import sys
import threading
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

from moto import mock_aws
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

from rehearsal import journal, models

JOURNAL_PATH = "/rehearsal/journal"


class Application(DomainDispatcherApplication):
    """moto's application and one path of our own: the journal, from position `since` on, as JSON."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO") != JOURNAL_PATH:
            return super().__call__(environ, start_response)
        since = int(parse_qs(environ.get("QUERY_STRING", "")).get("since", ["0"])[0])
        entries = [entry.as_json() for entry in journal.read(since)]
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(entries).encode()]


def serve(listening: int) -> None:
    """Answer on a listening socket until standard input closes: the parent ended, however it ended."""
    models.install()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    # In this process boto3 is answered by moto directly: models and functions of custom resources make no
    # request to their own server.
    mock_aws().start()
    server = make_server(
        "127.0.0.1",
        0,
        Application(create_backend_app),
        threaded=True,
        request_handler=MotoRequestHandler,
        fd=listening,
    )
    threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    server.serve_forever()


def _stop_at_end_of_input(server: BaseWSGIServer) -> None:
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
