"""The one-off command before traffic: a task of the new revision, its log, and exit 0 or no release."""

from collections.abc import Iterator
from typing import Any

import pytest

from environments.model import Environment
from operate.problem import ExitCode, OperateError
from operate.releasing import commands
from operate.releasing.outcome import Outcome
from operate.releasing.release import Choice
from tests.operate.rehearsed import LOG_GROUP, Rehearsed, rehearsed

WORDS = ("python", "-m", "migrate")
TASK = "arn:aws:ecs:eu-central-1:123456789012:task/dev/4711"


@pytest.fixture
def hello(dev: Environment) -> Iterator[Rehearsed]:
    with rehearsed(dev, migration=WORDS) as service:
        service.configure()
        yield service


def release(hello: Rehearsed, **choice: Any) -> Outcome:
    return hello.run(commands.releasing(Choice(**choice), hello.pace))


def ends_with(
    hello: Rehearsed, *, exit_code: int | None, reason: str = "", stopped: str = "Essential"
) -> None:
    container: dict[str, Any] = {"name": "app", "reason": reason}
    if exit_code is not None:
        container["exitCode"] = exit_code
    task = {
        "taskArn": TASK,
        "taskDefinitionArn": hello.service.task_definition,
        "lastStatus": "STOPPED",
        "stoppedReason": stopped,
        "containers": [{"name": "sidecar", "exitCode": 1}, container],
    }
    hello.answers("ecs", "DescribeTasks", {"tasks": [task]})


def refused(hello: Rehearsed) -> OperateError:
    with pytest.raises(OperateError) as failed:
        release(hello)
    assert hello.live.under_way is None
    assert hello.stack.weights() == (100, 0)
    assert failed.value.code is ExitCode.FAILED
    return failed.value


def test_it_runs_before_the_deployment_and_shows_its_log(hello: Rehearsed) -> None:
    assert release(hello).result == "released"
    lines = hello.written.splitlines()
    said = [line for line in lines if line.startswith(("migration:", "  |", "deployment:"))]
    (task,) = hello.one_off_tasks()
    id_ = task["taskArn"].rpartition("/")[2]
    assert said[0] == f"migration: task {id_} of hello:2 runs 'python -m migrate' with v1"
    # What the rehearsal writes into the log in place of a program.
    assert said[1].endswith("not run: python -m migrate")
    assert said[2].startswith("migration: done after ")
    assert said[2].endswith(", exit code 0")
    assert said[3].startswith("deployment: d-")
    assert len(said) == 4


def test_tasks_that_came_with_the_stack_had_none_and_that_is_said(dev: Environment) -> None:
    hint = "its migration has not run: docs/releasing.md"
    with rehearsed(dev, migration=WORDS) as hello:
        first = release(hello)
        assert first.result == "already live"
        assert hint in first.says.partition("\n")[0]
        hello.configure()
        release(hello)
        assert hint not in release(hello).says
    with rehearsed(dev) as hello:
        assert hint not in release(hello).says


def test_it_is_a_task_of_the_new_revision_in_the_same_place(hello: Rehearsed) -> None:
    sent: list[dict[str, Any]] = []
    hello.notes("ecs", "RunTask", sent)
    release(hello)
    assert sent[0] == {
        "cluster": "dev",
        "taskDefinition": hello.service.task_definition,
        "count": 1,
        "launchType": "FARGATE",
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": list(hello.service.subnets),
                "securityGroups": [hello.service.security_group],
                "assignPublicIp": "DISABLED",
            }
        },
        "overrides": {"containerOverrides": [{"name": "app", "command": list(WORDS)}]},
        "startedBy": "migration/hello",
        "propagateTags": "TASK_DEFINITION",
        # botocore's own, so that a repeated call starts no second task.
        "clientToken": sent[0]["clientToken"],
    }


def test_a_forced_release_of_the_same_revision_runs_none(hello: Rehearsed) -> None:
    release(hello)
    hello.run(commands.finishing(hello.pace))
    release(hello, force=True)
    assert len(hello.one_off_tasks()) == 1


def test_another_exit_code_is_the_end_of_the_release(hello: Rehearsed) -> None:
    ends_with(hello, exit_code=3)
    error = refused(hello)
    assert error.problem == (
        "The migration of hello:2 failed: app: exit code 3. Essential\n"
        "Nothing was released; the old tasks serve as before."
    )
    assert str(error.next_step).startswith(f"its log is in {LOG_GROUP}; put it right")


def test_a_container_that_never_started_is_no_success(hello: Rehearsed) -> None:
    ends_with(hello, exit_code=None, reason="CannotPullContainerError: pull image manifest: not found")
    error = refused(hello)
    assert "app: never started, CannotPullContainerError" in error.problem
    assert str(error.cause).startswith("the image is gone from the repository")


def test_a_task_that_ecs_forgot_is_no_success(hello: Rehearsed) -> None:
    hello.answers("ecs", "DescribeTasks", {"tasks": []})
    assert "does not know the migration's task" in refused(hello).problem


def test_a_task_that_ecs_does_not_show_at_once(hello: Rehearsed) -> None:
    seen: list[int] = []

    def hide(parsed: dict[str, Any]) -> None:
        seen.append(1)
        if len(seen) == 1:
            parsed["tasks"] = []

    hello.changes("ecs", "DescribeTasks", hide)
    assert release(hello).result == "released"
    assert len(seen) > 1


def test_a_task_that_ecs_does_not_start(hello: Rehearsed) -> None:
    failure = {"reason": "RESOURCE:ENI", "arn": "x"}
    hello.answers("ecs", "RunTask", {"tasks": [], "failures": [failure]})
    error = refused(hello)
    assert error.problem == "ECS did not start the migration of hello:2: RESOURCE:ENI"
    assert error.cause == "no network interface or address is free."
    assert str(error.next_step).endswith("tries again; nothing was released.")


def test_who_started_it_is_the_only_filter_as_ecs_demands(hello: Rehearsed) -> None:
    asked: list[dict[str, Any]] = []
    hello.notes("ecs", "ListTasks", asked)
    release(hello)
    (own,) = [each for each in asked if "startedBy" in each]
    assert own == {"cluster": "dev", "startedBy": "migration/hello"}


def test_a_migration_of_another_revision_is_not_joined(hello: Rehearsed) -> None:
    hello.answers("ecs", "ListTasks", {"taskArns": [TASK]})
    other = {"taskArn": TASK, "taskDefinitionArn": "x/hello:9", "lastStatus": "RUNNING"}
    hello.answers("ecs", "DescribeTasks", {"tasks": [other]})
    with pytest.raises(OperateError, match="A migration of hello:9 is under way: task 4711") as busy:
        release(hello)
    assert "aws ecs stop-task --cluster dev --task 4711" in str(busy.value.next_step)
    assert busy.value.code is ExitCode.REFUSED


def test_a_migration_without_a_readable_log_still_counts(hello: Rehearsed) -> None:
    hello.fails("logs", "GetLogEvents", "ResourceNotFoundException")
    assert release(hello).result == "released"


def test_a_throttled_look_at_the_migration_is_waited_for(hello: Rehearsed) -> None:
    hello.fails("ecs", "DescribeTasks", "ThrottlingException", message="Rate exceeded", times=2)
    assert release(hello).result == "released"
    assert "AWS answers again" in hello.written
