import json

import pytest
from botocore.exceptions import ClientError

from ecs_platform.deployment.hooks.functions.smoke_test import code_deploy
from tests.unit.deployment.hooks.stubbed_aws import (
    DEPLOYMENT,
    SETTINGS,
    Aws,
    Clock,
    code_deploy_event,
    stubbed_aws,
)

Capture = pytest.CaptureFixture[str]


def _serve(aws: Aws) -> None:
    assert code_deploy.serve(code_deploy_event(), aws.tester(), aws.codedeploy) is None


def _said(capsys: Capture) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def _round(aws: Aws, status: int) -> None:
    aws.has_task_set()
    aws.has_tasks("10.0.1.4")
    aws.prober_says("10.0.1.4", {"status": status, "body": ""})


def test_a_pass_is_reported_at_once(aws: Aws, capsys: Capture) -> None:
    _round(aws, 200)
    aws.expects_report("Succeeded")
    _serve(aws)
    assert aws.clock.slept == []
    assert _said(capsys) == [
        {"deployment": DEPLOYMENT, "reported": "Succeeded", "why": "1 tasks answered 200."}
    ]


def test_it_tries_again_and_looks_for_the_tasks_anew(aws: Aws, capsys: Capture) -> None:
    aws.describes_service(taskSets=[])
    aws.has_task_set()
    aws.has_tasks()
    _round(aws, 503)
    _round(aws, 200)
    aws.expects_report("Succeeded")
    _serve(aws)
    assert aws.clock.slept == [5, 5, 5]
    assert [line.get("waits") for line in _said(capsys)] == [
        f"Deployment {DEPLOYMENT} has no task set in hello yet.",
        "There is no task of ecs-svc/9313423515462893900.",
        "10.0.1.4:8080/health answered 503 instead of 200: ''",
        None,
    ]


def test_when_time_is_up_the_stage_has_failed_and_the_log_says_why(aws: Aws, capsys: Capture) -> None:
    for _ in range(13):  # at 0, 5, ... 60 seconds
        _round(aws, 503)
    aws.expects_report("Failed")
    _serve(aws)
    assert sum(aws.clock.slept) == SETTINGS.timeout_seconds
    assert _said(capsys)[-1] == {
        "deployment": DEPLOYMENT,
        "reported": "Failed",
        "why": "10.0.1.4:8080/health answered 503 instead of 200: ''",
    }


def test_slow_answers_count_as_time() -> None:
    with stubbed_aws(Clock(step=100)) as aws:
        _round(aws, 503)
        aws.expects_report("Failed")
        _serve(aws)
        assert aws.clock.slept == []


def test_a_mistake_of_the_hook_is_reported_and_not_left_to_the_hour(aws: Aws, capsys: Capture) -> None:
    def wrong(**_: object) -> None:
        raise TypeError("a mistake")

    tester = aws.tester()
    tester.ecs = type("Wrong", (), {"describe_services": staticmethod(wrong)})()
    aws.expects_report("Failed")
    code_deploy.serve(code_deploy_event(), tester, aws.codedeploy)
    (line,) = _said(capsys)
    assert line["why"].startswith("The hook itself failed: ")
    assert line["why"].endswith("TypeError: a mistake\n")


def test_an_event_that_comes_twice_is_no_error(aws: Aws) -> None:
    _round(aws, 200)
    aws.fails("codedeploy", _REPORT, "LifecycleEventAlreadyCompletedException")
    _serve(aws)


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_a_report_that_does_not_arrive_ends_the_invocation_so_that_lambda_repeats_it(
    aws: Aws, code: str
) -> None:
    _round(aws, 200)
    aws.fails("codedeploy", _REPORT, code)
    with pytest.raises(ClientError, match=code):
        _serve(aws)


_REPORT = "put_lifecycle_event_hook_execution_status"
