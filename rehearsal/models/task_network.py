"""The network of a function in the VPC: behind the address of a running task somebody answers 200 to all."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from moto.ecs.models import ecs_backends

from rehearsal.models.tasks import RehearsedTask

_BODY = b"rehearsal: no container behind this address"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
_PATIENCE_SECONDS = 30


@contextmanager
def reachable_tasks(account: str, region: str) -> Iterator[None]:
    """Connect to whoever stands for a task while the block lasts; any other address stays what it is."""
    real = socket.create_connection
    with ExitStack() as open_until_the_end:

        def connect(address: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
            if address[0] not in _addresses(account, region):
                return real(address, *args, **kwargs)
            listening = open_until_the_end.enter_context(socket.create_server(("127.0.0.1", 0)))
            threading.Thread(target=_answer, args=(listening,), daemon=True).start()
            return real(listening.getsockname(), *args, **kwargs)

        socket.create_connection = connect
        try:
            yield
        finally:
            socket.create_connection = real


def _addresses(account: str, region: str) -> set[str]:
    clusters = ecs_backends[account][region].tasks.values()
    return {
        task.address
        for tasks in clusters
        for task in tasks.values()
        if isinstance(task, RehearsedTask) and task.last_status == "RUNNING"
    }


def _answer(listening: socket.socket) -> None:
    listening.settimeout(_PATIENCE_SECONDS)
    try:
        accepted, _ = listening.accept()
        with accepted:
            accepted.settimeout(_PATIENCE_SECONDS)
            # One request without a body: it is over with the first empty line.
            asked = b""
            while b"\r\n\r\n" not in asked and (more := accepted.recv(4096)):
                asked += more
            accepted.sendall(_ANSWER % (len(_BODY), _BODY))
    except OSError:
        return
