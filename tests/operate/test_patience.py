"""What a watch forgives, for how long, and what it says meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from operate.aws import explained
from operate.problem import ExitCode, OperateError
from operate.releasing.patience import FORGIVEN_SECONDS, Patience

AGAIN = "make watch ENV=dev SERVICE=hello"
LOST = EndpointConnectionError(endpoint_url="https://ecs.eu-central-1.amazonaws.com/")


def refused(code: str, status: int = 400) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": "No."}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "GetDeployment")


class Asking:
    def __init__(self) -> None:
        self.said: list[str] = []
        self.now = 0.0
        self.patience = Patience(self.said.append, again=AGAIN, clock=lambda: self.now)

    def ask(self, error: Exception | None) -> str | None:
        def question() -> str:
            with explained("look"):
                if error is not None:
                    raise error
            return "answer"

        return self.patience.ask(question)


@pytest.mark.parametrize(
    "error",
    [
        refused("ThrottlingException"),
        refused("RequestLimitExceeded"),
        refused("ServerException", 500),
        refused("SomethingNew", 503),
        LOST,
        ReadTimeoutError(endpoint_url="https://x"),
    ],
)
def test_what_passes_is_forgiven_and_said_once(error: Exception) -> None:
    asking = Asking()
    assert asking.ask(error) is None
    asking.now = 95
    assert asking.ask(error) is None
    assert asking.ask(None) == "answer"
    first, last = asking.said
    assert first.endswith("What was started goes on; asking again.")
    assert last == "AWS answers again, after 1 min 35 s."


@pytest.mark.parametrize("error", [refused("AccessDeniedException"), refused("ExpiredTokenException")])
def test_what_does_not_pass_is_not(error: Exception) -> None:
    with pytest.raises(OperateError) as ended:
        Asking().ask(error)
    assert str(ended.value.next_step).endswith(f"then {AGAIN}")
    assert ended.value.code is ExitCode.FAILED


def test_silence_has_an_end() -> None:
    asking = Asking()
    asking.ask(LOST)
    asking.now = FORGIVEN_SECONDS
    asking.ask(LOST)
    asking.now += 1
    with pytest.raises(OperateError, match="AWS did not answer while trying to look"):
        asking.ask(LOST)


def test_each_silence_counts_from_its_own_beginning() -> None:
    asking = Asking()
    asking.ask(LOST)
    asking.ask(None)
    asking.now = FORGIVEN_SECONDS + 1
    assert asking.ask(LOST) is None
    assert len(asking.said) == 3


def test_an_error_of_our_own_is_nothing_to_wait_for() -> None:
    def question() -> str:
        raise OperateError("wrong", next_step="do this.")

    with pytest.raises(OperateError) as ended:
        Asking().patience.ask(question)
    assert ended.value.next_step == f"do this; then {AGAIN}"


def test_other_exceptions_are_not_touched() -> None:
    question: Callable[[], str] = lambda: {}["x"]  # noqa: E731
    with pytest.raises(KeyError):
        Asking().patience.ask(question)
