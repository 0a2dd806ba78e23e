"""One JSON object a line on stdout, for what the server says and for every request."""

import asyncio
import json
import logging
import sys
import time
from datetime import UTC, datetime

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

requests = logging.getLogger("app.requests")


class JsonLine(logging.Formatter):
    """A log record as one line, a traceback included: awslogs makes an event of every line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with the fields that its caller gave as `extra={"fields": {...}}`."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage().rstrip(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line)


def set_up() -> None:
    """Send everything that is logged, uvicorn's own messages among it, to stdout as JSON."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


class RequestLog:
    """Wraps the application: a line for each request, and an answer to those that a stop cuts short.

    Logged are method, path, status and duration, and the load balancer's trace id to find the request in its
    access log. Query string, headers and client address are not: they may be secret or personal.

    Args:
        app: The application that answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = time.perf_counter()
        status: int | None = None

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note_status)
        except asyncio.CancelledError:
            # The server cancels what still runs when SHUTDOWN_SECONDS are over. Unanswered, such a request
            # would get uvicorn's plain-text 500, which reads as a bug of the application.
            if status is not None:
                raise
            cut = JSONResponse({"error": "shutting down"}, status_code=503, headers={"connection": "close"})
            await cut(scope, receive, note_status)
        finally:
            requests.info(
                "request",
                extra={
                    "fields": {
                        "method": scope["method"],
                        "path": scope["path"],
                        "status": status,
                        "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                        "trace": Headers(scope=scope).get("x-amzn-trace-id"),
                    }
                },
            )
