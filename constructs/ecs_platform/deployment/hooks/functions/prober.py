"""Where Lambda enters the prober: one GET to one task. It stands in the VPC and calls nothing of AWS."""

import http.client
from typing import Any

# A task that needs longer for one answer does not pass; Lambda's own time-out is behind it.
TIMEOUT_SECONDS = 5
# What an answer says is for the log alone.
READ_BYTES = 1024


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer with `status` and the beginning of the `body`, or with the `error` where there was no answer."""
    return ask(event["address"], event["port"], event["path"])


def ask(address: str, port: int, path: str, timeout_seconds: float = TIMEOUT_SECONDS) -> dict[str, Any]:
    """GET the path; redirects are not followed, for they would lead past the task."""
    connection = http.client.HTTPConnection(address, port, timeout=timeout_seconds)
    try:
        connection.request("GET", path, headers={"User-Agent": "smoke-test", "Connection": "close"})
        response = connection.getresponse()
        return {"status": response.status, "body": _beginning(response)}
    except (OSError, http.client.HTTPException) as error:
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        connection.close()


def _beginning(response: http.client.HTTPResponse) -> str:
    try:
        return response.read(READ_BYTES).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        # The status is the answer; a body that never comes, as of a stream, does not take it back.
        return ""
