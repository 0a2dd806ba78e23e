"""How a task can end, by the answers that ECS documents: the command's exit code, and what a person reads."""

from typing import Any

import pytest

from operate.running.outcome import Outcome
from tests.operate.running.jobs import Jobs

LOG = "python -m operate logs dev report --task {task} --since 1d shows its log."


def problem(outcome: Outcome) -> tuple[str, str | None, str]:
    """What is said of it."""
    assert outcome.problem is not None
    return (
        outcome.problem.problem.replace(outcome.task, "4711"),
        outcome.problem.cause,
        str(outcome.problem.next_step).replace(outcome.task, "4711"),
    )


@pytest.mark.parametrize(
    ("code", "cause", "do"),
    [
        (1, "the program's own word for a failure.", "read its last lines; "),
        (3, None, ""),
        (
            126,
            "the command could not be executed: built for another processor, or not executable.",
            "compare `architecture` with the image's platform; chmod +x; ",
        ),
        (127, "the command was not found.", "correct the command, or the image's PATH; "),
        (
            139,
            "crashed (segmentation fault).",
            "a native library for another processor or system is usual; ",
        ),
        (255, None, ""),
    ],
)
def test_the_containers_exit_code_is_the_commands(jobs: Jobs, code: int, cause: str | None, do: str) -> None:
    jobs.ends(exit_code=code)
    outcome = jobs.run_job()
    assert (outcome.result, outcome.code, outcome.exit_code) == ("failed", code, code)
    assert problem(outcome) == (
        f"report: task 4711 failed: exit code {code}\n"
        "EssentialContainerExited: Essential container in task exited",
        cause,
        do + LOG.format(task="4711"),
    )


def test_want_of_memory_says_more_than_137(jobs: Jobs) -> None:
    jobs.ends(exit_code=137, reason="OutOfMemoryError: Container killed due to memory usage")
    outcome = jobs.run_job()
    says, cause, do = problem(outcome)
    assert outcome.code == 137
    assert "app: exit code 137 (killed, by want of memory or because it did not stop in time)" in says
    assert "OutOfMemoryError: Container killed" in says
    assert cause == "the container needs more memory than `memory_mib` gives it."
    assert do.startswith("a larger `memory_mib`, then deploy; ")


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("CannotPullContainerError: pull image manifest has been retried 7 time(s): not found", "the image"),
        ("ResourceInitializationError: unable to pull secrets or registry auth", "a secret, the log group"),
        ("CannotStartContainerError: Error response from daemon", "the container was made and would not"),
        ("Timeout waiting for network interface provisioning to complete.", "the subnet or the account had"),
        ("Something that nobody has seen", "a container, its image, a secret or the network was not to be"),
    ],
)
def test_a_task_that_never_started_says_why(jobs: Jobs, said: str, cause: str) -> None:
    jobs.ends(exit_code=None, said=said, stop_code="TaskFailedToStart", ran=False)
    outcome = jobs.run_job()
    assert (outcome.result, outcome.code, outcome.exit_code) == ("never started", 1, None)
    says, why, do = problem(outcome)
    assert says == f"report: task 4711 never started\nTaskFailedToStart: {said}"
    assert str(why).startswith(cause)
    assert do.endswith("; " + LOG.format(task="4711"))


def test_a_reason_that_stands_at_the_container(jobs: Jobs) -> None:
    jobs.ends(
        exit_code=None,
        reason="CannotPullContainerError: ref not found",
        stop_code="TaskFailedToStart",
        said="Task failed to start",
        ran=False,
    )
    says, cause, _ = problem(jobs.run_job())
    assert says.endswith("\napp: never started, CannotPullContainerError: ref not found")
    assert str(cause).startswith("the image is gone from the repository")


@pytest.mark.parametrize(
    ("code", "expected"),
    # A program that was asked to end, and says 0, has not done its work.
    [(0, 1), (143, 143), (137, 137)],
)
def test_a_task_that_somebody_else_stopped_is_no_success(jobs: Jobs, code: int, expected: int) -> None:
    jobs.ends(exit_code=code, stop_code="UserInitiated", said="Task stopped by user")
    outcome = jobs.run_job()
    assert (outcome.result, outcome.code, outcome.exit_code) == ("stopped", expected, code)
    says, cause, do = problem(outcome)
    assert says == f"report: task 4711 was stopped: exit code {code}\nUserInitiated: Task stopped by user"
    assert (cause, do) == (
        "somebody stopped it.",
        f"CloudTrail has StopTask with the name; {LOG.format(task='4711')}",
    )


def test_a_container_without_an_exit_code_that_had_run(jobs: Jobs) -> None:
    jobs.ends(exit_code=None, stop_code="InfrastructureHealth", said="")
    outcome = jobs.run_job()
    assert (outcome.result, outcome.code) == ("failed", 1)
    says, cause, _ = problem(outcome)
    assert says == "report: task 4711 ended without an exit code\nInfrastructureHealth: no reason given"
    assert cause == "the machine below it failed."


def test_a_container_beside_it_may_have_been_the_reason(jobs: Jobs) -> None:
    def beside(parsed: dict[str, Any]) -> None:
        for task in parsed.get("tasks", []):
            if task.get("lastStatus") == "STOPPED":
                task["containers"].insert(0, {"name": "proxy", "exitCode": 139, "reason": ""})

    jobs.ends(exit_code=143)
    jobs.changes("ecs", "DescribeTasks", beside)
    outcome = jobs.run_job()
    assert outcome.code == 143
    assert "\nproxy: exit code 139 (crashed (segmentation fault))" in problem(outcome)[0]


def test_phases_that_nobody_knows_yet_are_shown(jobs: Jobs) -> None:
    def change(parsed: dict[str, Any]) -> None:
        for task in parsed.get("tasks", []):
            if task["lastStatus"] == "RUNNING":
                task["lastStatus"] = "LEVITATING"

    jobs.changes("ecs", "DescribeTasks", change)
    assert [each.name for each in jobs.run_job().phases][-2:] == ["LEVITATING", "STOPPED"]
    assert "  LEVITATING\n" in jobs.written


def test_a_task_that_is_over_before_anybody_looks(jobs: Jobs) -> None:
    task = jobs.run_job(detach=True).task
    jobs.embedded.advance(minutes=5)
    outcome = jobs.run_job(attach=task)
    assert [each.name for each in outcome.phases] == ["STOPPED"]
    assert outcome.code == 0


def test_for_machines(jobs: Jobs) -> None:
    jobs.ends(exit_code=3)
    outcome = jobs.run_job(command=["a", "b"])
    document = outcome.as_json()
    phases = document.pop("phases")
    assert [each["name"] for each in phases] == ["PROVISIONING", "PENDING", "RUNNING", "STOPPED"]
    assert document.pop("started") < document.pop("stopped")
    assert outcome.problem is not None
    assert document == {
        "result": "failed",
        "exit_code": 3,
        "container_exit_code": 3,
        "task": outcome.task,
        "revision": "dev-report:1",
        "image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/dev/report:1.2",
        "command": ["a", "b"],
        "stop_code": "EssentialContainerExited",
        "reason": "Essential container in task exited",
        "problem": outcome.problem.problem,
        "cause": None,
        "next": LOG.format(task=outcome.task),
    }
