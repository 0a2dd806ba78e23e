"""A release that fails: the reason, what the tasks said, what went back, and exit code 1."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from environments.model import Environment
from operate.problem import ExitCode
from operate.releasing import commands
from operate.releasing.outcome import Outcome
from operate.releasing.release import Choice
from tests.operate.rehearsed import LOG_GROUP, Rehearsed, rehearsed

EXITED = "Essential container in task exited"


@pytest.fixture
def hello(dev: Environment) -> Iterator[Rehearsed]:
    with rehearsed(dev) as service:
        service.configure()
        yield service


def release(hello: Rehearsed, **choice: Any) -> Outcome:
    return hello.run(commands.releasing(Choice(**choice), hello.pace))


def alarm_in_the_canary(hello: Rehearsed) -> None:
    """The alarm fires at the first look that finds the new tasks with traffic."""

    def fire() -> None:
        if hello.stack.weights() == (80, 20):
            hello.stack.alarm("ALARM")

    hello.asked("codedeploy", "GetDeployment", fire)


def stopped_task(hello: Rehearsed, *, exit_code: int, lines: list[str], reason: str = EXITED) -> None:
    """What ECS and its log remember of a task of the new revision."""
    arn = "arn:aws:ecs:eu-central-1:123456789012:task/dev/4711"
    logs = hello.embedded.client("logs")
    logs.create_log_stream(logGroupName=LOG_GROUP, logStreamName="hello/app/4711")
    now = int(datetime.now(UTC).timestamp() * 1000)
    events = [{"timestamp": now + number, "message": line} for number, line in enumerate(lines)]
    logs.put_log_events(logGroupName=LOG_GROUP, logStreamName="hello/app/4711", logEvents=events)
    task = {
        "taskArn": arn,
        "taskDefinitionArn": hello.service.task_definition,
        "stoppedReason": reason,
        "containers": [{"name": "app", "exitCode": exit_code}],
    }
    hello.answers("ecs", "ListTasks", {"taskArns": [arn]})
    hello.answers("ecs", "DescribeTasks", {"tasks": [task]})


def test_an_alarm_stops_it_and_traffic_goes_back(hello: Rehearsed) -> None:
    alarm_in_the_canary(hello)
    outcome = release(hello)
    assert (outcome.result, hello.stack.weights(), hello.stack.primary()) == ("stopped", (100, 0), "hello:1")
    assert outcome.problem is not None
    assert outcome.problem.code is ExitCode.FAILED
    assert outcome.problem.problem.startswith("The release of hello:2 was stopped: ALARM_ACTIVE: ")
    assert "Activated alarms: <errors>" in outcome.problem.problem
    assert outcome.problem.cause == (
        "an alarm of the service fired while the new tasks took traffic; "
        "make status ENV=dev SERVICE=hello shows which."
    )
    assert outcome.rollback is not None
    assert outcome.notes[-1] == (
        f"Rolled back by {outcome.rollback}: all traffic is with the old tasks. hello:1 serves as before."
    )
    assert outcome.notes[-1] in hello.written


def test_a_rollback_that_is_named_a_few_looks_later_is_waited_for(hello: Rehearsed) -> None:
    alarm_in_the_canary(hello)
    looks: list[int] = []

    def not_yet(answer: dict[str, Any]) -> None:
        info = answer["deploymentInfo"]
        if info["status"] == "Stopped" and len(looks) < 3:
            looks.append(1)
            info.pop("rollbackInfo", None)

    hello.changes("codedeploy", "GetDeployment", not_yet)
    outcome = release(hello)
    assert len(looks) == 3
    assert outcome.notes[-1].startswith(f"Rolled back by {outcome.rollback}: ")


def test_a_failing_hook_is_named(hello: Rehearsed) -> None:
    hello.with_hooks(AfterAllowTestTraffic="there-is-no-such-function")
    outcome = release(hello)
    assert outcome.result == "failed"
    assert outcome.problem is not None
    assert "The Lambda function there-is-no-such-function does not exist." in outcome.problem.problem
    assert any(note.startswith("AfterAllowTestTraffic failed: ") for note in outcome.notes)
    assert hello.stack.weights() == (100, 0)


def test_stopped_tasks_say_why(hello: Rehearsed) -> None:
    hello.with_hooks(AfterAllowTestTraffic="there-is-no-such-function")
    stopped_task(hello, exit_code=137, lines=["starting", "MemoryError"])
    outcome = release(hello)
    assert "task 4711 stopped: Essential container in task exited" in outcome.notes
    said = "  app: exit code 137 (killed, by want of memory or because it did not stop in time)"
    assert said in outcome.notes
    assert outcome.notes[outcome.notes.index(said) + 1 :][:2] == ["  | starting", "  | MemoryError"]
    assert "  | MemoryError" in hello.written
    assert outcome.problem is not None
    assert outcome.problem.cause == "the program ended; its last lines say why."


def test_tasks_of_another_revision_are_not_blamed(hello: Rehearsed) -> None:
    hello.with_hooks(AfterAllowTestTraffic="there-is-no-such-function")
    stopped_task(hello, exit_code=1, lines=["x"])
    hello.configure()
    assert not [note for note in release(hello).notes if "4711" in note]


def test_tasks_that_the_rollback_ends_are_not_blamed(hello: Rehearsed) -> None:
    alarm_in_the_canary(hello)
    scaled = "Scaling activity initiated by (deployment ecs-svc/1)"
    stopped_task(hello, exit_code=143, lines=["x"], reason=scaled)
    assert not [note for note in release(hello).notes if "4711" in note]


def test_tasks_that_died_before_an_alarm_are_named(hello: Rehearsed) -> None:
    alarm_in_the_canary(hello)
    stopped_task(hello, exit_code=1, lines=["x"])
    assert f"task 4711 stopped: {EXITED}" in release(hello).notes


def test_without_the_right_to_read_tasks_the_reason_stays(hello: Rehearsed) -> None:
    hello.with_hooks(AfterAllowTestTraffic="there-is-no-such-function")
    hello.fails("ecs", "ListTasks", "AccessDeniedException", message="ecs:ListTasks")
    outcome = release(hello)
    assert (
        "The stopped tasks cannot be read: Not allowed: list the stopped tasks. ecs:ListTasks"
        in outcome.notes
    )
    assert outcome.result == "failed"


def test_a_group_that_rolls_nothing_back(dev: Environment) -> None:
    with rehearsed(dev, AutoRollbackConfiguration={"Enabled": False}) as hello:
        hello.configure()
        alarm_in_the_canary(hello)
        outcome = release(hello)
    assert outcome.rollback is None
    assert outcome.notes[-1].startswith("CodeDeploy made no rollback")


def test_nobody_approves_in_time(dev: Environment) -> None:
    approval = {
        "DeploymentReadyOption": {"ActionOnTimeout": "STOP_DEPLOYMENT", "WaitTimeInMinutes": 30},
        "TerminateBlueInstancesOnDeploymentSuccess": {"Action": "KEEP_ALIVE"},
    }
    with rehearsed(dev, BlueGreenDeploymentConfiguration=approval) as hello:
        hello.configure()
        assert release(hello).result == "waits for approval"
        outcome = hello.run(commands.watching(hello.pace))
    assert outcome.problem is not None
    assert "TIMEOUT" in outcome.problem.problem
    assert outcome.problem.cause == "the new tasks did not become healthy, or nobody approved, in time."
