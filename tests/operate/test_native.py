"""The commands on a service that ECS itself deploys: CloudFormation starts, these watch and go back."""

from typing import Any

import pytest

from operate.problem import ExitCode, OperateError
from operate.releasing import commands
from operate.releasing.moment import Phase
from operate.releasing.native_stages import EcsDeployment
from operate.releasing.outcome import Outcome
from operate.releasing.release import Choice
from operate.releasing.watch import Pace
from tests.operate.native_ecs import ARN, NEW, OLD, Ecs
from tests.operate.reading import FAMILY, StubbedAws

PACE = Pace(every=0, sleep=lambda _: None)


@pytest.fixture
def ecs(stubbed: StubbedAws) -> Ecs:
    return Ecs(stubbed)


def release(ecs: Ecs, **choice: Any) -> Outcome:
    return ecs.run(commands.releasing(Choice(**choice), PACE))


def test_a_configured_revision_that_is_live_is_said(ecs: Ecs) -> None:
    outcome = release(ecs)
    assert outcome.result == "already live"
    assert outcome.says.startswith("hello runs dev-hello:3, the configured revision; 2 of 2 tasks.")
    assert "update_service" not in ecs.asked


def test_an_image_belongs_into_the_environment_file(ecs: Ecs) -> None:
    with pytest.raises(OperateError, match="CloudFormation owns its image") as refused:
        release(ecs, image="v2")
    assert refused.value.next_step == (
        "set image=RegistryImage(...) in environments/dev.py, then make deploy ENV=dev"
    )
    assert refused.value.code is ExitCode.REFUSED


def test_a_deployment_under_way_is_watched(ecs: Ecs) -> None:
    ecs.statuses = ["IN_PROGRESS", "IN_PROGRESS", "SUCCESSFUL"]
    outcome = release(ecs)
    assert (outcome.result, outcome.deployment, outcome.says) == ("released", ARN, "dev-hello:3 serves.")
    assert "IN_PROGRESS; tasks 1 of 2 run" in ecs.written


def test_a_deployment_that_ecs_rolls_back_is_a_failure(ecs: Ecs) -> None:
    ecs.statuses = ["IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL"]
    ecs.more = {
        "rollback": {
            "reason": "Service deployment rolled back because of alarms.",
            "serviceRevisionArn": OLD,
        },
        "alarms": {"status": "TRIGGERED", "triggeredAlarmNames": ["errors"]},
    }
    outcome = release(ecs)
    assert outcome.problem is not None
    assert outcome.problem.problem == (
        "The release of dev-hello:3 failed: Service deployment rolled back because of alarms.; alarms: errors"
    )
    assert outcome.problem.code is ExitCode.FAILED


def test_a_configured_revision_that_went_back_is_a_failure(ecs: Ecs) -> None:
    ecs.live = 2
    ecs.statuses = ["ROLLBACK_SUCCESSFUL"]
    ecs.more = {"rollback": {"reason": "tasks failed to start", "serviceRevisionArn": OLD}}
    with pytest.raises(OperateError, match="hello runs dev-hello:2; configured is dev-hello:3") as failed:
        release(ecs)
    assert failed.value.cause == "its deployment was rolled back: tasks failed to start"
    assert failed.value.code is ExitCode.FAILED


def test_force_starts_the_same_revision_anew(ecs: Ecs) -> None:
    # The history that `read` asks for, those from before, none yet, the new one.
    ecs.listed = [["old"], ["old"], ["old"], [ARN, "old"]]
    outcome = release(ecs, force=True)
    assert (outcome.result, outcome.deployment) == ("released", ARN)
    assert ecs.request("update_service") == {
        "cluster": "dev",
        "service": "hello",
        "taskDefinition": f"{FAMILY}:3",
        "forceNewDeployment": True,
    }
    assert "check service: ok: steady, 2 of 2 tasks run" in ecs.written


def test_an_order_without_a_deployment_ends(ecs: Ecs) -> None:
    ecs.listed = [["old"]]
    with pytest.raises(OperateError, match="ECS took the order and shows no deployment yet"):
        release(ecs, force=True)


def test_without_waiting_only_the_deployment_comes_back(ecs: Ecs) -> None:
    ecs.statuses = ["IN_PROGRESS"]
    assert release(ecs, wait=False).says.splitlines()[0] == ARN


def test_rollback_stops_what_is_under_way(ecs: Ecs) -> None:
    ecs.statuses = ["IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL"]
    ecs.live = 2
    outcome = ecs.run(commands.rolling_back(PACE, wait=True))
    assert outcome.result == "rolled back"
    assert outcome.says.startswith("ECS went back: dev-hello:2 serves.")
    # Its other way to stop would leave both revisions running.
    assert ecs.request("stop_service_deployment") == {"serviceDeploymentArn": ARN, "stopType": "ROLLBACK"}


def test_rollback_without_waiting(ecs: Ecs) -> None:
    ecs.statuses = ["IN_PROGRESS"]
    outcome = ecs.run(commands.rolling_back(PACE, wait=False))
    assert (outcome.result, outcome.deployment) == ("started", ARN)
    assert outcome.says.endswith("make watch ENV=dev SERVICE=hello shows how it goes back.")
    assert "stop_service_deployment" in ecs.asked


def test_stop_is_the_same(ecs: Ecs) -> None:
    ecs.statuses = ["IN_PROGRESS", "ROLLBACK_SUCCESSFUL"]
    assert ecs.run(commands.stopping(PACE)).result == "rolled back"


def test_a_rollback_that_fails_says_so(ecs: Ecs) -> None:
    ecs.statuses = ["IN_PROGRESS", "ROLLBACK_FAILED"]
    with pytest.raises(OperateError, match="abc did not go back: ROLLBACK_FAILED") as failed:
        ecs.run(commands.rolling_back(PACE, wait=True))
    assert failed.value.code is ExitCode.FAILED


def test_afterwards_the_way_back_is_a_commit(ecs: Ecs) -> None:
    with pytest.raises(OperateError) as refused:
        ecs.run(commands.rolling_back(PACE, wait=True))
    assert refused.value.next_step == "revert the commit, then make deploy ENV=dev."
    assert "stop_service_deployment" not in ecs.asked


def test_watch(ecs: Ecs) -> None:
    assert ecs.run(commands.watching(PACE)).result == "nothing under way"
    ecs.statuses = ["IN_PROGRESS", "SUCCESSFUL"]
    assert ecs.run(commands.watching(PACE)).result == "released"


@pytest.mark.parametrize(
    ("reason", "said"), [("tasks failed to start", ": tasks failed to start."), (None, ".")], ids=str
)
def test_watch_tells_of_a_failure_that_nobody_saw(ecs: Ecs, reason: str | None, said: str) -> None:
    ecs.live = 2
    ecs.statuses = ["ROLLBACK_SUCCESSFUL"]
    ecs.more = {"rollback": {"reason": reason}} if reason else {}
    outcome = ecs.run(commands.watching(PACE))
    assert (outcome.result, outcome.says) == ("rollback_successful", "")
    assert outcome.problem is not None
    assert outcome.problem.problem == (
        f"The last deployment, abc of dev-hello:3, ended as ROLLBACK_SUCCESSFUL{said}"
    )
    assert outcome.problem.next_step == ("dev-hello:2 serves. make status ENV=dev SERVICE=hello shows more.")
    assert outcome.problem.code is ExitCode.FAILED


@pytest.mark.parametrize("command", [commands.approving, commands.finishing])
def test_it_has_no_waits(ecs: Ecs, command: Any) -> None:
    with pytest.raises(OperateError, match="is deployed by ECS itself, which has no wait to"):
        ecs.run(command(PACE))


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("PENDING", Phase.UNDER_WAY),
        ("STOP_REQUESTED", Phase.UNDER_WAY),
        ("ROLLBACK_IN_PROGRESS", Phase.UNDER_WAY),
        ("SUCCESSFUL", Phase.SUCCEEDED),
        # Another deployment came in its place.
        ("STOPPED", Phase.STOPPED),
        ("ROLLBACK_SUCCESSFUL", Phase.FAILED),
        ("ROLLBACK_FAILED", Phase.FAILED),
    ],
)
def test_how_it_is_by_the_word_of_ecs(ecs: Ecs, status: str, phase: Phase) -> None:
    ecs.statuses = [status]
    assert EcsDeployment(ecs.aws, ARN)().phase is phase


def test_weights_stage_and_bake_time(ecs: Ecs) -> None:
    ecs.statuses = ["IN_PROGRESS"]
    ecs.more = {
        "lifecycleStage": "BAKE_TIME",
        "targetServiceRevision": {"arn": NEW, "requestedProductionTrafficWeight": 100.0},
        "sourceServiceRevisions": [{"arn": OLD, "requestedProductionTrafficWeight": 0.0}],
    }
    moment = EcsDeployment(ecs.aws, ARN)()
    assert (moment.phase, moment.stage) == (Phase.OLD_TASKS_WAIT, "BAKE_TIME")
    assert moment.new is not None
    assert moment.old is not None
    assert (moment.new.percent, moment.old.percent) == (100, 0)
