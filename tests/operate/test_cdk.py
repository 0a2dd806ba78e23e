"""The CLI as a child: its words, its environment, and what it said when it failed."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from operate.deploying.cdk import PROJECT, Cdk
from operate.problem import ExitCode, OperateError


class Child:
    """What was started, and how it ends."""

    def __init__(self) -> None:
        self.words: Sequence[str] = ()
        self.options: dict[str, Any] = {}
        self.code = 0
        self.says = ""

    def run(self, words: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
        self.words, self.options = words, options
        return subprocess.CompletedProcess(words, self.code, stdout=self.says)


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Child:
    started = Child()
    monkeypatch.setattr(subprocess, "run", started.run)
    return started


@pytest.fixture
def cdk(tmp_path: Path) -> Cdk:
    return Cdk(assembly=tmp_path / "out", environment={"PATH": "/usr/bin", "AWS_PROFILE": "mine"})


def test_the_pinned_cli_and_the_persons_own_credentials(child: Child, cdk: Cdk) -> None:
    cdk.synthesize()
    assert child.words[:3] == ["cdk", "synth", "--quiet"]
    assert child.options["cwd"] == PROJECT
    assert child.options["stdin"] is subprocess.DEVNULL
    environment = child.options["env"]
    assert environment["AWS_PROFILE"] == "mine"
    assert environment["PATH"].split(":")[1:] == [str(PROJECT / "node_modules" / ".bin"), "/usr/bin"]


def test_a_change_set_is_prepared_for_one_stack_and_never_executed(child: Child, cdk: Cdk) -> None:
    cdk.prepare("dev/hello")
    words = " ".join(child.words)
    assert words.startswith("cdk deploy dev/hello --exclusively --app ")
    assert "--method prepare-change-set --change-set-name operate-deploy" in words
    assert "--require-approval never" in words


def test_to_compare_nothing_is_written(child: Child, cdk: Cdk) -> None:
    child.says = "no differences"
    assert cdk.diff(["dev/network", "dev/hello"]) == "no differences"
    assert "dev/network dev/hello --exclusively --method template" in " ".join(child.words)


def test_bootstrapping_runs_no_app(child: Child, cdk: Cdk) -> None:
    cdk.bootstrap("aws://1/eu-central-1", ["--qualifier", "x"])
    assert child.words[:5] == ["cdk", "bootstrap", "aws://1/eu-central-1", "--qualifier", "x"]
    assert not (child.options["cwd"] / "cdk.json").exists()


def test_the_last_lines_of_a_failure(child: Child, cdk: Cdk) -> None:
    child.code, child.says = 1, "\n".join(f"line {number}" for number in range(60))
    with pytest.raises(OperateError) as failed:
        cdk.prepare("dev/hello")
    assert failed.value.code is ExitCode.FAILED
    lines = failed.value.problem.splitlines()
    assert lines[0] == "The CDK CLI could not prepare the change set of dev/hello:"
    assert lines[1:] == [f"line {number}" for number in range(20, 60)]


def test_an_app_that_refuses_has_changed_nothing(child: Child, cdk: Cdk) -> None:
    child.code = 1
    with pytest.raises(OperateError) as refused:
        cdk.synthesize()
    assert refused.value.code is ExitCode.REFUSED


def test_destroying_shows_itself_and_finds_the_pinned_cli(child: Child, cdk: Cdk) -> None:
    child.code = 1
    assert cdk.destroy("dev/*") == 1
    assert child.words[:4] == ["cdk", "destroy", "dev/*", "--force"]
    assert str(PROJECT / "node_modules" / ".bin") in child.options["env"]["PATH"]
    assert "stdout" not in child.options
