"""`python -m app`: serve until SIGTERM or SIGINT, let running requests finish, exit 0."""

import os
import signal
import socket
import sys
from types import FrameType
from typing import NoReturn

from .settings import Settings, SettingsError

# Longer than the load balancer's idle timeout, which is 60 s unless changed. Were this process the first to
# close an idle connection, the load balancer could just be sending a request on it, and would answer 502.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout
KEEP_ALIVE_SECONDS = 75


def leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Exit 0: to be stopped is not a failure."""
    raise SystemExit(0)


def refuse(problem: str) -> NoReturn:
    """Exit 2 with a line for each mistake in the environment."""
    for line in problem.splitlines():
        sys.stderr.write(f"app: {line}\n")
    raise SystemExit(2)


def main() -> None:
    """Read the environment, listen, serve, drain."""
    # First of all, because the kernel keeps from PID 1 every signal without a handler: a task stopped while
    # it starts would wait for SIGKILL. And because uvicorn, having drained, restores the handlers it found
    # and raises the signal again (https://github.com/Kludex/uvicorn/pull/1600): the default one would end
    # this process with 143, which reads as a failure in the stopped task.
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, leave)

    try:
        settings = Settings.of(os.environ)
    except SettingsError as error:
        refuse(str(error))

    import logging

    import uvicorn

    from .log import set_up
    from .task import read_task
    from .web import build

    set_up()
    try:
        # All interfaces: a container's only one is its own.
        listener = socket.create_server(("0.0.0.0", settings.port))  # noqa: S104
    except OSError as error:
        refuse(f"PORT={settings.port} cannot be listened on: {os.strerror(error.errno or 0)}")

    server = uvicorn.Server(
        uvicorn.Config(
            build(settings, read_task(os.environ)),
            # Named rather than "auto", which takes what is installed: the same here and in the image.
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=settings.shutdown_seconds,
        )
    )
    logging.getLogger(__name__).info("listening", extra={"fields": {"port": settings.port}})
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
