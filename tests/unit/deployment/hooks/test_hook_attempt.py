import dataclasses

import pytest
from botocore.exceptions import ReadTimeoutError

from ecs_platform.deployment.hooks.functions.smoke_test.attempt import Result
from tests.unit.deployment.hooks.stubbed_aws import GREEN, SETTINGS, Aws, Clock, stubbed_aws


def _attempt(aws: Aws, deadline: float = float("inf")) -> Result:
    return aws.tester().attempt(lambda: GREEN, deadline)


def test_every_task_is_asked_once(aws: Aws) -> None:
    aws.has_tasks("10.0.1.4", "10.0.2.5")
    aws.prober_says("10.0.1.4", {"status": 200, "body": ""})
    aws.prober_says("10.0.2.5", {"status": 200, "body": ""})
    assert _attempt(aws) == Result(passed=True, words="2 tasks answered 200.")


def test_the_first_wrong_answer_ends_the_attempt(aws: Aws) -> None:
    aws.has_tasks("10.0.1.4", "10.0.2.5")
    aws.prober_says("10.0.1.4", {"status": 503, "body": 'database\n"down"'})
    assert _attempt(aws) == Result(
        passed=False,
        words="10.0.1.4:8080/health answered 503 instead of 200: 'database\\n\"down\"'",
    )


@pytest.mark.parametrize("status", [204, 301, 404])
def test_only_the_status_itself_passes(aws: Aws, status: int) -> None:
    aws.has_tasks("10.0.1.4")
    aws.prober_says("10.0.1.4", {"status": status, "body": ""})
    assert not _attempt(aws).passed


def test_the_last_task_counts_too(aws: Aws) -> None:
    aws.has_tasks("10.0.1.4", "10.0.2.5")
    aws.prober_says("10.0.1.4", {"status": 200, "body": ""})
    aws.prober_says("10.0.2.5", {"error": "TimeoutError: timed out"})
    assert _attempt(aws) == Result(
        passed=False, words="10.0.2.5:8080/health gave no answer: TimeoutError: timed out"
    )


def test_a_prober_that_is_ended_did_not_pass(aws: Aws) -> None:
    aws.has_tasks("10.0.1.4")
    aws.prober_says("10.0.1.4", {"errorMessage": "Task timed out after 15.00 seconds"}, failed=True)
    assert _attempt(aws).words == (
        "The prober failed at 10.0.1.4:8080/health: Task timed out after 15.00 seconds"
    )


def test_an_interface_that_is_not_there_yet_is_no_end(aws: Aws) -> None:
    aws.has_tasks("10.0.1.4")
    aws.fails("lambda", "invoke", "ResourceNotReadyException")
    result = _attempt(aws)
    assert not result.passed
    assert "(ResourceNotReadyException) when calling the Invoke operation" in result.words


def test_a_prober_that_does_not_come_back_is_no_end(aws: Aws) -> None:
    class Silent:
        def invoke(self, **_: object) -> None:
            raise ReadTimeoutError(endpoint_url="https://lambda.eu-central-1.amazonaws.com")

    aws.has_tasks("10.0.1.4")
    aws.functions = Silent()
    assert _attempt(aws).words.startswith("ReadTimeoutError: Read timeout on endpoint URL")


def test_what_ecs_refuses_is_in_the_words(aws: Aws) -> None:
    aws.fails("ecs", "list_tasks", "AccessDeniedException")
    result = _attempt(aws)
    assert not result.passed
    assert "(AccessDeniedException) when calling the ListTasks operation" in result.words


def test_no_task_is_asked_when_time_is_up() -> None:
    with stubbed_aws(Clock(step=1)) as aws:
        aws.has_tasks("10.0.1.4", "10.0.2.5")
        aws.prober_says("10.0.1.4", {"status": 200, "body": ""})
        deadline = aws.clock.time + 1
        assert _attempt(aws, deadline) == Result(passed=False, words="Time was up after 1 of 2 tasks.")


def test_one_task_is_asked_however_late_it_is(aws: Aws) -> None:
    aws.has_tasks("10.0.1.4")
    aws.prober_says("10.0.1.4", {"status": 200, "body": ""})
    assert _attempt(aws, deadline=aws.clock.time - 100).passed


def test_the_status_is_the_settings(aws: Aws) -> None:
    aws.has_tasks("10.0.1.4")
    aws.prober_says("10.0.1.4", {"status": 301, "body": ""})
    tester = aws.tester(dataclasses.replace(SETTINGS, status=301))
    assert tester.attempt(lambda: GREEN, float("inf")).passed
