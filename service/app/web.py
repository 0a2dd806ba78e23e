"""What the application answers."""

import asyncio
import socket
from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from .log import RequestLog
from .settings import Settings


def build(settings: Settings, task: Mapping[str, str] | None) -> ASGIApp:
    """The application: `/`, `/healthz` and, where SLOW_MAX_SECONDS allows it, `/slow`.

    Args:
        settings: What the environment asks for.
        task: The ECS task this runs in, shown at `/`; None outside ECS.
    """
    about = {
        "service": settings.name,
        "version": settings.version,
        "color": settings.color,
        "host": socket.gethostname(),
        "task": task,
    }

    async def show(_: Request) -> Response:
        return JSONResponse(about)

    async def slow(request: Request) -> Response:
        try:
            seconds = float(request.query_params.get("seconds", "1"))
        except ValueError:
            seconds = -1
        # Says no to "nan" as well, which compares false to everything.
        if not 0 <= seconds <= settings.slow_max_seconds:
            raise HTTPException(400, f"seconds must be a number from 0 to {settings.slow_max_seconds}")
        await asyncio.sleep(seconds)
        return JSONResponse({"waited_seconds": seconds})

    routes = [Route("/", show), Route("/healthz", healthy)]
    if settings.slow_max_seconds:
        routes.append(Route("/slow", slow))
    app = Starlette(routes=routes, exception_handlers={HTTPException: refuse, Exception: fail})
    # "/healthz/" is a mistake to report. Redirects would be built from a Host header that the client chose.
    app.router.redirect_slashes = False
    return RequestLog(app)


async def healthy(_: Request) -> Response:
    """Whether this process answers, and no more: a failing dependency is not cured by new tasks."""
    return JSONResponse({"status": "ok"})


async def refuse(_: Request, error: Exception) -> Response:
    """A 4xx as JSON."""
    assert isinstance(error, HTTPException)  # noqa: S101 -- Starlette's handlers are typed for any exception
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=error.headers)


async def fail(_: Request, _error: Exception) -> Response:
    """A 500 as JSON; the traceback goes to the log and to nobody else."""
    return JSONResponse({"error": "Internal Server Error"}, status_code=500)
