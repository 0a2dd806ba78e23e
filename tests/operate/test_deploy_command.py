"""The command lines of deploy, diff, bootstrap and copy-image, and how a person is asked."""

from collections.abc import Callable
from typing import Any

import pytest

from operate import cli
from operate.commands import arguments
from operate.deploying import bootstrap as bootstrapping
from operate.deploying import copy_image, deploy, diff, tools
from operate.deploying.gate import Finding
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError
from tests.operate.reading import StubbedAws


class Called:
    """What a command line ends in."""

    def __init__(self) -> None:
        self.positional: tuple[Any, ...] = ()
        self.named: dict[str, Any] = {}

    def __call__(self, *positional: Any, **named: Any) -> str:
        self.positional, self.named = positional, named
        return ""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, stubbed: StubbedAws) -> Callable[..., int]:
    monkeypatch.setattr(arguments, "deployed", lambda _: Deployed(stubbed))
    return lambda *words: cli.main(words)


def test_deploy(run: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    called = Called()
    monkeypatch.setattr(deploy, "deploy", called)
    words = ("--stack", "hello", "--use-configured-image", "--retire", "a", "--retire", "b", "--yes")
    assert run("deploy", "dev", *words, "--wait-for-old-tasks") == 0
    _, choice, _ = called.positional
    assert (choice.stack, choice.use_configured_image, choice.retire) == ("hello", True, ["a", "b"])
    assert choice.wait_for_old_tasks
    assert run("deploy", "dev") == 0
    _, choice, _ = called.positional
    assert (choice.stack, choice.use_configured_image, choice.retire) == (None, False, ())
    assert not choice.wait_for_old_tasks


def test_diff(run: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    called = Called()
    monkeypatch.setattr(diff, "diff", called)
    assert run("diff", "dev", "--stack", "hello") == 0
    assert called.named == {"stack": "hello"}


def test_bootstrap(run: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    called = Called()
    monkeypatch.setattr(bootstrapping, "bootstrap", called)
    assert run("bootstrap", "dev") == 0
    assert len(called.positional) == 2


def test_copy_image(run: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    called = Called()
    monkeypatch.setattr(copy_image, "copy_image", called)
    assert run("copy-image", "nginx:1", "dev", "hello", "--tag", "mine") == 0
    assert called.positional[1:] == ("nginx:1", "hello")
    assert called.named["tag"] == "mine"


def test_yes_goes_on_and_says_what_it_does() -> None:
    said: list[str] = []
    assert tools.agreement(yes=True, say=said.append)("dev-hello: 1 changed")
    assert said == ["dev-hello: 1 changed"]


def test_a_person_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools.stdin, "isatty", lambda: True)
    for answer in (True, False):
        monkeypatch.setattr("typer.confirm", lambda _, answer=answer: answer)
        assert tools.agreement(yes=False, say=lambda _: None)("x") is answer


def test_where_nobody_can_be_asked_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools.stdin, "isatty", lambda: False)
    with pytest.raises(OperateError, match=r"Nobody is there to be asked. Nothing was changed.") as refused:
        tools.agreement(yes=False, say=lambda _: None)("x")
    assert refused.value.code is ExitCode.REFUSED
    assert "YES=1" in (refused.value.next_step or "")


class QuietTools:
    """As much of `Tools` as `diff` uses."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.cdk = self
        self.assembly = None
        self.compared: list[str] = []

    def doing(self, _: str) -> Any:
        from contextlib import nullcontext

        return nullcontext()

    def say(self, line: str) -> None:
        self.said.append(line)

    def synthesize(self) -> None:
        pass

    def diff(self, stacks: list[str]) -> str:
        self.compared = stacks
        return "Stack dev-hello\n"


@pytest.mark.parametrize("refused", [True, False])
def test_diff_says_what_the_gate_would_say(
    refused: bool, stubbed: StubbedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = Finding(stack="dev-hello", resource="X (T)", says="Bad.", way_round="Good.", refused=refused)
    monkeypatch.setattr(diff, "read_stacks", lambda *_: [])
    monkeypatch.setattr(diff, "examine", lambda *_: [finding])
    quiet = QuietTools()
    if refused:
        with pytest.raises(
            OperateError, match=r"A deployment would be refused:\ndev-hello\n  X \(T\)"
        ) as said:
            diff.diff(Deployed(stubbed), quiet)  # type: ignore[arg-type]
        assert said.value.code is ExitCode.REFUSED
    else:
        diff.diff(Deployed(stubbed), quiet)  # type: ignore[arg-type]
        assert quiet.said[1] == "dev-hello\n  X (T)\n      Mind: Bad.\n      Good."
    assert quiet.said[0] == "Stack dev-hello"
