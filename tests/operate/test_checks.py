"""What has to be so before a release: one finding a check, with its verdict and its fix."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from operate.checking.checks import before_release, weights_agree
from operate.checking.finding import Finding, Verdict
from operate.outputs import ServiceOutputs
from operate.problem import ExitCode
from operate.reading.image import Image
from operate.reading.live import MISSING, Alarm, Live
from tests.operate.reading import (
    BLUE,
    GREEN,
    LIVE,
    NATIVE,
    REGISTRY,
    ROLLING,
    SERVICE,
    TASKS,
    UNDER_WAY,
    StubbedAws,
    task_definition,
)

DIGEST = f"sha256:{'a' * 64}"
IMAGE = Image(
    repository="dev/hello",
    tag="v4",
    digest=DIGEST,
    architectures=frozenset({"ARM64"}),
    uri=f"{REGISTRY}/dev/hello@{DIGEST}",
)
IDLE: Mapping[str, Any] = {"ScalingActivities": []}


def findings(
    aws: StubbedAws,
    *,
    live: Live = LIVE,
    service: ServiceOutputs = SERVICE,
    image: Image | None = IMAGE,
    definition: Mapping[str, Any] | None = None,
) -> dict[str, Finding]:
    """All of them by name; AWS says what the test said before, and otherwise that all is well."""
    aws.answers("ecs", "describe_task_definition", definition or task_definition(3))
    if "application-autoscaling" not in aws.stubbed:
        aws.answers("application-autoscaling", "describe_scaling_activities", IDLE)
    return {each.name: each for each in before_release(aws, service, live, image)}


def test_all_is_well(stubbed: StubbedAws) -> None:
    found = findings(stubbed)
    assert {name: (each.verdict, each.says) for name, each in found.items()} == {
        "image": (Verdict.OK, f"v4 ({DIGEST[:19]}) is in dev/hello, for ARM64"),
        "deployment": (Verdict.OK, "none under way"),
        "service": (Verdict.OK, "steady, 2 of 2 tasks run"),
        "scaling": (Verdict.OK, "no action under way"),
        "weights": (Verdict.OK, "users meet the live tasks (blue)"),
        "alarms": (Verdict.OK, "1 watched, none in ALARM"),
    }
    assert {each.fix for each in found.values()} == {None}


def test_an_image_for_another_processor(stubbed: StubbedAws) -> None:
    found = findings(stubbed, image=replace(IMAGE, architectures=frozenset({"X86_64"})))["image"]
    assert found.verdict is Verdict.REFUSED
    assert found.says.endswith("is built for X86_64; the tasks run on ARM64")
    assert found.fix is not None
    assert "docker build --platform linux/arm64" in found.fix
    assert not found.may_be_forced


def test_an_image_for_several_processors(stubbed: StubbedAws) -> None:
    image = replace(IMAGE, architectures=frozenset({"X86_64", "ARM64"}))
    assert findings(stubbed, image=image)["image"].verdict is Verdict.OK


def test_tasks_without_a_processor_run_on_intel(stubbed: StubbedAws) -> None:
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html
    found = findings(stubbed, definition=task_definition(3, runtimePlatform={}))["image"]
    assert found.says.endswith("is built for ARM64; the tasks run on X86_64")
    assert found.fix is not None
    assert "linux/amd64" in found.fix


def test_a_registry_that_does_not_say_the_processor(stubbed: StubbedAws) -> None:
    found = findings(stubbed, image=replace(IMAGE, architectures=frozenset()))["image"]
    assert (found.verdict, "does not say for which processor" in found.says) == (Verdict.OK, True)


def test_without_an_image_the_configured_one_is_looked_up(stubbed: StubbedAws) -> None:
    stubbed.answers("ecr", "batch_get_image", {"images": [], "failures": []}, looked_up("v3"))
    found = findings(stubbed, image=None)["image"]
    stubbed.all_was_asked()
    assert found.verdict is Verdict.REFUSED
    assert found.says.startswith("There is no image dev/hello:v3 in eu-central-1")
    assert found.fix is not None
    assert "docker push" in found.fix


def looked_up(tag: str) -> dict[str, Any]:
    types = ["application/vnd.oci.image", "application/vnd.docker.distribution.manifest"]
    return {
        "repositoryName": "dev/hello",
        "imageIds": [{"imageTag": tag}],
        "acceptedMediaTypes": [
            f"{types[0]}.index.v1+json",
            f"{types[1]}.list.v2+json",
            f"{types[0]}.manifest.v1+json",
            f"{types[1]}.v2+json",
        ],
    }


def test_an_image_of_another_registry_is_not_looked_up(stubbed: StubbedAws) -> None:
    definition = task_definition(3, image="public.ecr.aws/nginx/nginx:1")
    found = findings(stubbed, image=None, definition=definition)["image"]
    assert found.verdict is Verdict.OK
    assert found.says == "public.ecr.aws/nginx/nginx:1, of another registry: not looked at"


def test_a_registry_that_does_not_answer_is_said_and_stops_nothing(stubbed: StubbedAws) -> None:
    stubbed.refuses("ecr", "batch_get_image", "AccessDenied", "Not you.")
    found = findings(stubbed, image=None)
    assert found["image"].verdict is Verdict.WARNING
    assert found["image"].says == "not known: Not allowed: read the image dev/hello:v3. Not you."
    assert found["alarms"].verdict is Verdict.OK


@pytest.mark.parametrize(
    ("under_way", "says", "fix"),
    [
        (UNDER_WAY, "d-NEW is under way (InProgress); a service has one at a time", "watch"),
        (replace(UNDER_WAY, status="Ready"), "d-NEW is under way (Ready)", "approve"),
        (
            replace(UNDER_WAY, old_tasks_wait=True),
            "d-NEW has moved all traffic; its old tasks wait",
            "finish",
        ),
    ],
    ids=["moving", "ready", "old tasks wait"],
)
def test_one_deployment_at_a_time(stubbed: StubbedAws, under_way: Any, says: str, fix: str) -> None:
    moving = replace(LIVE, under_way=under_way, production={BLUE: 80, GREEN: 20}, running=3)
    found = findings(stubbed, live=moving)
    assert found["deployment"].verdict is Verdict.REFUSED
    assert found["deployment"].says.startswith(says)
    assert found["deployment"].fix is not None
    assert found["deployment"].fix.startswith(f"make {fix} ENV=dev SERVICE=hello")
    assert not found["deployment"].may_be_forced
    # What the deployment itself is moving is no second fault.
    assert found["weights"].verdict is found["service"].verdict is Verdict.OK


@pytest.mark.parametrize(
    "tasks",
    [
        replace(TASKS, running=1, pending=1),
        replace(TASKS, running=1),
        replace(TASKS, running=2, pending=1),
        replace(TASKS, steady=False),
    ],
    ids=["one starts", "one is missing", "one more starts", "ECS says so"],
)
def test_a_service_that_is_not_steady(stubbed: StubbedAws, tasks: Any) -> None:
    found = findings(stubbed, live=replace(LIVE, task_sets=(tasks,)))["service"]
    assert found.verdict is Verdict.REFUSED
    assert found.says == f"not steady: {tasks.running} of 2 tasks run, {tasks.pending} start"
    assert found.may_be_forced  # the new version may be what makes it steady


def test_a_service_without_primary_tasks(stubbed: StubbedAws) -> None:
    found = findings(stubbed, live=replace(LIVE, task_sets=(replace(TASKS, status="ACTIVE"),)))
    assert found["service"].verdict is Verdict.REFUSED
    assert found["service"].says == "it has no primary tasks"
    assert not found["service"].may_be_forced
    assert found["weights"].verdict is Verdict.WARNING


def test_a_scaling_action_is_a_warning(stubbed: StubbedAws) -> None:
    action = {
        "ActivityId": "1",
        "ServiceNamespace": "ecs",
        "ResourceId": "service/dev/hello",
        "ScalableDimension": "ecs:service:DesiredCount",
        "Description": "Setting desired count to 3.",
        "Cause": "load",
        "StartTime": UNDER_WAY.created,
        "StatusCode": "InProgress",
    }
    ended = {**action, "StatusCode": "Successful", "Description": "Long ago."}
    stubbed.answers(
        "application-autoscaling",
        "describe_scaling_activities",
        {"ScalingActivities": [ended, action]},
        {
            "ServiceNamespace": "ecs",
            "ResourceId": "service/dev/hello",
            "ScalableDimension": "ecs:service:DesiredCount",
            "MaxResults": 10,
        },
    )
    found = findings(stubbed)["scaling"]
    assert found.verdict is Verdict.WARNING
    assert found.says.startswith("under way: Setting desired count to 3. ")


def test_scaling_that_nobody_may_look_at(stubbed: StubbedAws) -> None:
    stubbed.refuses("application-autoscaling", "describe_scaling_activities", "AccessDeniedException")
    found = findings(stubbed)["scaling"]
    assert (found.verdict, found.says) == (
        Verdict.WARNING,
        "not known: Not allowed: ask for the scaling activities. No.",
    )


@pytest.mark.parametrize("service", [SERVICE, NATIVE], ids=["CodeDeploy", "native"])
def test_users_who_do_not_meet_the_live_tasks(stubbed: StubbedAws, service: ServiceOutputs) -> None:
    swapped = replace(LIVE, production={BLUE: 0, GREEN: 100})
    found = weights_agree(stubbed, service, swapped)
    assert found.verdict is Verdict.REFUSED
    assert "sends 0 % of the users there (blue 0 %, green 100 %)" in found.says
    assert '"Primary taskset target group must be behind listener"' in found.says
    assert found.fix == "make doctor ENV=dev ARGS=--repair"
    assert not found.may_be_forced


def test_users_who_are_split_while_nothing_moves(stubbed: StubbedAws) -> None:
    found = weights_agree(stubbed, SERVICE, replace(LIVE, production={BLUE: 80, GREEN: 20}))
    assert found.verdict is Verdict.REFUSED
    assert "sends 80 % of the users there" in found.says


def test_after_a_swap_green_is_right(stubbed: StubbedAws) -> None:
    green = replace(TASKS, label="green", target_group=GREEN)
    swapped = {BLUE: 0, GREEN: 100}
    live = replace(LIVE, task_sets=(green,), production=swapped, test=swapped)
    assert weights_agree(stubbed, SERVICE, live).says == "users meet the live tasks (green)"


def test_tests_that_do_not_meet_the_live_tasks_are_a_warning(stubbed: StubbedAws) -> None:
    found = weights_agree(stubbed, SERVICE, replace(LIVE, test={BLUE: 0, GREEN: 100}))
    assert found.verdict is Verdict.WARNING
    assert found.says.endswith("the test listener does not (blue 0 %, green 100 %)")
    assert found.fix == "make doctor ENV=dev ARGS=--repair"


def test_a_rolling_update_has_no_test_rule(stubbed: StubbedAws) -> None:
    live = replace(LIVE, production={BLUE: 1}, test={})
    assert weights_agree(stubbed, ROLLING, live).verdict is Verdict.OK


def test_weights_where_ecs_names_no_group(stubbed: StubbedAws) -> None:
    unknown = replace(TASKS, target_group=None, label="?")
    found = weights_agree(stubbed, NATIVE, replace(LIVE, task_sets=(unknown,)))
    assert (found.verdict, found.says.startswith("not known: ")) == (Verdict.WARNING, True)


FIRING = Alarm(name="errors", state="ALARM", reason="12 > 10")


def test_code_deploy_stops_at_once_where_an_alarm_fires(stubbed: StubbedAws) -> None:
    found = findings(stubbed, live=replace(LIVE, alarms=(FIRING,)))["alarms"]
    assert found.verdict is Verdict.REFUSED
    assert found.says.startswith("errors is in ALARM: 12 > 10. CodeDeploy stops")
    assert found.may_be_forced


def test_ecs_does_not_watch_an_alarm_that_fires(stubbed: StubbedAws) -> None:
    live = replace(LIVE, alarms=(FIRING,), controller="ECS")
    found = findings(stubbed, live=live, service=NATIVE)["alarms"]
    assert found.verdict is Verdict.WARNING
    assert "ECS does not watch an alarm that fires" in found.says


def test_an_alarm_that_does_not_exist(stubbed: StubbedAws) -> None:
    gone = Alarm(name="latency", state=MISSING, reason="")
    found = findings(stubbed, live=replace(LIVE, alarms=(FIRING, gone)))["alarms"]
    assert found.verdict is Verdict.REFUSED
    assert found.says == "deployments watch alarms that do not exist: latency"
    assert not found.may_be_forced


def test_an_alarm_without_data_is_no_reason_to_wait(stubbed: StubbedAws) -> None:
    quiet = Alarm(name="errors", state="INSUFFICIENT_DATA", reason="")
    assert findings(stubbed, live=replace(LIVE, alarms=(quiet,)))["alarms"].verdict is Verdict.OK
    assert findings(stubbed, live=replace(LIVE, alarms=()))["alarms"].says == "none watched"


def test_expired_credentials_are_something_to_put_right(stubbed: StubbedAws) -> None:
    stubbed.refuses("ecs", "describe_task_definition", "ExpiredTokenException")
    stubbed.answers("application-autoscaling", "describe_scaling_activities", IDLE)
    found = before_release(stubbed, SERVICE, LIVE, IMAGE)[0]
    assert (found.name, found.verdict) == ("image", Verdict.REFUSED)
    assert "expired" in found.says
    assert ExitCode.REFUSED == 2
