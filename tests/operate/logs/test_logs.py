"""`logs` on an embedded AWS: lines, JSON, following, and the way out."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from environments.model import Environment
from operate.aws import Aws
from operate.cli import main
from operate.outputs import Deployed
from operate.problem import OperateError
from operate.tailing.events import Event
from operate.tailing.logs import Choice, as_json, line, logs
from rehearsal.in_process import InProcessAws
from tests.operate.rehearsed import RehearsedAws

ONE, TWO = "0123456789abcdef", "fedcba9876543210"


class Written:
    """A log group of `hello` with what a test writes."""

    def __init__(self, aws: Aws, group: str) -> None:
        self._logs, self._group = aws.client("logs"), group

    def __call__(self, message: str, *, task: str = ONE, container: str = "app", ago: float = 60) -> None:
        stream = f"dev-hello/{container}/{task}"
        described = self._logs.describe_log_streams(logGroupName=self._group, logStreamNamePrefix=stream)
        if not described["logStreams"]:
            self._logs.create_log_stream(logGroupName=self._group, logStreamName=stream)
        moment = datetime.now(UTC) - timedelta(seconds=ago)
        one = [{"timestamp": int(moment.timestamp() * 1000), "message": message}]
        self._logs.put_log_events(logGroupName=self._group, logStreamName=stream, logEvents=one)


@pytest.fixture(scope="module")
def embedded(dev: Environment) -> Iterator[InProcessAws]:
    """A stack that is nothing but a log group and its name."""
    with InProcessAws() as aws:
        group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/ecs/dev/hello"}}
        output = {"LogGroupName": {"Value": {"Ref": "Group"}}}
        aws.deploy("dev-hello", {"Resources": {"Group": group}, "Outputs": output})
        aws.deploy("dev-report", {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
        yield aws


@pytest.fixture
def deployed(embedded: InProcessAws, dev: Environment) -> Deployed:
    first = dev.services[0].model_copy(update={"name": "hello"})
    jobs = (SimpleNamespace(name="report"), SimpleNamespace(name="seed"))
    dev = dev.model_copy(update={"services": (first,), "jobs": jobs})
    return Deployed(RehearsedAws(dev))


@pytest.fixture
def written(deployed: Deployed) -> Iterator[Written]:
    logs_ = deployed.aws.client("logs")
    yield Written(deployed.aws, "/ecs/dev/hello")
    for each in logs_.describe_log_streams(logGroupName="/ecs/dev/hello")["logStreams"]:
        logs_.delete_log_stream(logGroupName="/ecs/dev/hello", logStreamName=each["logStreamName"])


@pytest.fixture
def shown(deployed: Deployed) -> Callable[..., tuple[int, list[str], list[str]]]:
    def run(**options: Any) -> tuple[int, list[str], list[str]]:
        said: list[str] = []
        aside: list[str] = []
        code = logs(deployed, "hello", Choice(**options), say=said.append, aside=aside.append)
        return code, said, aside

    return run


def messages(lines: Sequence[str]) -> list[str]:
    return [each.partition("  ")[2] for each in lines]


def test_one_line_an_event_oldest_first(written: Written, shown) -> None:
    # AWS sorts what several streams hold; moto goes from stream to stream.
    written("second", ago=10)
    written("first", ago=20)
    written("third", ago=5, task=TWO, container="side")
    code, said, aside = shown()
    assert (code, aside) == (0, [])
    assert messages(said) == ["first", "second", "third"]
    assert "01234567/app" in said[0]
    assert "fedcba98/side" in said[2]


def test_only_what_was_asked_for(written: Written, shown) -> None:
    written("old", ago=3600)
    written("one error", task=ONE)
    written("two", task=TWO)
    written("side", task=TWO, container="side")
    assert messages(shown()[1]) == ["one error", "two", "side"]
    assert messages(shown(since="2h")[1]) == ["old", "one error", "two", "side"]
    assert messages(shown(container="side")[1]) == ["side"]
    assert messages(shown(task="0123")[1]) == ["one error"]
    assert messages(shown(task=f"arn:aws:ecs:eu-central-1:1:task/dev/{TWO}", container="app")[1]) == ["two"]
    assert messages(shown(pattern="error")[1]) == ["one error"]


def test_nothing_is_said_to_be_nothing(shown) -> None:
    code, said, (aside,) = shown(since="5m")
    assert (code, said) == (0, [])
    assert aside.startswith("Nothing in /ecs/dev/hello since 20")


def test_what_would_move_the_cursor_is_written_out(written: Written, shown) -> None:
    written("a\tb\x1b[2J\r\nc \u202e x Grüße、世界\u3000!\n")
    assert messages(shown()[1]) == ["a\tb\\x1b[2J\\r\\nc \\u202e x Grüße、世界\u3000!"]


def test_json_is_a_document_a_line(written: Written, shown) -> None:
    written('{"a": "b"}\n')
    _, (line_,), _ = shown(as_json=True)
    document = json.loads(line_)
    moment = datetime.fromisoformat(document.pop("time"))
    assert abs(moment - datetime.now(UTC) + timedelta(seconds=60)) < timedelta(seconds=30)
    assert document == {
        "task": ONE,
        "container": "app",
        "stream": f"dev-hello/app/{ONE}",
        "message": '{"a": "b"}',
    }


def test_a_line_of_another_log_driver() -> None:
    event = Event(id="1", time=datetime(2026, 1, 1, tzinfo=UTC), stream="firelens", message="x")
    assert line(event).endswith(" firelens  x")
    assert json.loads(as_json(event))["container"] == ""


def test_following_survives_an_answer_that_is_lost_and_one_look_does_not(
    deployed: Deployed, written: Written, shown
) -> None:
    written("a", ago=5)
    lost = [ConnectTimeoutError(endpoint_url="https://logs")] * 2

    def lose(**_: Any) -> None:
        if lost:
            raise lost.pop()

    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            raise KeyboardInterrupt

    events = deployed.aws.client("logs").meta.events
    events.register_first("before-call.cloudwatch-logs.FilterLogEvents", lose)
    try:
        with pytest.raises(OperateError, match="AWS did not answer"):
            shown()
        code, said, aside = shown(follow=True, sleep=sleep)
    finally:
        events.unregister("before-call.cloudwatch-logs.FilterLogEvents", lose)
    assert (code, messages(said)) == (130, ["a"])
    assert aside[0].endswith("asking again.")
    assert aside[1].startswith("AWS answers again")


def test_following_tells_what_comes_and_ends_quietly_with_130(written: Written, shown) -> None:
    coming = iter(["second", "third"])
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        message = next(coming, None)
        if message is None:
            raise KeyboardInterrupt
        written(message, ago=1)

    written("first", ago=2)
    code, said, aside = shown(follow=True, every=0.5, sleep=sleep)
    assert (code, messages(said), aside) == (130, ["first", "second", "third"], [])
    assert waited == [0.5] * 3


def test_ctrl_c_in_the_middle_of_a_page(written: Written, deployed: Deployed) -> None:
    def press(_: str) -> None:
        raise KeyboardInterrupt

    written("first")
    assert logs(deployed, "hello", Choice(), say=press, aside=press) == 130


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "nothing",
            "dev has no service or job 'nothing'.\nNext: one of: hello, report, seed.",
        ),
        ("seed", "The stack dev-seed does not exist in eu-central-1.\nNext: make deploy ENV=dev"),
        (
            "report",
            "The stack dev-report does not say where report writes.\n"
            "Likely cause: a deployment has failed or is under way.\nNext: make deploy ENV=dev",
        ),
    ],
)
def test_what_has_no_log(deployed: Deployed, name: str, said: str) -> None:
    with pytest.raises(OperateError) as refused:
        logs(deployed, name, Choice(), say=print, aside=print)
    assert str(refused.value) == said


def test_the_command_line(
    written: Written,
    deployed: Deployed,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("operate.commands.arguments.deployed", lambda _: deployed)
    written("one")
    written("two", task=TWO)
    assert main(["logs", "dev", "hello", "--since", "5m", "--task", TWO, "--json"]) == 0
    out, err = capsys.readouterr()
    assert (json.loads(out)["message"], err) == ("two", "")
    assert main(["logs", "dev", "hello", "--since", "never"]) == 2
    assert "'never' is no time to begin at." in capsys.readouterr().err
    assert main(["logs", "dev", "hello", "--since", "1s"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Nothing in /ecs/dev/hello since")
