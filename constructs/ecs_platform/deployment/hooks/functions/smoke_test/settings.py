"""What the hook is told by its environment, since the events say nothing of the test."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


class NotYet(Exception):  # noqa: N818 - not an error of the program: a result
    """Why the test does not pass so far, in the words of the log."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One test of one service."""

    cluster: str
    service: str
    port: int
    path: str
    status: int
    timeout_seconds: int
    prober: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings in a function's environment."""
        return cls(
            cluster=environment["CLUSTER_NAME"],
            service=environment["SERVICE_NAME"],
            port=int(environment["TASK_PORT"]),
            path=environment["TEST_PATH"],
            status=int(environment["TEST_STATUS"]),
            timeout_seconds=int(environment["TIMEOUT_SECONDS"]),
            prober=environment["PROBER_NAME"],
        )
