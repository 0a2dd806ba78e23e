"""What goes wrong on the way: AWS starts nothing, is silent, forgets; a person leaves; the time runs out."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError

from operate.problem import ExitCode, OperateError
from tests.operate.running.jobs import TASK, Jobs

AGAIN = "python -m operate run dev report"


@pytest.mark.parametrize(
    ("failure", "says", "cause"),
    [
        (
            {"reason": "Capacity is unavailable at this time. Please try again later"},
            "Capacity is unavailable at this time. Please try again later",
            "Fargate has no room in these zones now.",
        ),
        (
            {"reason": "AGENT", "arn": "x"},
            "AGENT",
            "the agent of the chosen machine is not connected, which happens now and then.",
        ),
        (
            {"reason": "RESOURCE:ENI", "detail": "none left"},
            "RESOURCE:ENI (none left)",
            "no network interface or address is free.",
        ),
        ({"reason": "RESOURCE:MEMORY"}, "RESOURCE:MEMORY", "no machine has this much left."),
        ({"reason": "MISSING"}, "MISSING", "what the call names is not there."),
        ({"reason": "NEW"}, "NEW", None),
        (None, "no reason given", None),
    ],
)
def test_ecs_starts_nothing(jobs: Jobs, failure: dict[str, Any] | None, says: str, cause: str | None) -> None:
    jobs.answers("ecs", "RunTask", {"tasks": [], "failures": [failure] if failure else []})
    with pytest.raises(OperateError) as failed:
        jobs.run_job()
    assert failed.value.problem == f"ECS did not start a task of dev-report:1: {says}"
    assert failed.value.cause == cause
    assert str(failed.value.next_step).endswith(f"{AGAIN} tries again.")
    assert failed.value.code is ExitCode.FAILED


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("ClusterNotFoundException", "there is no such cluster"),
        ("PlatformTaskDefinitionIncompatibilityException", "Fargate's platform version lacks"),
        ("BlockedException", "AWS has blocked the account"),
    ],
)
def test_ecs_refuses(jobs: Jobs, code: str, cause: str) -> None:
    jobs.fails("ecs", "RunTask", code, message="No.")
    with pytest.raises(
        OperateError, match=f"AWS refused to start a task of dev-report:1: No. .{code}"
    ) as failed:
        jobs.run_job()
    assert str(failed.value.cause).startswith(cause)
    assert failed.value.next_step
    assert failed.value.code is ExitCode.FAILED


def test_whoever_may_not_is_told_what_it_takes(jobs: Jobs) -> None:
    jobs.fails("ecs", "RunTask", "AccessDeniedException", message="You are not authorized")
    with pytest.raises(OperateError, match="Not allowed: start a task of dev-report:1") as failed:
        jobs.run_job()
    assert "operate/actions.py" in str(failed.value.next_step)


def test_throttled_and_lost_looks_are_survived(jobs: Jobs) -> None:
    jobs.fails("ecs", "DescribeTasks", "ThrottlingException", message="Rate exceeded", times=3)
    assert jobs.run_job().code == 0
    assert "What was started goes on; asking again." in jobs.written
    assert "AWS answers again, after 15 s." in jobs.written
    jobs.heal()
    jobs.loses("ecs", "DescribeTasks", ConnectTimeoutError(endpoint_url="https://ecs"), times=2)
    assert jobs.run_job().code == 0


def test_a_silence_of_ten_minutes_is_the_end_of_the_command_not_of_the_task(jobs: Jobs) -> None:
    jobs.fails("ecs", "DescribeTasks", "ThrottlingException", message="Rate exceeded")
    with pytest.raises(OperateError, match="throttles") as failed:
        jobs.run_job()
    assert f"{AGAIN} --attach " in str(failed.value.next_step)
    assert failed.value.code is ExitCode.FAILED


def test_credentials_that_end_meanwhile_do_not_stop_it(jobs: Jobs) -> None:
    jobs.fails("ecs", "DescribeTasks", "ExpiredTokenException")
    with pytest.raises(OperateError, match="expired") as failed:
        jobs.run_job()
    assert f"{AGAIN} --attach " in str(failed.value.next_step)


def test_a_task_that_ecs_does_not_show_at_once(jobs: Jobs) -> None:
    seen: list[int] = []

    def hide(parsed: dict[str, Any]) -> None:
        seen.append(1)
        if len(seen) < 4:
            parsed["tasks"] = []

    jobs.changes("ecs", "DescribeTasks", hide)
    assert jobs.run_job().code == 0
    assert len(seen) > 4


def test_a_task_that_ecs_never_shows(jobs: Jobs) -> None:
    jobs.answers("ecs", "DescribeTasks", {"tasks": [], "failures": [{"reason": "MISSING"}]})
    began = jobs.embedded.now()
    with pytest.raises(OperateError, match="ECS does not know the task") as failed:
        jobs.run_job()
    assert (jobs.embedded.now() - began).total_seconds() == 60
    assert failed.value.code is ExitCode.FAILED


def test_a_log_that_nobody_may_read_is_no_duty(jobs: Jobs) -> None:
    jobs.fails("logs", "GetLogEvents", "AccessDeniedException")
    assert jobs.run_job().code == 0
    assert "  | " not in jobs.written


def test_a_long_log_is_read_page_by_page(jobs: Jobs) -> None:
    pages = {None: (["1", "2"], "a"), "a": (["3"], "b"), "b": ([], "b")}
    asked: list[dict[str, Any]] = []

    def answer(params: dict[str, Any], **_: Any) -> Any:
        asked.append(json.loads(params["body"]))
        texts, token = pages[asked[-1].get("nextToken")]
        events = [{"message": f"{text}\n"} for text in texts]
        return AWSResponse("", 200, {}, None), {"events": events, "nextForwardToken": token}

    jobs._before("logs", "GetLogEvents", answer)
    jobs.run_job()
    told = [line for line in jobs.written.splitlines() if line.startswith("  | ")]
    assert told == ["  | 1", "  | 2", "  | 3"]
    # All pages at the first look, before the next phase; and nothing new at the next ones.
    assert jobs.written.index("  | 3") < jobs.written.index("  PENDING")
    assert [each.get("nextToken") for each in asked[:4]] == [None, "a", "b", "b"]
    assert {each["logGroupName"] for each in asked} == {"/ecs/dev/report"}


def test_a_log_does_not_get_to_paint_the_terminal(jobs: Jobs) -> None:
    event = {"message": "\x1b[2Jdone\r\n  at line 2\r\n"}
    jobs.answers("logs", "GetLogEvents", {"events": [event], "nextForwardToken": None})
    jobs.run_job()
    told = [line for line in jobs.written.split("\n") if line.startswith("  | ")]
    assert told[:2] == [r"  | \x1b[2Jdone", "  |   at line 2"]


# Ctrl-C


def pressing(jobs: Jobs, *at: int) -> list[int]:
    """Ctrl-C at these looks."""
    looks: list[int] = []

    def press() -> None:
        looks.append(len(looks) + 1)
        if looks[-1] in at:
            raise KeyboardInterrupt

    jobs.asked("ecs", "DescribeTasks", press)
    return looks


def status(jobs: Jobs) -> tuple[str, str]:
    jobs.heal()
    newest = max(jobs.tasks(), key=lambda each: each["createdAt"])
    return newest["lastStatus"], newest.get("stoppedReason") or ""


def test_ctrl_c_leaves_the_task_alone_and_says_how_to_come_back(jobs: Jobs) -> None:
    pressing(jobs, 2)
    with pytest.raises(OperateError, match=r"Left alone: the task .* goes on\.") as left:
        jobs.run_job()
    assert left.value.code is ExitCode.INTERRUPTED
    assert f"{AGAIN} --attach " in str(left.value.next_step)
    assert "aws ecs stop-task --region eu-central-1 --cluster dev --task " in str(left.value.next_step)
    assert status(jobs)[0] == "PENDING"


@pytest.mark.parametrize(
    "manner", [{"stop_on_interrupt": True}, {"ask": lambda _: True}], ids=["option", "person"]
)
def test_ctrl_c_stops_it_where_that_is_wanted(jobs: Jobs, manner: dict[str, Any]) -> None:
    pressing(jobs, 2)
    outcome = jobs.run_job(manner=jobs.manner(**manner))
    assert (outcome.result, outcome.code) == ("interrupted", ExitCode.INTERRUPTED)
    assert (outcome.stop_code, outcome.reason) == ("UserInitiated", "operate run: interrupted")
    assert outcome.problem is not None
    assert outcome.problem.cause is None
    assert "CloudTrail" not in str(outcome.problem)
    assert "stopping the task" in jobs.written
    assert status(jobs) == ("STOPPED", "operate run: interrupted")


def test_a_person_is_asked_what_becomes_of_the_task(jobs: Jobs) -> None:
    asked: list[str] = []

    def no(question: str) -> bool:
        asked.append(question)
        return False

    pressing(jobs, 2)
    with pytest.raises(OperateError, match="goes on"):
        jobs.run_job(manner=jobs.manner(ask=no))
    (question,) = asked
    assert question.startswith("Stop the task ")
    assert question.endswith("? Otherwise it goes on.")


def _impatient(_: str) -> bool:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("at", "ask", "says"), [((2,), _impatient, "goes on"), ((2, 3), lambda _: True, "is being stopped")]
)
def test_ctrl_c_twice_leaves(jobs: Jobs, at: tuple[int, ...], ask: Callable[[str], bool], says: str) -> None:
    pressing(jobs, *at)
    with pytest.raises(OperateError, match=f"Left alone: the task .* {says}.") as left:
        jobs.run_job(manner=jobs.manner(ask=ask))
    assert left.value.code is ExitCode.INTERRUPTED


def test_ctrl_c_after_the_end_changes_nothing_of_it(jobs: Jobs) -> None:
    stopped: list[dict[str, Any]] = []
    jobs.notes("ecs", "StopTask", stopped)
    ended: list[str] = []

    def press_at_the_end(seconds: float) -> None:
        if seconds < 5:  # the wait for the last lines of the log is shorter than one between two looks
            ended.append("pressed")
            raise KeyboardInterrupt
        jobs.embedded.sleep(seconds)

    manner = jobs.manner(stop_on_interrupt=True)
    outcome = jobs.run_job(manner=replace(manner, pace=replace(manner.pace, sleep=press_at_the_end)))
    assert ended == ["pressed"]
    assert (outcome.result, outcome.code) == ("succeeded", 0)
    assert stopped == []


def test_ctrl_c_while_ecs_is_asked_says_that_a_task_may_run(jobs: Jobs) -> None:
    jobs.interrupts("ecs", "RunTask")
    with pytest.raises(OperateError, match="asked to start a task of dev-report:1: it may run") as left:
        jobs.run_job()
    assert left.value.next_step == "python -m operate status dev report shows whether it does."
    assert left.value.code is ExitCode.INTERRUPTED


# Time


def test_a_task_that_takes_too_long_is_stopped(jobs: Jobs) -> None:
    stopped: list[dict[str, Any]] = []
    jobs.notes("ecs", "StopTask", stopped)
    outcome = jobs.run_job(manner=jobs.manner(timeout_seconds=20))
    assert (outcome.result, outcome.code) == ("timed out", 124)
    assert outcome.reason == "operate run: not done after 20 s"
    assert "not done after 20 s: stopping the task" in jobs.written
    assert [each["cluster"] for each in stopped] == ["dev"]


def test_a_throttled_stop_is_asked_for_again(jobs: Jobs) -> None:
    jobs.fails("ecs", "StopTask", "ThrottlingException", message="Rate exceeded", times=1)
    outcome = jobs.run_job(manner=jobs.manner(timeout_seconds=10))
    assert (outcome.code, outcome.stop_code) == (124, "UserInitiated")
    assert jobs.written.count("not done after 10 s: stopping the task") == 1


def test_whoever_may_not_stop_it_is_told_that_it_goes_on(jobs: Jobs) -> None:
    jobs.fails("ecs", "StopTask", "AccessDeniedException", message="You are not authorized")
    with pytest.raises(OperateError, match="Not allowed: stop the task ") as failed:
        jobs.run_job(manner=jobs.manner(timeout_seconds=10))
    assert f"then {AGAIN} --attach " in str(failed.value.next_step)
    assert failed.value.code is ExitCode.FAILED


def test_the_time_of_a_task_that_is_in_time_does_not_matter(jobs: Jobs) -> None:
    assert jobs.run_job(manner=jobs.manner(timeout_seconds=60)).code == 0


def test_a_task_that_ends_slowly_is_asked_once(jobs: Jobs) -> None:
    stopped: list[dict[str, Any]] = []
    jobs.notes("ecs", "StopTask", stopped)
    jobs.answers("ecs", "StopTask", {"task": {"taskArn": TASK}})
    # It ends by itself at 30 seconds: what matters is that it was told to.
    assert jobs.run_job(manner=jobs.manner(timeout_seconds=10)).code == 124
    assert len(stopped) == 1
