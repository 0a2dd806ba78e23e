"""Which task and which container a session gets into."""

from typing import Any

import pytest

from operate.entering.target import Target, choose
from operate.problem import OperateError
from tests.operate.exec.samples import task
from tests.operate.reading import SERVICE, StubbedAws

OLD, NEW = task("aaa1", minutes=0), task("bbb2", minutes=5)


def chosen(aws: StubbedAws, *tasks: dict[str, Any], **asked: str | None) -> Target:
    arns = [each["taskArn"] for each in tasks]
    wanted = {"cluster": "dev", "serviceName": "hello", "desiredStatus": "RUNNING"}
    aws.answers("ecs", "list_tasks", {"taskArns": arns}, wanted)
    if arns:
        aws.answers("ecs", "describe_tasks", {"tasks": list(tasks)}, {"cluster": "dev", "tasks": arns})
    return choose(aws, SERVICE, task=asked.get("task"), container=asked.get("container"))


def test_the_newest_one_and_it_is_named(stubbed: StubbedAws) -> None:
    target = chosen(stubbed, NEW, OLD)
    assert (target.task_id, target.container, target.ssm_name) == ("bbb2", "app", "ecs:dev_bbb2_bbb2-1")
    assert str(target) == "app in task bbb2, the newest of 2 (dev-hello:3)"


def test_the_only_one(stubbed: StubbedAws) -> None:
    assert str(chosen(stubbed, OLD)) == "app in task aaa1, the only one (dev-hello:3)"


def test_not_one_whose_health_check_fails(stubbed: StubbedAws) -> None:
    assert chosen(stubbed, OLD, {**NEW, "healthStatus": "UNHEALTHY"}).task_id == "aaa1"


def test_an_unhealthy_one_where_there_is_no_other(stubbed: StubbedAws) -> None:
    assert chosen(stubbed, {**NEW, "healthStatus": "UNHEALTHY"}).task_id == "bbb2"


def test_not_one_that_only_starts(stubbed: StubbedAws) -> None:
    starting = {**NEW, "lastStatus": "ACTIVATING"}
    assert chosen(stubbed, starting, OLD).task_id == "aaa1"


@pytest.mark.parametrize("name", ["aaa1", "aa", OLD["taskArn"]])
def test_the_one_that_was_asked_for(stubbed: StubbedAws, name: str) -> None:
    target = chosen(stubbed, NEW, OLD, task=name, container="side")
    assert str(target) == "side in task aaa1 (dev-hello:3)"
    assert target.ssm_name == "ecs:dev_aaa1_aaa1-2"


def test_a_task_that_is_not_there(stubbed: StubbedAws) -> None:
    with pytest.raises(OperateError) as refused:
        chosen(stubbed, NEW, OLD, task="ccc")
    assert str(refused.value) == ("No task of hello that runs is called 'ccc'.\nNext: one of: aaa1, bbb2.")


def test_a_beginning_of_two(stubbed: StubbedAws) -> None:
    with pytest.raises(OperateError, match="More than one task of hello that runs is called 'aa'"):
        chosen(stubbed, OLD, task("aab"), task="aa")


def test_a_container_that_is_not_there(stubbed: StubbedAws) -> None:
    with pytest.raises(OperateError) as refused:
        chosen(stubbed, OLD, container="nginx")
    assert str(refused.value) == "Task aaa1 has no container 'nginx'.\nNext: one of: app, side."


def test_no_task_at_all(stubbed: StubbedAws) -> None:
    with pytest.raises(OperateError) as refused:
        chosen(stubbed)
    assert str(refused.value) == ("No task of hello runs.\nNext: make status ENV=dev SERVICE=hello says why.")
