"""The plugin: found or explained, and called as the AWS CLI calls it."""

import json
import os
import signal
import stat
from pathlib import Path

import pytest

from operate.checking.finding import Verdict
from operate.entering import plugin

SESSION = {"sessionId": "ecs-execute-command-1", "streamUrl": "wss://x", "tokenValue": "secret"}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a plugin into PATH, a shell script of these lines."""

    def install(*lines: str) -> Path:
        path = tmp_path / plugin.NAME
        path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return path

    return install


@pytest.fixture(autouse=True)
def no_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)


def talk(path: Path) -> int:
    return plugin.talk(
        str(path),
        session=SESSION,
        target="ecs:dev_task_runtime",
        region="eu-central-1",
        endpoint="https://ecs.eu-central-1.amazonaws.com",
    )


def test_it_gets_the_words_of_the_aws_cli(installed, tmp_path: Path) -> None:
    path = installed(f'for each in "$@"; do printf "%s\\n" "$each"; done > {tmp_path}/said')
    assert talk(path) == 0
    session, region, operation, profile, request, endpoint = (tmp_path / "said").read_text().splitlines()
    assert json.loads(session) == SESSION
    assert (region, operation, profile) == ("eu-central-1", "StartSession", "")
    assert json.loads(request) == {"Target": "ecs:dev_task_runtime"}
    assert endpoint == "https://ecs.eu-central-1.amazonaws.com"


@pytest.mark.parametrize(
    ("variables", "profile"),
    [
        ({"AWS_PROFILE": "one"}, "one"),
        ({"AWS_DEFAULT_PROFILE": "two"}, "two"),
        ({"AWS_PROFILE": "one", "AWS_DEFAULT_PROFILE": "two"}, "two"),
    ],
)
def test_it_gets_the_profile_that_botocore_takes(
    installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], profile: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    talk(installed(f'printf "%s" "$4" > {tmp_path}/said'))
    assert (tmp_path / "said").read_text() == profile


@pytest.mark.parametrize(("line", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143)])
def test_its_exit_code_is_passed_on(installed, line: str, code: int) -> None:
    assert talk(installed(line)) == code


def test_ctrl_c_is_for_the_program_in_the_container(installed) -> None:
    before = signal.getsignal(signal.SIGINT)
    # Whoever starts the tests in the background has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        # What a terminal does: the signal goes to both processes.
        assert talk(installed("kill -INT $PPID", "sleep 0.1", "exit 5")) == 5
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("version", "verdict", "said"),
    [
        ("1.2.764.0", Verdict.OK, "version 1.2.764.0"),
        ("1.2.1000.0", Verdict.OK, "version 1.2.1000.0"),
        (
            "1.2.497.0",
            Verdict.WARNING,
            "is version 1.2.497.0; AWS will stop supporting those before 1.2.764.0",
        ),
        ("unreleased", Verdict.OK, "of a version it does not tell"),
    ],
)
def test_an_old_one_is_named(installed, version: str, verdict: Verdict, said: str) -> None:
    installed(f'[ "$1" = --version ] && echo {version}')
    found = plugin.examined()
    assert found.verdict is verdict
    assert said in found.says


def test_its_absence_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = plugin.examined()
    assert found.verdict is Verdict.REFUSED
    assert found.says.startswith("session-manager-plugin is not in PATH")
    assert "session-manager-downloads/plugin/latest" in str(found.fix)


@pytest.mark.parametrize(
    ("system", "machine", "has_dpkg", "step"),
    [
        ("Linux", "x86_64", True, "ubuntu_64bit/session-manager-plugin.deb && sudo dpkg -i session"),
        ("Linux", "aarch64", True, "ubuntu_arm64/session-manager-plugin.deb && sudo dpkg -i session"),
        ("Linux", "x86_64", False, "sudo dnf install -y https://s3.amazonaws.com/session-manager-downloads/"),
        ("Linux", "aarch64", False, "linux_arm64/session-manager-plugin.rpm"),
        ("Darwin", "arm64", False, "mac_arm64/session-manager-plugin.pkg && sudo installer -pkg"),
        ("Darwin", "x86_64", False, "mac/session-manager-plugin.pkg && sudo installer -pkg"),
        ("Windows", "AMD64", False, "windows/SessionManagerPluginSetup.exe"),
    ],
)
def test_the_step_for_each_system(system: str, machine: str, has_dpkg: bool, step: str) -> None:
    assert step in plugin.install_step(system, machine, has_dpkg=has_dpkg)
