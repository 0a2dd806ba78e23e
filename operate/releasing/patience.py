"""Patience with AWS while something goes on there: one lost answer ends no watch."""

import time
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from operate.aws import error_code
from operate.problem import ExitCode, OperateError
from operate.words import duration

_T = TypeVar("_T")

# botocore has repeated each call for half a minute before it comes to this.
FORGIVEN_SECONDS = 600
_PASSING = {
    "InternalFailure",
    "InternalServerError",
    "RequestLimitExceeded",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServerException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}


def passing(error: OperateError) -> bool:
    """Whether the same question may well be answered in a minute: throttled, unreachable, out of order."""
    cause = error.__cause__
    if isinstance(cause, ClientError):
        status = cause.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return error_code(cause) in _PASSING or status >= 500
    return isinstance(cause, NoConnectionError | HTTPClientError | ResponseParserError)


class Patience:
    """Asks, and forgives what passes for ten minutes in a row.

    Args:
        say: Where to say that AWS is silent, and that it answers again.
        again: The command that comes back to what is watched.
        clock: Seconds. The machine's monotonic clock by default.
    """

    def __init__(
        self, say: Callable[[str], None], *, again: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say, self._again, self._clock = say, again, clock
        self._silent_since: float | None = None

    def ask(self, question: Callable[[], _T]) -> _T | None:
        """The answer, or None where there is none for now.

        Raises:
            OperateError: AWS refuses, or has been silent for too long. It says how to come back.
        """
        try:
            answer = question()
        except OperateError as error:
            if not passing(error):
                raise self._final(error) from error
            now = self._clock()
            if self._silent_since is None:
                self._silent_since = now
                self._say(f"{error.problem} What was started goes on; asking again.")
            if now - self._silent_since > FORGIVEN_SECONDS:
                raise self._final(error) from error
            return None
        if self._silent_since is not None:
            self._say(f"AWS answers again, after {duration(self._clock() - self._silent_since)}.")
            self._silent_since = None
        return answer

    def _final(self, error: OperateError) -> OperateError:
        # Something was started, so this is no refusal, whatever the reason.
        then = f"then {self._again}"
        return OperateError(
            error.problem,
            cause=error.cause,
            next_step=f"{error.next_step.rstrip('.')}; {then}" if error.next_step else f"{then} looks again.",
            code=ExitCode.FAILED,
        )
