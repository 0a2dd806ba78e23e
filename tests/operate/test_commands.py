"""The command line on dev as it is deployed: exit codes, JSON, and a whole story of a release."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from operate.cli import main
from rehearsal.assembly import StackArtifact
from rehearsal.in_process import InProcessAws
from tests.operate.aws_calls import as_listed

# Half a second is a minute: a canary of one minute is over before anybody looks away.
MINUTE = 0.5


@pytest.fixture(scope="module")
def dev_running(dev_stacks: Sequence[StackArtifact]) -> Iterator[InProcessAws]:
    """dev with `v2` and `v3` in its repository, and a clock that runs."""
    with InProcessAws(seconds_per_minute=MINUTE) as aws:
        for stack in dev_stacks:
            aws.deploy_artifact(stack)
        for tag in ("v2", "v3"):
            aws.push_image("dev/hello", tag)
        yield aws


class Shell:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        with as_listed(words[0]):
            code = main(words)
        self.out, self.err = self._capsys.readouterr()
        return code

    @property
    def document(self) -> Mapping[str, Any]:
        return json.loads(self.out)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], dev_running: InProcessAws) -> Shell:
    return Shell(capsys)


def test_a_whole_story(shell: Shell, dev_running: InProcessAws) -> None:
    hello, quick = ("dev", "hello"), ("--every", "0.05")

    assert shell("release", *hello, *quick) == 0
    assert "hello runs dev-hello:1 already, the configured revision. Nothing to release." in shell.out

    assert shell("release", *hello, "--image", "v2", *quick) == 0
    assert "check image: ok: v2" in shell.out
    assert "traffic green 20 %, blue 80 %" in shell.out
    assert "dev-hello:2 has all traffic (green 100 %, 1 task" in shell.out

    # The old tasks wait, so the way back is a stop.
    assert shell("rollback", *hello, "--json", *quick) == 0
    assert shell.document["result"] == "rolled back"
    assert shell.document["revision"].endswith("dev-hello:1")
    assert shell.document["traffic"] == {"blue": 100.0}
    assert "moves traffic back to the old tasks" in shell.err

    assert shell("release", *hello, "--image", "v3", "--no-wait", "--json") == 0
    started = shell.document
    assert (started["environment"], started["service"], started["result"]) == ("dev", "hello", "started")

    # The same again is the same deployment, now watched.
    assert shell("release", *hello, "--image", "v3", "--json", *quick) == 0
    assert (shell.document["deployment"], shell.document["result"]) == (started["deployment"], "released")
    assert shell.document["phase"] == "all traffic moved, old tasks wait"

    assert shell("release", *hello, "--image", "v2", *quick) == 2
    assert "its old tasks wait for their end" in shell.err
    assert "make finish ENV=dev SERVICE=hello" in shell.err

    assert shell("finish", *hello, *quick) == 0
    assert "the old tasks have ended" in shell.out
    assert shell("watch", *hello) == 0
    assert "hello has no deployment under way." in shell.out

    # Nobody waits any more, so the way back is a deployment.
    assert shell("rollback", *hello, *quick) == 0
    assert "a new deployment brings dev-hello:1 back" in shell.out
    assert shell("status", *hello, "--json") == 0
    shell("doctor", "dev", "--json")
    assert {"hello deployment", "hello weights"} <= {each["name"] for each in shell.document["findings"]}


def test_a_failed_release_ends_with_1_and_says_why_twice(shell: Shell, dev_running: InProcessAws) -> None:
    shell("finish", "dev", "hello", "--every", "0.05")
    cloudwatch = dev_running.client("cloudwatch")
    alarm = cloudwatch.describe_alarms(AlarmNamePrefix="dev-hello-ServiceAlarmsTarget5xx")["MetricAlarms"][0]
    name = alarm["AlarmName"]
    assert shell("release", "dev", "hello", "--image", "v2", "--no-wait") == 0
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="too many")
    assert shell("watch", "dev", "hello", "--json", "--every", "0.05") == 1
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="fine")
    assert (shell.document["exit_code"], shell.document["result"]) == (1, "stopped")
    assert "ALARM_ACTIVE" in shell.document["problem"]
    assert "was stopped: ALARM_ACTIVE" in shell.err


@pytest.mark.parametrize("command", ["release", "approve", "finish", "stop", "rollback", "watch"])
def test_words_that_fit_nothing(shell: Shell, command: str) -> None:
    assert shell(command, "nowhere", "hello") == 2
    assert "There is no environment 'nowhere'." in shell.err
    assert shell(command, "dev", "nothing") == 2
    assert "dev has no service 'nothing'." in shell.err
    assert shell(command, "dev") == 2


@pytest.mark.parametrize(
    ("command", "said"),
    [("approve", "No deployment of hello waits for approval"), ("stop", "no deployment under way")],
)
def test_nothing_to_do_is_2(shell: Shell, command: str, said: str) -> None:
    assert shell(command, "dev", "hello", "--json") == 2
    assert said in shell.err
    assert shell.out == ""
