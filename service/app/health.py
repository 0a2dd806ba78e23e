"""`python -m app.health`: exit 0 if this container's server says it is healthy, 1 if not.

The command of the container health check in the task definition. In Python because the image has neither curl
nor wget, of the standard library alone because it runs every few seconds on the task's share of a CPU.
"""

import http.client
import os
import sys

from .settings import Settings, SettingsError

# Below the five seconds that ECS gives a health check: better this process says what is wrong.
TIMEOUT_SECONDS = 3.0


def main() -> None:
    """Ask `/healthz` over loopback."""
    try:
        port = Settings.of(os.environ).port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (SettingsError, OSError, http.client.HTTPException) as error:
        sys.exit(f"unhealthy: {error!r}")
    if status != 200:
        sys.exit(f"unhealthy: /healthz answered {status}")


if __name__ == "__main__":
    main()
