"""What the application says on stdout: JSON, a line for each request, no secrets."""

import signal
from datetime import datetime

from tests.service.conftest import Start
from tests.service.process import SERVICE, Running, environment, free_port


def test_one_line_for_each_request_without_secrets(start: Start) -> None:
    application = start(DATABASE_PASSWORD="secret-1")
    trace = "Root=1-67891233-abcdef012345678912345678"
    headers = {"X-Amzn-Trace-Id": trace, "Authorization": "secret-2", "Cookie": "secret-3"}
    application.ask("/?token=secret-4", headers=headers)
    application.ask("/nowhere", "HEAD")
    application.ask('/%0A{"message": "request"}')
    application.stop(signal.SIGTERM)

    assert "secret" not in str(application.log)
    first, second, forged = application.requests
    assert datetime.fromisoformat(first.pop("time")).utcoffset() is not None
    assert first.pop("milliseconds") >= 0
    assert first == {
        "level": "INFO",
        "message": "request",
        "method": "GET",
        "path": "/",
        "status": 200,
        "trace": trace,
    }
    assert [second[key] for key in ("method", "path", "status", "trace")] == ["HEAD", "/nowhere", 404, None]
    assert forged["path"] == '/\n{"message": "request"}'


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
