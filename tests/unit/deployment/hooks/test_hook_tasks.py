import re

import pytest

from ecs_platform.deployment.hooks.functions.smoke_test import tasks
from ecs_platform.deployment.hooks.functions.smoke_test.settings import NotYet
from tests.unit.deployment.hooks.stubbed_aws import (
    BLUE,
    DEPLOYMENT,
    GREEN,
    NEW_DEFINITION,
    OLD_DEFINITION,
    REVISION,
    Aws,
    task,
)


def _of_revision(aws: Aws) -> str:
    return tasks.of_service_revision(aws.ecs, "dev", "hello", REVISION)


def _of_deployment(aws: Aws) -> str:
    return tasks.of_code_deploy(aws.ecs, "dev", "hello", DEPLOYMENT)


def _not_yet(words: str) -> pytest.RaisesExc[NotYet]:
    return pytest.raises(NotYet, match=f"^{re.escape(words)}$")


def test_code_deploy_marks_its_task_set_with_its_deployment(aws: Aws) -> None:
    aws.has_task_set()
    assert _of_deployment(aws) == GREEN


def test_a_task_set_of_another_deployment_is_not_it(aws: Aws) -> None:
    aws.describes_service(taskSets=[{"id": BLUE, "externalId": "d-OLD"}, {"id": "ecs-svc/1"}])
    with _not_yet(f"Deployment {DEPLOYMENT} has no task set in hello yet."):
        _of_deployment(aws)


def test_a_service_that_is_not_there_has_nothing(aws: Aws) -> None:
    aws.has_no_service()
    with _not_yet("There is no service hello in dev."):
        _of_deployment(aws)


def test_the_newest_deployment_is_that_of_the_revision(aws: Aws) -> None:
    aws.has_revision()
    aws.has_deployments()
    assert _of_revision(aws) == GREEN


def test_a_newest_deployment_of_another_definition_is_not_it(aws: Aws) -> None:
    aws.has_revision()
    aws.has_deployments(newest=OLD_DEFINITION)
    with _not_yet(f"The newest deployment has {OLD_DEFINITION}, not {NEW_DEFINITION}."):
        _of_revision(aws)


def test_a_revision_that_ecs_does_not_know_yet(aws: Aws) -> None:
    aws.describes_revisions([])
    with _not_yet(f"ECS does not know the revision {REVISION} yet."):
        _of_revision(aws)


def test_a_service_without_a_deployment(aws: Aws) -> None:
    aws.has_revision()
    aws.describes_service(deployments=[{"id": BLUE, "status": "ACTIVE", "taskDefinition": NEW_DEFINITION}])
    with _not_yet("hello has no deployment yet."):
        _of_revision(aws)


def test_each_task_has_its_address(aws: Aws) -> None:
    aws.has_tasks("10.0.1.4", "10.0.2.5")
    assert tasks.addresses(aws.ecs, "dev", GREEN) == ["10.0.1.4", "10.0.2.5"]


def test_tasks_come_in_pages_and_are_described_by_the_hundred(aws: Aws) -> None:
    names = [f"t{number}" for number in range(130)]
    aws.lists_tasks(*names[:100], next_token="more")
    aws.lists_tasks(*names[100:], token="more")
    aws.describes_tasks(*(task(name, f"10.0.0.{name[1:]}") for name in names[:100]))
    aws.describes_tasks(*(task(name, f"10.0.0.{name[1:]}") for name in names[100:]))
    assert tasks.addresses(aws.ecs, "dev", GREEN) == [f"10.0.0.{number}" for number in range(130)]


def test_no_task_is_no_pass(aws: Aws) -> None:
    aws.has_tasks()
    with _not_yet(f"There is no task of {GREEN}."):
        tasks.addresses(aws.ecs, "dev", GREEN)


@pytest.mark.parametrize("status", ["PROVISIONING", "PENDING", "DEACTIVATING", "STOPPED"])
def test_one_task_that_does_not_run_is_no_pass(aws: Aws, status: str) -> None:
    aws.lists_tasks("t0", "t1")
    aws.describes_tasks(task("t0", "10.0.1.4"), task("t1", "10.0.2.5", status))
    with _not_yet(f"Task t1 is {status}."):
        tasks.addresses(aws.ecs, "dev", GREEN)


def test_a_task_without_an_address(aws: Aws) -> None:
    aws.lists_tasks("t0")
    aws.describes_tasks(task("t0", None))
    with _not_yet("Task t0 has no IPv4 address."):
        tasks.addresses(aws.ecs, "dev", GREEN)


def test_a_task_that_ecs_does_not_describe_is_not_passed_over(aws: Aws) -> None:
    gone = "arn:aws:ecs:eu-central-1:111122223333:task/dev/t1"
    aws.lists_tasks("t0", "t1")
    aws.describes_tasks(task("t0", "10.0.1.4"), failures=({"arn": gone, "reason": "MISSING"},))
    with _not_yet(f"ECS does not describe {gone}."):
        tasks.addresses(aws.ecs, "dev", GREEN)
