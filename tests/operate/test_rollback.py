"""The way back, and the waits that a person ends: what each does, and says where there is nothing to do."""

from collections.abc import Iterator
from typing import Any

import pytest

from environments.model import Environment
from operate.problem import ExitCode, OperateError
from operate.releasing import commands
from operate.releasing.commands import Command
from operate.releasing.outcome import Outcome
from operate.releasing.release import Choice
from operate.releasing.rollback import before_live
from tests.operate.rehearsed import APPROVAL, Rehearsed, rehearsed


@pytest.fixture
def hello(dev: Environment) -> Iterator[Rehearsed]:
    with rehearsed(dev) as service:
        service.configure()
        yield service


def release(hello: Rehearsed, **choice: Any) -> Outcome:
    return hello.run(commands.releasing(Choice(**choice), hello.pace))


def rollback(hello: Rehearsed) -> Outcome:
    return hello.run(commands.rolling_back(hello.pace, wait=True))


def finish(hello: Rehearsed) -> Outcome:
    return hello.run(commands.finishing(hello.pace))


def test_while_the_old_tasks_wait_going_back_takes_seconds(hello: Rehearsed) -> None:
    released = release(hello)
    began = hello.embedded.now()
    outcome = rollback(hello)
    assert (hello.embedded.now() - began).total_seconds() <= 60
    assert (outcome.result, outcome.deployment, outcome.problem) == ("rolled back", released.deployment, None)
    assert (
        outcome.says
        == f"Stopped {released.deployment}; {outcome.rollback} moved traffic back: hello:1 serves."
    )
    assert (hello.stack.weights(), hello.stack.primary()) == ((100, 0), "hello:1")
    assert f"The old tasks of {released.deployment} still run: traffic goes back" in hello.written


def test_in_the_middle_of_a_canary_it_stops_it(hello: Rehearsed) -> None:
    started = release(hello, wait=False)
    hello.embedded.advance(minutes=2)
    assert hello.stack.weights() == (80, 20)
    outcome = rollback(hello)
    assert (outcome.result, outcome.deployment) == ("rolled back", started.deployment)
    assert hello.stack.weights() == (100, 0)


@pytest.mark.parametrize("minutes", [0, 60], ids=["while the old tasks wait", "afterwards"])
def test_without_waiting_it_says_how_to_watch(hello: Rehearsed, minutes: int) -> None:
    released = release(hello)
    hello.embedded.advance(minutes=minutes)
    outcome = hello.run(commands.rolling_back(hello.pace, wait=False))
    assert outcome.result == "started"
    assert (outcome.deployment == released.deployment) == (minutes == 0)
    assert outcome.says == (f"{outcome.deployment}\nmake watch ENV=dev SERVICE=hello shows its progress.")
    hello.embedded.advance(minutes=60)
    assert hello.stack.primary() == "hello:1"


def test_afterwards_it_is_a_deployment_of_the_revision_before(hello: Rehearsed) -> None:
    release(hello)
    finish(hello)
    outcome = rollback(hello)
    assert (outcome.result, hello.stack.primary()) == ("released", "hello:1")
    assert "a new deployment brings hello:1 back, all at once and whatever alarms say" in hello.written
    info = hello.stack.info(outcome.deployment or "")
    assert info["description"] == "roll back to hello:1 in place of hello:2"
    assert info["deploymentConfigName"] == "CodeDeployDefault.ECSAllAtOnce"


def test_a_release_of_the_same_revision_is_not_what_was_before(hello: Rehearsed) -> None:
    release(hello)
    finish(hello)
    release(hello, force=True)
    finish(hello)
    rollback(hello)
    assert hello.stack.primary() == "hello:1"


def test_what_was_before_is_known_while_the_old_tasks_wait(hello: Rehearsed) -> None:
    release(hello)
    assert before_live(hello.aws, hello.live) == "hello:1"


def test_the_alarm_that_is_its_reason_does_not_undo_it(hello: Rehearsed) -> None:
    release(hello)
    finish(hello)
    hello.stack.alarm("ALARM")
    assert rollback(hello).result == "released"
    assert hello.stack.primary() == "hello:1"


def test_a_way_back_is_gone_once(hello: Rehearsed) -> None:
    release(hello)
    finish(hello)
    rollback(hello)
    finish(hello)
    with pytest.raises(OperateError, match="hello is back at hello:1 already, by d-") as refused:
        rollback(hello)
    assert refused.value.code is ExitCode.REFUSED


def test_what_code_deploy_undid_is_undone(hello: Rehearsed) -> None:
    release(hello)
    first = rollback(hello)
    with pytest.raises(OperateError) as refused:
        rollback(hello)
    assert refused.value.problem == (
        f"hello is back at hello:1 already: {first.rollback} undid {first.deployment}."
    )


def test_without_an_earlier_release_there_is_no_way_back(hello: Rehearsed) -> None:
    with pytest.raises(OperateError, match="No earlier release of hello is known") as refused:
        rollback(hello)
    assert 'make release ENV=dev SERVICE=hello ARGS="--image ..."' in str(refused.value.next_step)


def test_a_release_by_other_hands_is_undone_too(hello: Rehearsed) -> None:
    release(hello)
    finish(hello)
    hello.stack.start(hello.configure())
    hello.embedded.advance(minutes=30)
    assert hello.stack.primary() == "hello:3"
    assert rollback(hello).revision == f"{hello.service.task_definition.rpartition(':')[0]}:2"


def test_a_revision_that_is_gone_cannot_come_back(hello: Rehearsed) -> None:
    release(hello)
    finish(hello)
    hello.embedded.client("ecs").deregister_task_definition(taskDefinition="hello:1")
    with pytest.raises(OperateError, match="The revision before, hello:1, is INACTIVE") as refused:
        rollback(hello)
    assert refused.value.next_step == 'make release ENV=dev SERVICE=hello ARGS="--image v1"'


def test_a_revision_whose_image_is_gone_cannot_come_back(hello: Rehearsed) -> None:
    hello.push("v2")
    hello.configure("v2")
    release(hello)
    finish(hello)
    ecr = hello.embedded.client("ecr")
    ecr.batch_delete_image(repositoryName="dev/hello", imageIds=[{"imageTag": "v1"}])
    with pytest.raises(OperateError, match="There is no image dev/hello:v1"):
        rollback(hello)
    assert hello.live.under_way is None


def test_stop_moves_traffic_back(hello: Rehearsed) -> None:
    release(hello, wait=False)
    hello.embedded.advance(minutes=2)
    outcome = hello.run(commands.stopping(hello.pace))
    assert (outcome.result, hello.stack.weights()) == ("rolled back", (100, 0))


def test_stop_before_there_are_new_tasks(hello: Rehearsed) -> None:
    started = release(hello, wait=False)
    outcome = hello.run(commands.stopping(hello.pace))
    assert outcome.result == "stopped"
    assert outcome.says == (
        f"Stopped {started.deployment} before it had new tasks; nothing had to go back: hello:1 serves."
    )


def test_stop_comes_too_late(hello: Rehearsed) -> None:
    started = release(hello, wait=False)
    hello.once("codedeploy", "StopDeployment", lambda: hello.embedded.advance(minutes=30))
    with pytest.raises(OperateError) as late:
        hello.run(commands.stopping(hello.pace))
    assert late.value.problem == f"The deployment {started.deployment} has ended in the meantime."
    assert late.value.code is ExitCode.FAILED


def test_finish_ends_the_old_tasks(hello: Rehearsed) -> None:
    release(hello)
    began = hello.embedded.now()
    outcome = finish(hello)
    assert (hello.embedded.now() - began).total_seconds() <= 60
    assert outcome.says == (
        "hello:2 has all traffic (green 100 %, 1 task, after 6 min 05 s), and the old tasks have ended."
    )
    assert hello.live.under_way is None


def test_finish_believes_the_stages_where_the_flag_is_silent(hello: Rehearsed) -> None:
    release(hello)
    hello.changes("codedeploy", "BatchGetDeployments", _without_flag)
    assert finish(hello).result == "released"


def _without_flag(answer: dict[str, Any]) -> None:
    for info in answer["deploymentsInfo"]:
        info["instanceTerminationWaitTimeStarted"] = False


def test_watch_goes_on_to_the_very_end(hello: Rehearsed) -> None:
    started = release(hello, wait=False)
    outcome = hello.run(commands.watching(hello.pace))
    assert (outcome.deployment, outcome.result) == (started.deployment, "released")
    assert "the old tasks have ended" in outcome.says


def test_watch_without_a_deployment_says_what_was_last(hello: Rehearsed) -> None:
    assert hello.run(commands.watching(hello.pace)).says == (
        "hello has no deployment under way. hello:1 serves."
    )
    released = release(hello)
    finish(hello)
    assert hello.run(commands.watching(hello.pace)).says == (
        f"hello has no deployment under way. The last one, {released.deployment}, Succeeded. hello:2 serves."
    )


@pytest.mark.parametrize("later", [0, 5], ids=["while it goes back", "afterwards"])
def test_watch_tells_of_a_failure_that_nobody_saw(hello: Rehearsed, later: int) -> None:
    release(hello, wait=False)
    hello.embedded.advance(minutes=2)
    hello.stack.alarm("ALARM")
    hello.embedded.advance(minutes=later)
    outcome = hello.run(commands.watching(hello.pace))
    assert (outcome.result, outcome.says) == ("stopped", "")
    assert outcome.problem is not None
    assert outcome.problem.code is ExitCode.FAILED
    assert f"{outcome.deployment} of hello:2, was stopped: ALARM_ACTIVE" in outcome.problem.problem
    assert f"{outcome.rollback} moved traffic back; hello:1 serves." in str(outcome.problem.next_step)


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        (commands.approving, "No deployment of hello waits for approval; none is under way."),
        (commands.finishing, "No old tasks of hello wait for their end; none is under way."),
        (commands.stopping, "hello has no deployment under way."),
    ],
)
def test_nothing_to_do(hello: Rehearsed, command: Any, problem: str) -> None:
    with pytest.raises(OperateError) as refused:
        hello.run(command(hello.pace))
    assert (refused.value.problem, refused.value.code) == (problem, ExitCode.REFUSED)


def test_approve_and_finish_at_the_wrong_time_say_what_goes_on(hello: Rehearsed) -> None:
    started = release(hello, wait=False)
    with pytest.raises(
        OperateError, match=f"waits for approval: {started.deployment} is under way, and it is"
    ):
        hello.run(commands.approving(hello.pace))
    with pytest.raises(OperateError, match="No old tasks of hello wait for their end: d-"):
        finish(hello)


def test_approve_comes_too_late(dev: Environment) -> None:
    with rehearsed(dev, BlueGreenDeploymentConfiguration=APPROVAL) as hello:
        hello.configure()
        waiting = release(hello)
        hello.fails("codedeploy", "ContinueDeployment", "DeploymentIsNotInReadyStateException")
        with pytest.raises(OperateError) as late:
            hello.run(commands.approving(hello.pace))
    assert late.value.problem == f"The deployment {waiting.deployment} waits for nobody now."


STEERING: dict[str, tuple[Command | Any, str]] = {
    "StopDeployment": (lambda pace: commands.rolling_back(pace, wait=True), "stop the deployment d-"),
    "ContinueDeployment": (commands.finishing, "continue the deployment d-"),
}


@pytest.mark.parametrize("action", STEERING)
def test_an_action_that_is_not_allowed_ends_it(hello: Rehearsed, action: str) -> None:
    release(hello)
    command, doing = STEERING[action]
    hello.fails("codedeploy", action, "AccessDeniedException", message=f"not authorized: codedeploy:{action}")
    with pytest.raises(OperateError) as refused:
        hello.run(command(hello.pace))
    assert refused.value.problem.startswith(f"Not allowed: {doing}")
    assert refused.value.problem.endswith(f"codedeploy:{action}")
    assert refused.value.code is ExitCode.FAILED
