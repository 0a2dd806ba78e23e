"""Every event once: over pages, over polls, in whatever order CloudWatch gets them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environments.model import Environment
from operate.problem import OperateError
from operate.tailing.events import LATE, Event, Tail
from rehearsal.in_process import InProcessAws
from tests.operate.reading import StubbedAws
from tests.operate.rehearsed import LOG_GROUP, RehearsedAws

STREAM = "dev-hello/app/0123456789abcdef"
# The past, so that the clock of the machine is after all of it.
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def event(id_: str, *, seconds: float = 0, **changes: Any) -> dict[str, Any]:
    moment = int((NOW + timedelta(seconds=seconds)).timestamp() * 1000)
    return {"eventId": id_, "timestamp": moment, "logStreamName": STREAM, "message": id_, **changes}


def milliseconds(seconds: float) -> int:
    return int((NOW + timedelta(seconds=seconds)).timestamp() * 1000)


def page(aws: StubbedAws, *events: dict[str, Any], token: str | None = None, **asked: Any) -> None:
    answer = {"events": list(events), **({"nextToken": token} if token else {})}
    aws.answers("logs", "filter_log_events", answer, {"logGroupName": LOG_GROUP, **asked})


def ids(tail: Tail) -> list[str]:
    return [each.id for each in tail.poll()]


def test_pages_until_there_is_no_token_and_empty_ones_too(stubbed: StubbedAws) -> None:
    tail = Tail(stubbed, LOG_GROUP, NOW)
    page(stubbed, event("a"), token="1", startTime=milliseconds(0))
    page(stubbed, token="2", startTime=milliseconds(0), nextToken="1")
    page(stubbed, event("b"), startTime=milliseconds(0), nextToken="2")
    assert ids(tail) == ["a", "b"]
    stubbed.all_was_asked()


def test_an_event_that_two_pages_hold_is_told_once(stubbed: StubbedAws) -> None:
    tail = Tail(stubbed, LOG_GROUP, NOW)
    page(stubbed, event("a"), event("b"), token="1", startTime=milliseconds(0))
    page(stubbed, event("b"), event("c"), startTime=milliseconds(0), nextToken="1")
    assert ids(tail) == ["a", "b", "c"]


def test_a_poll_begins_before_the_newest_event_and_tells_what_came_late(stubbed: StubbedAws) -> None:
    tail, late = Tail(stubbed, LOG_GROUP, NOW), LATE.total_seconds()
    page(stubbed, event("a", seconds=100), startTime=milliseconds(0))
    assert ids(tail) == ["a"]
    page(
        stubbed,
        event("late", seconds=99),
        event("a", seconds=100),
        event("same-moment", seconds=100),
        event("b", seconds=101),
        startTime=milliseconds(100 - late),
    )
    assert ids(tail) == ["late", "same-moment", "b"]
    page(stubbed, startTime=milliseconds(101 - late))
    assert ids(tail) == []


def test_never_before_what_was_asked_for(stubbed: StubbedAws) -> None:
    tail = Tail(stubbed, LOG_GROUP, NOW)
    page(stubbed, event("a", seconds=1), startTime=milliseconds(0))
    assert ids(tail) == ["a"]
    page(stubbed, startTime=milliseconds(0))
    assert ids(tail) == []


def test_an_event_of_the_future_hides_nothing(stubbed: StubbedAws) -> None:
    tail = Tail(stubbed, LOG_GROUP, NOW)
    tomorrow = (datetime.now(UTC) + timedelta(days=1) - NOW).total_seconds()
    page(stubbed, event("a", seconds=tomorrow), startTime=milliseconds(0))
    assert ids(tail) == ["a"]
    before = datetime.now(UTC)
    asked: list[int] = []
    stubbed.client("logs").meta.events.register_first(
        "provide-client-params.cloudwatch-logs.FilterLogEvents",
        lambda params, **_: asked.append(params["startTime"]),
        "future",
    )
    try:
        stubbed.answers("logs", "filter_log_events", {"events": []})
        assert ids(tail) == []
    finally:
        stubbed.client("logs").meta.events.unregister(
            "provide-client-params.cloudwatch-logs.FilterLogEvents", unique_id="future"
        )
    (start,) = asked
    assert start <= datetime.now(UTC).timestamp() * 1000 - LATE.total_seconds() * 1000
    assert start >= before.timestamp() * 1000 - LATE.total_seconds() * 1000 - 1000


def test_a_pattern_is_cloudwatchs_business(stubbed: StubbedAws) -> None:
    tail = Tail(stubbed, LOG_GROUP, NOW, pattern='"GET /x"')
    page(stubbed, event("a"), startTime=milliseconds(0), filterPattern='"GET /x"')
    assert ids(tail) == ["a"]


def test_an_error_is_said_in_words(stubbed: StubbedAws) -> None:
    stubbed.refuses("logs", "filter_log_events", "ResourceNotFoundException", "There is no such group.")
    with pytest.raises(OperateError, match="AWS refused to read /ecs/dev/hello: There is no such group"):
        ids(Tail(stubbed, LOG_GROUP, NOW))


@pytest.mark.parametrize(
    ("stream", "task", "container"),
    [
        ("dev-hello/app/abc", "abc", "app"),
        ("a/b/nginx/abc", "abc", "nginx"),
        ("firelens-abc", "firelens-abc", ""),
        ("app/abc", "abc", ""),
    ],
)
def test_the_stream_names_task_and_container(stream: str, task: str, container: str) -> None:
    line = Event(id="1", time=NOW, stream=stream, message="")
    assert (line.task, line.container) == (task, container)


@pytest.fixture(scope="module")
def embedded() -> Iterator[InProcessAws]:
    with InProcessAws() as aws:
        yield aws


@settings(deadline=None, max_examples=30)
@given(
    batches=st.lists(
        st.lists(st.integers(min_value=0, max_value=int(LATE.total_seconds()) - 1), max_size=5), max_size=4
    )
)
def test_nothing_is_lost_and_nothing_told_twice(
    embedded: InProcessAws, dev: Environment, batches: list[list[int]]
) -> None:
    """Batches arrive between polls, their times in any order, none older than late ones may be."""
    logs = embedded.client("logs")
    logs.create_log_group(logGroupName=LOG_GROUP)
    try:
        logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName=STREAM)
        begin = datetime.now(UTC) - timedelta(hours=1)
        tail = Tail(RehearsedAws(dev), LOG_GROUP, begin)
        written, told = [], []
        for number, batch in enumerate(batches):
            for position, seconds in enumerate(batch):
                message = f"{number}.{position}"
                moment = int((begin + timedelta(seconds=seconds)).timestamp() * 1000)
                one = [{"timestamp": moment, "message": message}]
                logs.put_log_events(logGroupName=LOG_GROUP, logStreamName=STREAM, logEvents=one)
                written.append(message)
            told += [each.message for each in tail.poll()]
        assert sorted(told) == sorted(written)
    finally:
        logs.delete_log_group(logGroupName=LOG_GROUP)
