"""What a command says when it cannot go on, and what the shell sees."""

import subprocess
import sys

import pytest
import typer

from environments import ENVIRONMENTS
from operate import cli
from operate.commands import arguments
from operate.problem import ExitCode, OperateError
from tests.synthesis import ROOT


def test_one_line_to_three() -> None:
    assert str(OperateError("It is broken.")) == "It is broken."
    full = OperateError("It is broken.", cause="age.", next_step="buy another.")
    assert str(full) == "It is broken.\nLikely cause: age.\nNext: buy another."


def test_nothing_was_changed_unless_it_says_else() -> None:
    assert OperateError("No.").code is ExitCode.REFUSED
    assert OperateError("No.", code=ExitCode.FAILED).code is ExitCode.FAILED


def test_exit_codes_are_what_ci_reads() -> None:
    assert {code.name: int(code) for code in ExitCode} == {
        "DONE": 0,
        "FAILED": 1,
        "REFUSED": 2,
        "INTERRUPTED": 130,
    }


def test_a_problem_goes_to_stderr_with_its_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = f"aws ecs describe-services {'with many words ' * 12}"

    def fail(name: str) -> None:
        raise OperateError(f"No [bold]{name}[/bold].", next_step=command, code=ExitCode.FAILED)

    monkeypatch.setattr(arguments, "deployed", fail)
    assert cli.main(["status", "dev"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    # In one line, so that it can be pasted, and with brackets as they are.
    assert f"No [bold]dev[/bold].\nNext: {command}\n" in shown.err


def test_an_unknown_environment_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status", "prod"]) == ExitCode.REFUSED
    said = capsys.readouterr().err
    assert f"There is no environment 'prod'.\nNext: one of: {', '.join(ENVIRONMENTS)}." in said


def test_an_environment_with_placeholders_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status", "production"]) == ExitCode.REFUSED
    said = capsys.readouterr().err
    assert said.startswith("environments/production.py\n  account = '222222222222'\n")
    assert "4 placeholders to fill in before production can be deployed" in said


def test_the_code_of_a_command_is_that_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(name: str) -> None:
        raise typer.Exit(int(name))

    monkeypatch.setattr(arguments, "deployed", leave)
    assert cli.main(["status", "7"]) == 7
    assert cli.main(["status", "0"]) == 0


def run(*words: str) -> subprocess.CompletedProcess[bytes]:
    """A process of its own."""
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, check=False)


def test_the_shell_sees_it() -> None:
    ran = run("-m", "operate", "status", "prod")
    assert (ran.returncode, ran.stdout) == (2, b"")


def test_neither_aws_cdk_nor_a_command_s_own_code_is_loaded_to_ask_for_help() -> None:
    program = (
        "import sys\nfrom operate.cli import main\nmain(['--help'])\n"
        "sys.exit(any(name in sys.modules for name in ('aws_cdk', 'jsii', 'stacks', 'operate.checking')))"
    )
    assert run("-c", program).returncode == 0
