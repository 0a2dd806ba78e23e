import http.server
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

from ecs_platform.deployment.hooks.functions import prober

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]
Serve = Callable[[Answer], int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A real HTTP server on the loopback interface that answers every GET in one way; its port."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(answer: Answer) -> int:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.block_on_close = False
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return server.server_address[1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _says(status: int, body: bytes = b"", **headers: str) -> Answer:
    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        with suppress(OSError):  # the prober has read enough
            request.wfile.write(body)

    return answer


def test_the_answer_is_status_and_body(serve: Serve) -> None:
    port = serve(_says(200, b"fine"))
    event = {"address": "127.0.0.1", "port": port, "path": "/"}
    assert prober.handler(event, None) == {"status": 200, "body": "fine"}


def test_it_is_one_get_of_the_path_with_its_query(serve: Serve) -> None:
    seen: list[tuple[str, str, str | None]] = []

    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        seen.append((request.command, request.path, request.headers["User-Agent"]))
        _says(204)(request)

    port = serve(answer)
    assert prober.ask("127.0.0.1", port, "/health?deep=1") == {"status": 204, "body": ""}
    assert seen == [("GET", "/health?deep=1", "smoke-test")]


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_status_is_an_answer_whatever_it_is(serve: Serve, status: int) -> None:
    assert prober.ask("127.0.0.1", serve(_says(status, b"down")), "/") == {"status": status, "body": "down"}


def test_redirects_are_not_followed(serve: Serve) -> None:
    reached: list[str] = []

    def target(request: http.server.BaseHTTPRequestHandler) -> None:
        reached.append(request.path)
        _says(200)(request)

    elsewhere = serve(target)
    port = serve(_says(302, Location=f"http://127.0.0.1:{elsewhere}/login"))
    assert prober.ask("127.0.0.1", port, "/")["status"] == 302
    assert reached == []


def test_of_a_big_body_the_beginning_is_read(serve: Serve) -> None:
    port = serve(_says(200, b"x" * 10_000_000))
    assert prober.ask("127.0.0.1", port, "/")["body"] == "x" * 1024


def test_a_body_that_is_no_text_does_not_matter(serve: Serve) -> None:
    assert prober.ask("127.0.0.1", serve(_says(200, b"\xff\x00")), "/") == {"status": 200, "body": "�\x00"}


def test_a_body_that_never_comes_leaves_the_status(serve: Serve) -> None:
    release = threading.Event()

    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "5")
        request.end_headers()
        release.wait(5)

    port = serve(answer)
    assert prober.ask("127.0.0.1", port, "/", timeout_seconds=0.1) == {"status": 200, "body": ""}
    release.set()


def test_a_slow_task_is_given_up(serve: Serve) -> None:
    release = threading.Event()
    port = serve(lambda _: bool(release.wait(5)))  # type: ignore[arg-type, return-value]
    began = time.monotonic()
    assert prober.ask("127.0.0.1", port, "/", timeout_seconds=0.1) == {"error": "TimeoutError: timed out"}
    assert time.monotonic() - began < 2
    release.set()


def test_a_refused_connection_is_an_error() -> None:
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets the port meanwhile
        answer = prober.ask("127.0.0.1", unused.getsockname()[1], "/")
    assert answer["error"].startswith("ConnectionRefusedError:")


def test_what_does_not_speak_http_is_an_error() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            with closing(connection):
                connection.recv(1000)
                connection.sendall(b"220 mail.example.com ready\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        answer = prober.ask("127.0.0.1", listener.getsockname()[1], "/")
        thread.join()
    assert answer == {"error": "BadStatusLine: 220 mail.example.com ready\r\n"}
