"""A release from its checks to all of the traffic, against CodeDeploy's life cycle on a clock of its own."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from environments.model import Environment
from operate.problem import ExitCode, OperateError
from operate.releasing import commands
from operate.releasing.moment import Phase
from operate.releasing.outcome import Outcome
from operate.releasing.release import Choice
from operate.releasing.revision import BASE_TAG, IMAGE_TAG, read_revision
from operate.releasing.watch import Pace
from tests.operate.rehearsed import APPROVAL, Rehearsed, rehearsed


@pytest.fixture
def hello(dev: Environment) -> Iterator[Rehearsed]:
    with rehearsed(dev) as service:
        yield service


def release(hello: Rehearsed, **choice: Any) -> Outcome:
    return hello.run(commands.releasing(Choice(**choice), hello.pace))


def test_what_is_live_already_is_said_and_left_alone(hello: Rehearsed) -> None:
    outcome = release(hello)
    assert outcome.says.startswith("hello runs hello:1 already, the configured revision. Nothing to release.")
    assert (outcome.result, outcome.problem) == ("already live", None)
    assert hello.live.deployments == ()


def test_the_configured_revision_goes_live_by_a_canary(hello: Rehearsed) -> None:
    configured = hello.configure()
    outcome = release(hello)
    assert (outcome.result, outcome.problem, outcome.revision) == ("released", None, configured)
    assert outcome.moment is not None
    assert outcome.moment.phase is Phase.OLD_TASKS_WAIT
    assert hello.stack.primary() == "hello:2"
    assert hello.stack.weights() == (0, 100)
    assert hello.revisions() == ["hello:1", "hello:2"]
    assert (
        "hello:2 has all traffic (green 100 %, 1 task, after 6 min 05 s). The old tasks wait until"
        in outcome.says
    )
    assert "make rollback ENV=dev SERVICE=hello" in outcome.says
    assert "make finish ENV=dev SERVICE=hello" in outcome.says


def test_a_log_reads_one_line_a_change(hello: Rehearsed) -> None:
    hello.pace = Pace(sleep=hello.embedded.sleep)
    hello.configure()
    release(hello)
    lines = [line.partition("  ")[2] for line in hello.written.splitlines() if "; tasks" in line]
    assert [line.split("; until")[0] for line in lines] == [
        "Install; traffic green 0 %, blue 100 %; tasks 1 of 1 run, 1 healthy",
        "AllowTestTraffic; traffic green 0 %, blue 100 %; tasks 1 of 1 run, 1 healthy",
        "AllowTraffic; traffic green 20 %, blue 80 %; tasks 1 of 1 run, 1 healthy",
        "all traffic moved, old tasks wait; traffic green 100 %, blue 0 %; tasks 1 of 1 run, 1 healthy",
    ]
    assert "check image: ok: v1" in hello.written
    assert "ECS: (service hello) has started tasks of task set" in hello.written


def test_another_image_is_a_revision_derived_from_the_configured_one(hello: Rehearsed) -> None:
    digest = hello.push("v2")
    outcome = release(hello, image="v2")
    assert outcome.result == "released"
    assert outcome.revision is not None
    derived = read_revision(hello.aws, hello.service, outcome.revision)
    assert (derived.name, derived.base) == ("hello:2", "hello:1")
    assert derived.image.uri.endswith(f"/dev/hello@{digest}")
    assert derived.tags == {"owner": "platform-team", BASE_TAG: "hello:1", IMAGE_TAG: f"v2@{digest}"}
    base = read_revision(hello.aws, hello.service, "hello:1").definition
    changed = {key for key in base if base[key] != derived.definition[key]}
    assert changed - {"registeredAt"} == {"containerDefinitions", "revision", "taskDefinitionArn"}


def test_by_digest_as_by_tag(hello: Rehearsed) -> None:
    digest = hello.push("v2")
    release(hello, image="v2")
    outcome = release(hello, image=digest)
    assert outcome.result == "already live"
    assert outcome.says.startswith(f"hello runs the image {digest[:19]} already, as hello:2.")


def test_the_app_spec_is_what_the_stacks_say(hello: Rehearsed) -> None:
    hello.configure()
    outcome = release(hello)
    spec = json.loads(hello.app_spec(outcome.deployment or ""))
    properties = spec["Resources"][0]["TargetService"]["Properties"]
    assert properties == {
        "TaskDefinition": hello.service.task_definition,
        "LoadBalancerInfo": {"ContainerName": "app", "ContainerPort": 8080},
        "PlatformVersion": "LATEST",
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "Subnets": list(hello.service.subnets),
                "SecurityGroups": [hello.service.security_group],
                "AssignPublicIp": "DISABLED",
            }
        },
    }
    assert "Hooks" not in spec
    assert hello.stack.info(outcome.deployment or "")["description"] == "release hello:2 in place of hello:1"


def test_a_live_image_is_carried_forward_and_said(hello: Rehearsed) -> None:
    digest = hello.push("v2")
    release(hello, image="v2")
    hello.run(commands.finishing(hello.pace))
    hello.configure()
    outcome = release(hello)
    assert outcome.revision is not None
    carried = read_revision(hello.aws, hello.service, outcome.revision)
    assert (carried.name, carried.base, carried.image.digest) == ("hello:4", "hello:3", digest)
    assert carried.definition["cpu"] == "512"
    said = f"The live image {digest[:19]} came with a release and is carried forward"
    assert said in hello.written
    assert 'ARGS="--use-configured-image" brings back the configured one (v1)' in outcome.notes[0]


def test_the_configured_image_comes_back_when_asked_for(hello: Rehearsed) -> None:
    hello.push("v2")
    release(hello, image="v2")
    hello.run(commands.finishing(hello.pace))
    outcome = release(hello, use_configured_image=True)
    assert (outcome.result, outcome.revision) == ("released", hello.service.task_definition)
    assert hello.stack.primary() == "hello:1"


def test_a_live_image_is_no_reason_to_release(hello: Rehearsed) -> None:
    hello.push("v2")
    release(hello, image="v2")
    hello.run(commands.finishing(hello.pace))
    assert release(hello).result == "already live"
    assert hello.revisions() == ["hello:1", "hello:2"]


def test_the_configured_image_by_name_is_the_configured_revision(hello: Rehearsed) -> None:
    hello.push("v2")
    release(hello, image="v2")
    hello.run(commands.finishing(hello.pace))
    assert release(hello, image="v1").revision == hello.service.task_definition


def test_force_starts_the_same_revision_anew(hello: Rehearsed) -> None:
    before = hello.live.task_sets[0].id
    outcome = release(hello, force=True)
    assert (outcome.result, outcome.revision) == ("released", hello.service.task_definition)
    assert hello.stack.primary() == "hello:1"
    assert hello.live.task_sets[0].id != before


def test_without_waiting_only_the_id_comes_back(hello: Rehearsed) -> None:
    hello.configure()
    outcome = release(hello, wait=False)
    assert outcome.result == "started"
    assert outcome.says.splitlines()[0] == outcome.deployment
    assert hello.stack.info(outcome.deployment or "")["status"] == "Created"


def test_a_refused_check_ends_it_before_anything_is_written(hello: Rehearsed) -> None:
    hello.push("v2", "X86_64")
    with pytest.raises(OperateError) as refused:
        release(hello, image="v2")
    assert "built for X86_64; the tasks run on ARM64" in refused.value.problem
    assert refused.value.problem.endswith("Nothing was released.")
    assert "docker build --platform linux/arm64" in str(refused.value.next_step)
    assert refused.value.code is ExitCode.REFUSED
    assert hello.revisions() == ["hello:1"]
    assert hello.live.deployments == ()


def test_force_passes_what_a_release_may_cure_and_nothing_else(hello: Rehearsed) -> None:
    hello.configure()
    hello.stack.alarm("ALARM")
    with pytest.raises(OperateError, match="errors is in ALARM"):
        release(hello)
    assert hello.live.deployments == ()
    release(hello, force=True, wait=False)
    assert "check alarms: forced: errors is in ALARM" in hello.written


def test_force_does_not_pass_a_deployment_under_way(hello: Rehearsed) -> None:
    hello.configure()
    started = release(hello, wait=False)
    with pytest.raises(OperateError, match=f"{started.deployment} is under way") as refused:
        release(hello, force=True)
    assert "make stop ENV=dev SERVICE=hello" in str(refused.value.next_step)


def test_two_ways_to_choose_an_image_are_one_too_many(hello: Rehearsed) -> None:
    with pytest.raises(OperateError, match="--image and --use-configured-image say two things"):
        release(hello, image="v1", use_configured_image=True)


def test_a_group_that_waits_for_approval(dev: Environment) -> None:
    with rehearsed(dev, BlueGreenDeploymentConfiguration=APPROVAL) as hello:
        hello.configure()
        outcome = release(hello)
        assert outcome.result == "waits for approval"
        assert "hello:2 runs and waits for approval until" in outcome.says
        assert "make approve ENV=dev SERVICE=hello" in outcome.says
        assert hello.stack.weights() == (100, 0)

        approved = hello.run(commands.approving(hello.pace))
        assert (approved.result, hello.stack.weights()) == ("released", (0, 100))
