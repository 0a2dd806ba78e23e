"""The list of actions and the sources of `operate`: equal, both ways, and as narrow as IAM allows."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import cfnlint
import pytest

from operate.actions import ACTIONS, DEPLOYING, RELEASING, Action, On, needed_by
from rehearsal.in_process import InProcessAws
from tests.operate.aws_calls import UnclearCallError, as_listed, calls

FOLDER = Path(__file__).resolve().parents[2] / "operate"
CALLED = {call.action for call in calls(FOLDER)}
LISTED = {action.name: action for action in ACTIONS if action.beside is None}
# The Service Authorization Reference as data, as cfn-lint brings it along.
REFERENCE: dict[str, Any] = json.loads(
    (Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json").read_text()
)
every_action = pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)


def resource_types(action: str) -> set[str]:
    """What the reference says an action can be limited to, as `service:type`."""
    service, name = action.split(":")
    return {
        f"{service}:{type_}" for type_ in REFERENCE[service]["Actions"][name.lower()].get("Resources", [])
    }


def test_every_call_is_listed() -> None:
    missing = {call for call in calls(FOLDER) if call.action not in LISTED}
    assert not missing, "list them in operate/actions.py: " + ", ".join(map(str, sorted(missing)))


def test_every_listed_action_is_called() -> None:
    assert set(LISTED) - CALLED == set()


def test_what_stands_beside_a_call_stands_beside_a_call() -> None:
    for action in ACTIONS:
        if action.beside is not None:
            assert action.beside in CALLED
            assert action.commands == LISTED[action.beside].commands
            # A call of its own would make the line a lie.
            assert action.name not in CALLED


def test_nothing_is_listed_twice() -> None:
    lines = [(action.name, action.beside) for action in ACTIONS]
    assert len(set(lines)) == len(lines)


@every_action
def test_iam_knows_it(action: Action) -> None:
    service, name = action.name.split(":")
    assert name.lower() in REFERENCE[service]["Actions"]


@every_action
def test_it_is_limited_as_far_as_iam_can(action: Action) -> None:
    possible = resource_types(action.name)
    if On.ANYTHING in action.on:
        assert possible == set()
        assert list(action.on) == [On.ANYTHING]
    elif On.ANYTHING_IN_CLUSTER in action.on:
        # A container instance is nothing that a service on Fargate has.
        assert possible <= {"ecs:container-instance"}
    else:
        assert {on.type_ for on in action.on} <= possible


@every_action
def test_a_reason_stands_where_nothing_narrower_is_possible(action: Action) -> None:
    wide = {On.ANYTHING, On.ANYTHING_IN_CLUSTER} & set(action.on)
    assert (action.because is not None) == bool(wide)


def commands() -> set[str]:
    from operate import cli

    return {
        command.name or command.callback.__name__.replace("_", "-") for command in cli.app.registered_commands
    }


@every_action
def test_its_commands_exist(action: Action) -> None:
    assert action.commands
    assert action.commands <= commands()


def test_no_command_is_forgotten() -> None:
    listed = {command for action in ACTIONS for command in action.commands}
    assert commands() - listed == set()


def test_roles_are_for_commands_that_exist() -> None:
    assert commands() >= DEPLOYING >= RELEASING


def test_what_some_commands_need() -> None:
    assert {action.name for action in needed_by(frozenset({"stop"}))} >= {"codedeploy:StopDeployment"}
    assert "codedeploy:CreateDeployment" not in {each.name for each in needed_by(frozenset({"status"}))}


def test_the_list_is_data_and_costs_nothing() -> None:
    heavy = ("boto3", "botocore", "typer", "rich", "pydantic")
    code = f"import sys, operate.actions; print([each for each in {heavy} if each in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=FOLDER.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


Found = Callable[[str], set[str]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    """The actions in one source."""

    def run(source: str) -> set[str]:
        (tmp_path / "operate").mkdir()
        (tmp_path / "operate" / "module.py").write_text(source)
        return {call.action for call in calls(tmp_path / "operate")}

    return run


@pytest.mark.parametrize(
    ("source", "actions"),
    [
        ('aws.client("ecs").describe_services()', {"ecs:DescribeServices"}),
        ('ecs = aws.client("ecs")\necs.tag_resource()', {"ecs:TagResource"}),
        ('ecs: Any = self._aws.client("ecs")\necs.tag_resource()', {"ecs:TagResource"}),
        ('self._elb = aws.client("elbv2")\nself._elb.add_tags()', {"elasticloadbalancing:AddTags"}),
        ('(ecs := aws.client("ecs")).run_task()', {"ecs:RunTask"}),
        # Passed on, not called at once, or by its name.
        ('aws.client("ecs")\ndef f(client): client.run_task()', {"ecs:RunTask"}),
        ('ecs = aws.client("ecs")\npartial(ecs.stop_task, task=1)', {"ecs:StopTask"}),
        ('aws.client("ecs").get_paginator("list_tasks")', {"ecs:ListTasks"}),
        ('aws.client("ecs").get_waiter("tasks_stopped")', {"ecs:DescribeTasks"}),
        ('aws.client("ecs")\npages(client, "list_services")', {"ecs:ListServices"}),
        ('aws.client("ecs")\ngetattr(client, "list_services")()', {"ecs:ListServices"}),
        # IAM has names of its own.
        ('aws.client("cloudwatch").describe_alarms()', {"cloudwatch:DescribeAlarms"}),
        ('aws.client("lambda").invoke()', {"lambda:InvokeFunction"}),
        ('aws.client("s3").list_objects_v2()', {"s3:ListBucket"}),
        ('aws.client("service-quotas").get_service_quota()', {"servicequotas:GetServiceQuota"}),
        # No call.
        ('aws.client("ecs").meta.region_name', set()),
        ('aws.client("lambda")\nrunner.invoke()', set()),
        ("clients.run_task()", set()),
    ],
)
def test_calls_are_found_however_the_client_got_there(source: str, actions: set[str], found: Found) -> None:
    assert found(source) == actions


def test_a_call_that_could_be_several_has_to_be_made_clear(found: Found) -> None:
    with pytest.raises(
        UnclearCallError, match=r"module.py:3: tag_resource is one of ecr:.*, ecs:TagResource"
    ):
        found('aws.client("ecs")\naws.client("ecr")\ndef f(client): client.tag_resource()')


def test_what_a_command_asks_for_and_does_not_list_is_heard() -> None:
    with (
        InProcessAws() as aws,
        pytest.raises(AssertionError, match=r"status: .*sqs:ListQueues"),
        as_listed("status"),
    ):
        boto3.client("sqs", region_name=aws.region).list_queues()
