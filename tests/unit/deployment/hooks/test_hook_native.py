import json
from typing import Any

import pytest

from ecs_platform.deployment.hooks.functions.smoke_test import native
from tests.unit.deployment.hooks.stubbed_aws import (
    OLD_REVISION,
    REVISION,
    SETTINGS,
    Aws,
    native_event,
)

Json = dict[str, Any]
Capture = pytest.CaptureFixture[str]
SUCCEEDED, FAILED = {"hookStatus": "SUCCEEDED"}, {"hookStatus": "FAILED"}


def _round(aws: Aws, status: int = 200) -> None:
    aws.has_revision()
    aws.has_deployments()
    aws.has_tasks("10.0.1.4")
    aws.prober_says("10.0.1.4", {"status": status, "body": ""})


def _serve(aws: Aws, event: Json) -> Json:
    return native.serve(event, aws.tester())


def test_a_pass_is_succeeded(aws: Aws, capsys: Capture) -> None:
    _round(aws)
    assert _serve(aws, native_event()) == SUCCEEDED
    assert json.loads(capsys.readouterr().out) == {
        "stage": "POST_TEST_TRAFFIC_SHIFT",
        "answered": "SUCCEEDED",
        "why": "1 tasks answered 200.",
    }


def test_a_failure_is_in_progress_while_there_is_time_and_nothing_sleeps(aws: Aws) -> None:
    began = int(aws.clock.time)
    _round(aws, 503)
    assert _serve(aws, native_event()) == {
        "hookStatus": "IN_PROGRESS",
        "callBackDelay": 10,
        "hookDetails": {"smokeTestStarted": began, "smokeTestStage": "POST_TEST_TRAFFIC_SHIFT"},
    }
    assert aws.clock.slept == []


def test_the_clock_runs_on_from_call_to_call_until_it_has_failed(aws: Aws, capsys: Capture) -> None:
    answers = []
    event = native_event()
    for _ in range(7):  # at 0, 10, ... 60 seconds
        _round(aws, 503)
        answer = _serve(aws, event)
        answers.append(answer["hookStatus"])
        # ECS gives back what it was given: under "Passing state with hookDetails" of the page in native.py.
        event = json.loads(json.dumps(native_event(hookDetails=answer.get("hookDetails"))))
        aws.clock.time += answer.get("callBackDelay", 0)
    assert answers == ["IN_PROGRESS"] * 6 + ["FAILED"]
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["why"] == "10.0.1.4:8080/health answered 503 instead of 200: ''"


def test_a_late_pass_is_a_pass(aws: Aws) -> None:
    began = aws.clock.time - SETTINGS.timeout_seconds + 1
    _round(aws)
    assert _serve(aws, _continued(began)) == SUCCEEDED


def _continued(began: float, stage: str = "POST_TEST_TRAFFIC_SHIFT") -> Json:
    return native_event(hookDetails={"smokeTestStarted": int(began), "smokeTestStage": stage})


def test_another_stage_has_its_own_time(aws: Aws) -> None:
    _round(aws, 503)
    answer = _serve(aws, _continued(aws.clock.time - 3600, stage="POST_SCALE_UP"))
    assert answer["hookStatus"] == "IN_PROGRESS"


@pytest.mark.parametrize("details", [None, {}, {"S3_BUCKET_NAME": "mine"}, "text"])
def test_details_of_others_do_not_matter(aws: Aws, details: object) -> None:
    _round(aws, 503)
    answer = _serve(aws, native_event(hookDetails=details))
    assert answer["hookDetails"]["smokeTestStarted"] == int(aws.clock.time)


@pytest.mark.parametrize(
    ("stage", "weights"),
    [
        ("PRODUCTION_TRAFFIC_SHIFT", "productionTrafficWeights"),
        ("TEST_TRAFFIC_SHIFT", "testTrafficWeights"),
    ],
)
def test_going_back_does_not_wait_for_what_is_left(
    aws: Aws, capsys: Capture, stage: str, weights: str
) -> None:
    event = native_event(stage, execution_details={weights: {REVISION: 0, OLD_REVISION: 100}})
    assert _serve(aws, event) == SUCCEEDED  # and nothing was asked of ECS
    assert json.loads(capsys.readouterr().out)["why"] == "The deployment is rolling back."


@pytest.mark.parametrize(
    ("stage", "green"),
    [
        ("PRODUCTION_TRAFFIC_SHIFT", 100),
        ("PRODUCTION_TRAFFIC_SHIFT", 10),
        ("PRE_PRODUCTION_TRAFFIC_SHIFT", 0),
    ],
)
def test_going_forward_is_tested(aws: Aws, stage: str, green: int) -> None:
    # Before the first step the new tasks have no weight either, and nothing rolls back.
    weights = {REVISION: green, OLD_REVISION: 100 - green}
    _round(aws, 503)
    event = native_event(stage, execution_details={"productionTrafficWeights": weights})
    assert _serve(aws, event)["hookStatus"] == "IN_PROGRESS"


def test_a_mistake_of_the_hook_fails_at_once_and_says_why(aws: Aws, capsys: Capture) -> None:
    tester = aws.tester()
    tester.ecs = None
    assert native.serve(native_event(), tester) == FAILED
    assert "The hook itself failed: " in json.loads(capsys.readouterr().out)["why"]
