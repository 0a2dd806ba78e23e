"""`operate run`, `status` and `doctor` by the command line, on jobs as they are deployed."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from botocore.awsrequest import AWSResponse
from rich.console import Console

from operate import cli
from operate.checking import doctor
from operate.checking.readiness import missing_images
from operate.commands import arguments
from operate.deploying.copy_image import copy_image
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError
from operate.reading.status import status
from operate.running import run as running
from operate.running.run import Choice, perform
from operate.running.show import Show
from tests.operate.running.jobs import Jobs

Shell = Callable[..., tuple[int, str, str]]


@pytest.fixture
def shell(jobs: Jobs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A command line in this environment, where seconds pass when somebody waits."""
    monkeypatch.setattr(arguments, "deployed", lambda _: jobs.deployed)
    monkeypatch.setattr("time.sleep", lambda seconds: jobs.embedded.sleep(max(seconds, 5)))
    # The default was bound when the class was made.
    monkeypatch.setattr(
        "operate.releasing.watch.Pace.wait", lambda self: jobs.embedded.sleep(max(self.every, 5))
    )

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_the_exit_code_is_the_containers(shell: Shell, jobs: Jobs) -> None:
    code, out, err = shell("run", "dev", "report", "--every", "0")
    assert code == 0
    assert ": exit code 0 after 15 s." in out
    assert err == ""
    jobs.ends(exit_code=42)
    code, out, err = shell("run", "dev", "report", "--every", "0")
    assert code == 42
    assert "failed: exit code 42\nEssentialContainerExited" in err
    assert "Next: python -m operate logs dev report --task " in err


def test_words_after_two_dashes_are_the_command(shell: Shell, jobs: Jobs) -> None:
    sent: list[dict[str, Any]] = []
    jobs.notes("ecs", "RunTask", sent)
    code, _, _ = shell(
        "run", "dev", "report", "--env", "A=1", "--env", "B=2", "--every", "0", "--", "sh", "-c", "exit --now"
    )
    (override,) = sent[0]["overrides"]["containerOverrides"]
    assert code == 0
    assert override["command"] == ["sh", "-c", "exit --now"]
    assert [each["name"] for each in override["environment"]] == ["A", "B"]


def test_one_document_on_stdout_and_all_else_beside_it(shell: Shell, jobs: Jobs) -> None:
    jobs.ends(exit_code=3)
    code, out, err = shell("run", "dev", "report", "--json", "--every", "0", "--", "x")
    document = json.loads(out)
    assert (code, document["exit_code"], document["container_exit_code"]) == (3, 3, 3)
    assert (document["environment"], document["job"], document["command"]) == ("dev", "report", ["x"])
    assert "  RUNNING  its containers run" in err
    assert "  | rehearsal: no container starts here" in err


def test_left_and_come_back_to_by_the_command_line(shell: Shell) -> None:
    code, out, _ = shell("run", "dev", "report", "--detach", "--json")
    task = json.loads(out)["task"]
    assert (code, json.loads(out)["result"]) == (0, "started")
    code, out, _ = shell("run", "dev", "report", "--attach", task, "--every", "0")
    assert code == 0
    assert f"report: task {task}: exit code 0" in out


def test_minutes_run_out(shell: Shell) -> None:
    code, _, err = shell("run", "dev", "report", "--timeout", "0.000001", "--every", "0")
    assert code == 124
    assert "UserInitiated: operate run: not done after 0 s" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("absent",), "dev has no job 'absent'."),
        (("hello",), "but a service of this name"),
        (("report", "--env", "A"), "'A' is not of the form NAME=VALUE."),
        (("report", "--detach", "--timeout", "1"), "take somebody who waits"),
    ],
)
def test_requests_that_are_wrong_are_2_and_start_nothing(
    shell: Shell, jobs: Jobs, words: tuple[str, ...], said: str
) -> None:
    before = len(jobs.tasks())
    code, out, err = shell("run", "dev", *words, "--json")
    assert (code, out) == (2, "")
    assert said in err
    assert len(jobs.tasks()) == before


def test_ctrl_c_is_130(shell: Shell, jobs: Jobs) -> None:
    jobs.interrupts("ecs", "DescribeTasks")
    code, out, err = shell("run", "dev", "report", "--json")
    assert (code, out) == (130, "")
    assert "Left alone: the task" in err


def test_nobody_is_asked_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def confirm(question: str, **_: Any) -> bool:
        asked.append(question)
        raise typer.Abort

    monkeypatch.setattr(typer, "confirm", confirm)
    for terminal in (False, True):
        monkeypatch.setattr(running, "stdin", type("Stdin", (), {"isatty": lambda _, t=terminal: t})())
        assert running.asking()("Stop?") is False
    assert asked == ["Stop?"]


def test_the_outcome_is_said_where_a_person_looks(jobs: Jobs, capsys: pytest.CaptureFixture[str]) -> None:
    show = Show(jobs.console, now=jobs.embedded.now)
    assert perform(jobs.deployed, "report", Choice(manner=jobs.manner()), as_json=False, show=show) == 0
    assert jobs.written.splitlines()[-1].endswith(": exit code 0 after 15 s.")
    assert capsys.readouterr() == ("", "")


# What else looks at jobs


def shown(jobs: Jobs, name: str | None = None, *, as_json: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=300)
    assert status(Deployed(jobs.aws), name, as_json=as_json, console=console) is ExitCode.DONE
    return out.getvalue()


def test_status_says_which_image_a_job_runs_and_when(jobs: Jobs) -> None:
    task = jobs.run_job(detach=True).task
    first = shown(jobs, "report").splitlines()
    assert first[0] == "report (job)"
    assert first[1:4] == [
        "  revision      dev-report:1, the configured one",
        "  image         123456789012.dkr.ecr.eu-central-1.amazonaws.com/dev/report:1.2",
        "  command       python -m report",
    ]
    assert first[4:7] == [
        "  starts        nightly: cron(0 2 * * ? *) Europe/Berlin",
        "                often: rate(5 minutes), runs python -m quick, paused",
        "                once: at(2027-01-31T18:30:00) Europe/Berlin",
    ]
    (runs,) = [line for line in first if line.startswith("  runs ")]
    assert f"{task}  dev-report:1  PROVISIONING, by run/report" in runs
    jobs.run_job(attach=task)
    (last,) = [line for line in shown(jobs, "report").splitlines() if line.startswith("  last task ")]
    assert f"{task}  dev-report:1  exit code 0, by run/report" in last


def test_status_of_everything_has_services_and_jobs(jobs: Jobs) -> None:
    document = json.loads(shown(jobs, as_json=True))
    assert [each["name"] for each in document["services"]] == ["hello"]
    report, seed = document["jobs"]
    assert (report["name"], report["revision"], report["command"]) == (
        "report",
        "dev-report:1",
        ["python", "-m", "report"],
    )
    assert report["schedules"][1] == {
        "name": "often",
        "expression": "rate(5 minutes)",
        "time_zone": "UTC",
        "command": ["python", "-m", "quick"],
        "enabled": False,
    }
    assert seed["image"].endswith("/dev/hello:7")
    assert (seed["schedules"], seed["running"], seed["last"], seed["command"]) == ([], [], None, [])
    text = shown(jobs)
    assert "hello\nThe stack dev-hello does not exist" in text
    assert "seed (job)\n" in text
    assert "  starts        when somebody starts it\n" in text
    assert "  last task     none that ECS remembers\n" in text


def test_status_of_a_job_that_failed(jobs: Jobs) -> None:
    jobs.ends(exit_code=None, reason="CannotPullContainerError: x", said="Task failed to start", ran=False)
    jobs.run_job()
    last = json.loads(shown(jobs, "report", as_json=True))["jobs"][0]["last"]
    assert (last["exit_code"], last["reason"]) == (None, "Task failed to start")
    (line,) = [each for each in shown(jobs, "report").splitlines() if each.startswith("  last task ")]
    assert "never started, CannotPullContainerError: x, by run/report: Task failed to start" in line


def test_status_of_a_job_that_somebody_stopped(jobs: Jobs) -> None:
    jobs.ends(exit_code=0, stop_code="UserInitiated", said="Task stopped by user")
    jobs.run_job()
    last = json.loads(shown(jobs, "report", as_json=True))["jobs"][0]["last"]
    assert (last["exit_code"], last["stop_code"]) == (0, "UserInitiated")
    (line,) = [each for each in shown(jobs, "report").splitlines() if each.startswith("  last task ")]
    assert line.endswith("exit code 0, by run/report: Task stopped by user")


def test_the_last_task_is_found_on_whichever_page(jobs: Jobs) -> None:
    jobs.run_job()
    found = jobs.run_job().task
    stopped = jobs.embedded.client("ecs").list_tasks(cluster="dev", desiredStatus="STOPPED")["taskArns"]
    first = [each for each in stopped if not each.endswith(found)]

    def page(params: dict[str, Any], **_: Any) -> Any:
        asked = json.loads(params["body"])
        if asked["desiredStatus"] == "RUNNING":
            return AWSResponse("", 200, {}, None), {"taskArns": []}
        rest = [each for each in stopped if each.endswith(found)]
        answer = {"taskArns": rest} if "nextToken" in asked else {"taskArns": first, "nextToken": "2"}
        return AWSResponse("", 200, {}, None), answer

    jobs._before("ecs", "ListTasks", page)
    assert json.loads(shown(jobs, "report", as_json=True))["jobs"][0]["last"]["task"] == found


def test_status_of_a_job_that_is_not_deployed(jobs: Jobs) -> None:
    later = jobs.aws.environment.jobs[0].model_copy(update={"name": "later"})
    jobs.aws.environment = jobs.aws.environment.model_copy(update={"jobs": (later,), "services": ()})
    document = json.loads(shown(jobs, as_json=True))
    assert document["jobs"] == [
        {
            "name": "later",
            "problem": "The stack dev-later does not exist in eu-central-1.",
            "next": "make deploy ENV=dev",
        }
    ]


def test_status_that_aws_refuses_for_a_job_is_a_failure_for_ci(jobs: Jobs) -> None:
    jobs.aws.environment = jobs.aws.environment.model_copy(update={"services": ()})
    console = Console(file=io.StringIO())
    assert status(Deployed(jobs.aws), None, as_json=True, console=console) is ExitCode.DONE
    jobs.fails("ecs", "ListTasks", "AccessDeniedException")
    assert status(Deployed(jobs.aws), None, as_json=True, console=console) is ExitCode.FAILED


def test_doctor_looks_at_the_images_of_jobs(jobs: Jobs) -> None:
    found = {each.name: each for each in doctor.examine(Deployed(jobs.aws))}
    assert found["report image"].verdict.value == "ok"
    assert found["report image"].says.startswith("1.2 (sha256:")
    assert found["seed image"].says.endswith("is in dev/hello, for ARM64")
    jobs.answers("ecr", "BatchGetImage", {"images": [], "failures": []})
    gone = {each.name: each for each in doctor.examine(Deployed(jobs.aws))}
    assert gone["report image"].verdict.value == "refused"
    assert "There is no image dev/report:1.2" in gone["report image"].says


def test_the_image_of_a_job_is_looked_for_before_a_deployment(jobs: Jobs) -> None:
    assert missing_images(jobs.deployed, ["report", "seed"], carry=True) == []
    jobs.answers("ecr", "BatchGetImage", {"images": [], "failures": []})
    (missing,) = missing_images(jobs.deployed, ["report", "seed"], carry=True)
    assert missing.says.startswith("report is to run dev/report:1.2, and there is no such image")


def test_an_image_is_copied_to_a_job_that_has_a_repository(jobs: Jobs) -> None:
    with pytest.raises(OperateError, match="dev has no service 'seed'") as refused:
        copy_image(jobs.deployed, "public.ecr.aws/nginx/nginx:1.27", "seed", tag=None, say=print)
    assert refused.value.next_step == "one of: hello, report."


def test_the_stacks_of_jobs_are_the_environments(jobs: Jobs) -> None:
    assert jobs.deployed.stacks() == [
        "dev-network",
        "dev-platform",
        "dev-registry",
        "dev-report",
        "dev-seed",
    ]


def test_starting_up_loads_no_aws_cdk_and_takes_no_time() -> None:
    code = (
        "import sys, operate.cli, operate.running.run, operate.running.start\n"
        "print([each for each in ('aws_cdk', 'jsii', 'stacks') if each in sys.modules])"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
