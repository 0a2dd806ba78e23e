"""What the application says on stdout: JSON, a line for each request, no secrets."""

import signal
from datetime import datetime

from tests.service.conftest import Start
from tests.service.process import SERVICE, Running, environment, free_port


def test_one_line_for_each_request(start: Start) -> None:
    application = start()
    application.ask("/", headers={"X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678"})
    application.ask("/nowhere", "HEAD")
    application.ask('/%0A{"message": "request"}')
    application.stop(signal.SIGTERM)

    first, second, forged = application.requests
    assert datetime.fromisoformat(first.pop("time")).utcoffset() is not None
    assert first.pop("milliseconds") >= 0
    assert first == {
        "level": "INFO",
        "message": "request",
        "method": "GET",
        "path": "/",
        "status": 200,
        "trace": "Root=1-67891233-abcdef012345678912345678",
    }
    assert [second[key] for key in ("method", "path", "status", "trace")] == ["HEAD", "/nowhere", 404, None]
    assert forged["path"] == '/\n{"message": "request"}'


def test_query_headers_and_secrets_of_the_environment_are_not_logged(start: Start) -> None:
    application = start(DATABASE_PASSWORD="secret-1")
    application.ask("/?token=secret-2", headers={"Authorization": "secret-3", "Cookie": "secret-4"})
    application.stop(signal.SIGTERM)
    assert application.requests
    assert "secret" not in str(application.log)


def test_a_failure_is_a_500_in_json_and_one_line_with_its_traceback() -> None:
    failing = (
        "import app.web, app.__main__ as application\n"
        "async def healthy(_): raise ValueError('two\\nlines')\n"
        "app.web.healthy = healthy\n"
        "application.main()"
    )
    application = Running(["-c", failing], SERVICE, environment(PORT=str(free_port())))
    try:
        answer = application.ask("/healthz")
        application.stop(signal.SIGTERM)
    finally:
        application.kill()
    assert (answer.status_code, answer.json()) == (500, {"error": "Internal Server Error"})
    assert application.requests[0]["status"] == 500
    (error,) = [line for line in application.log if line["level"] == "ERROR"]
    assert error["exception"].endswith("ValueError: two\nlines")
    assert application.stderr == ""
