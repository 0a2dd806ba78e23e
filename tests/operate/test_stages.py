"""What CodeDeploy and ECS say of a deployment, as one moment: stages, sides, and when a wait ends."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from operate.reading.events import Events
from operate.releasing.app_spec import app_spec, as_revision, read_capacity
from operate.releasing.moment import Moment, Phase
from operate.releasing.stages import CodeDeployDeployment
from operate.words import at_time
from tests.operate.reading import NOW, SERVICE, StubbedAws, ecs_service, task_set

SHARE = [
    {"capacityProvider": "FARGATE", "weight": 1, "base": 1},
    {"capacityProvider": "FARGATE_SPOT", "weight": 3},
]
OPTIONS = {
    "deploymentReadyOption": {"actionOnTimeout": "STOP_DEPLOYMENT", "waitTimeInMinutes": 30},
    "terminateBlueInstancesOnDeploymentSuccess": {"action": "TERMINATE", "terminationWaitTimeInMinutes": 60},
}
DONE = {"status": "Succeeded", "startTime": NOW, "endTime": NOW}
TARGET: dict[str, Any] = {
    "lifecycleEvents": [{"lifecycleEventName": "Install", **DONE}],
    "taskSetsInfo": [
        {
            "desiredCount": 2,
            "runningCount": 2,
            "trafficWeight": 80.0,
            "targetGroup": {"name": "blue"},
            "taskSetLabel": "Blue",
        },
        {
            "desiredCount": 2,
            "runningCount": 1,
            "trafficWeight": 20.0,
            "targetGroup": {"name": "green"},
            "taskSetLabel": "Green",
        },
    ],
}


def shifting(status: str = "InProgress") -> list[dict[str, Any]]:
    return [{"lifecycleEventName": "AllowTraffic", "status": status, "startTime": NOW}]


def moment(aws: StubbedAws, target: dict[str, Any] | None = TARGET, **info: Any) -> Moment:
    found = {
        "deploymentId": "d-1",
        "status": "InProgress",
        "creator": "user",
        "deploymentConfigName": "config",
        "blueGreenDeploymentConfiguration": OPTIONS,
        **info,
    }
    aws.answers("codedeploy", "get_deployment", {"deploymentInfo": found}, {"deploymentId": "d-1"})
    asked = {"deploymentId": "d-1", "targetIds": ["dev:hello"]}
    answer = {"deploymentTargets": [{"deploymentTargetType": "ECSTarget", "ecsTarget": target}]}
    aws.answers("codedeploy", "batch_get_deployment_targets", answer, asked)
    health = [{"TargetHealth": {"State": state}} for state in ("healthy", "initial")]
    aws.answers("elbv2", "describe_target_health", {"TargetHealthDescriptions": health})
    return CodeDeployDeployment(aws, SERVICE, "d-1")()


def test_two_sides_with_their_colours(stubbed: StubbedAws) -> None:
    found = moment(stubbed)
    assert found.old is not None
    assert found.new is not None
    assert (found.old.label, found.old.percent, found.old.healthy) == ("blue", 80, None)
    assert (found.new.label, found.new.percent, found.new.running, found.new.healthy) == ("green", 20, 1, 1)


def test_the_replacement_may_stand_behind_blue(stubbed: StubbedAws) -> None:
    swapped = [
        {**each, "targetGroup": {"name": name}}
        for each, name in zip(TARGET["taskSetsInfo"], ("green", "blue"), strict=True)
    ]
    found = moment(stubbed, {**TARGET, "taskSetsInfo": swapped})
    assert found.new is not None
    assert found.new.label == "blue"


@pytest.mark.parametrize("code", ["DeploymentNotStartedException", "DeploymentTargetDoesNotExistException"])
def test_before_there_are_tasks(stubbed: StubbedAws, code: str) -> None:
    info = {"deploymentId": "d-1", "status": "Created"}
    stubbed.answers("codedeploy", "get_deployment", {"deploymentInfo": info})
    stubbed.refuses("codedeploy", "batch_get_deployment_targets", code)
    found = CodeDeployDeployment(stubbed, SERVICE, "d-1")()
    assert (found.phase, found.stage, found.new) == (Phase.UNDER_WAY, "Created", None)


@pytest.mark.parametrize(
    ("info", "stages", "phase"),
    [
        ({"status": "Queued"}, [], Phase.UNDER_WAY),
        ({"status": "Baking"}, [], Phase.UNDER_WAY),
        ({"status": "Ready"}, [], Phase.WAITS_FOR_APPROVAL),
        ({"instanceTerminationWaitTimeStarted": True}, [], Phase.OLD_TASKS_WAIT),
        ({}, [{"lifecycleEventName": "AfterAllowTraffic", **DONE}], Phase.OLD_TASKS_WAIT),
        ({}, [{"lifecycleEventName": "AfterAllowTraffic", "status": "Skipped"}], Phase.OLD_TASKS_WAIT),
        ({}, [{"lifecycleEventName": "AfterAllowTraffic", "status": "InProgress"}], Phase.UNDER_WAY),
        ({"status": "Succeeded"}, [], Phase.SUCCEEDED),
        ({"status": "Failed"}, [], Phase.FAILED),
        ({"status": "Stopped"}, [], Phase.STOPPED),
    ],
)
def test_phases(stubbed: StubbedAws, info: dict[str, Any], stages: list[Any], phase: Phase) -> None:
    found = moment(stubbed, {"lifecycleEvents": stages}, **info)
    assert found.phase is phase
    assert found.phase.ended == (phase in {Phase.SUCCEEDED, Phase.FAILED, Phase.STOPPED})


@pytest.mark.parametrize(
    ("info", "minutes"), [({"status": "Ready"}, 30), ({"instanceTerminationWaitTimeStarted": True}, 60)]
)
def test_a_wait_counts_from_the_last_stage(stubbed: StubbedAws, info: dict[str, Any], minutes: int) -> None:
    assert moment(stubbed, **info).until == NOW + timedelta(minutes=minutes)


def until(aws: StubbedAws, routing: dict[str, Any], creator: str = "user") -> Any:
    """When the traffic that moves since NOW has moved."""
    info = {
        "deploymentId": "d-1",
        "status": "InProgress",
        "creator": creator,
        "deploymentConfigName": "config",
    }
    targets = [{"ecsTarget": {"lifecycleEvents": shifting()}}]
    config = {"deploymentConfigName": "config", "trafficRoutingConfig": {"type": "x", **routing}}
    aws.answers("codedeploy", "get_deployment", {"deploymentInfo": info})
    aws.answers("codedeploy", "batch_get_deployment_targets", {"deploymentTargets": targets})
    aws.answers("codedeploy", "get_deployment_config", {"deploymentConfigInfo": config})
    return CodeDeployDeployment(aws, SERVICE, "d-1")().until


CANARY = {"timeBasedCanary": {"canaryPercentage": 20, "canaryInterval": 7}}


@pytest.mark.parametrize(
    ("routing", "minutes"),
    [
        (CANARY, 7),
        # 40, 80, 100: two waits.
        ({"timeBasedLinear": {"linearPercentage": 40, "linearInterval": 3}}, 6),
        ({"timeBasedLinear": {"linearPercentage": 10, "linearInterval": 1}}, 9),
    ],
)
def test_traffic_moves_until(stubbed: StubbedAws, routing: dict[str, Any], minutes: int) -> None:
    assert until(stubbed, routing) == NOW + timedelta(minutes=minutes)


def test_all_at_once_has_no_such_time(stubbed: StubbedAws) -> None:
    assert until(stubbed, {}) is None


def test_a_rollback_moves_at_once_whatever_the_configuration(stubbed: StubbedAws) -> None:
    assert until(stubbed, CANARY, "codeDeployRollback") is None


def test_a_failure_has_its_reason_and_its_stage(stubbed: StubbedAws) -> None:
    failed = {
        "lifecycleEventName": "AfterAllowTestTraffic",
        "status": "Failed",
        "diagnostics": {"message": "The hook failed.", "logTail": "", "errorCode": "ScriptFailed"},
    }
    found = moment(
        stubbed,
        {"lifecycleEvents": [failed]},
        status="Failed",
        errorInformation={"code": "HOOK_EXECUTION_FAILURE", "message": "It failed."},
        rollbackInfo={"rollbackDeploymentId": "d-2"},
    )
    assert found.error == "HOOK_EXECUTION_FAILURE: It failed."
    assert found.rolled_back_by == "d-2"
    assert [(stage.name, stage.message) for stage in found.stages] == [
        ("AfterAllowTestTraffic", "The hook failed.")
    ]


def test_capacity_is_the_cluster_s_where_the_tasks_run_by_one(stubbed: StubbedAws) -> None:
    stubbed.answers("ecs", "describe_services", ecs_service())
    stubbed.answers("ecs", "describe_clusters", {"clusters": [{"defaultCapacityProviderStrategy": SHARE}]})
    capacity = read_capacity(stubbed, SERVICE)
    properties = app_spec(SERVICE, "x:1", capacity)["Resources"][0]["TargetService"]["Properties"]
    assert properties["CapacityProviderStrategy"] == [
        {"CapacityProvider": "FARGATE", "Weight": 1, "Base": 1},
        {"CapacityProvider": "FARGATE_SPOT", "Weight": 3, "Base": 0},
    ]


def test_a_launch_type_stays_one(stubbed: StubbedAws) -> None:
    stubbed.answers("ecs", "describe_services", ecs_service(taskSets=[task_set(launchType="FARGATE")]))
    assert read_capacity(stubbed, SERVICE) == []
    assert "CapacityProviderStrategy" not in str(app_spec(SERVICE, "x:1", []))


def test_hooks_stand_in_the_app_spec() -> None:
    hooked = replace(SERVICE, hooks={"AfterAllowTestTraffic": "arn:1", "BeforeInstall": "arn:2"})
    assert app_spec(hooked, "x:1", [])["Hooks"] == [
        {"AfterAllowTestTraffic": "arn:1"},
        {"BeforeInstall": "arn:2"},
    ]


def test_the_hash_is_that_of_the_content() -> None:
    content = as_revision({"version": 0.0})["appSpecContent"]
    assert content["content"] == '{"version": 0.0}'
    assert content["sha256"] == sha256(b'{"version": 0.0}').hexdigest()


def event(id_: str, message: str, minutes: int = 0) -> dict[str, Any]:
    return {"id": id_, "createdAt": NOW + timedelta(minutes=minutes), "message": message}


def test_events_are_told_once_oldest_first_and_only_news(stubbed: StubbedAws) -> None:
    steady = "(service hello) has reached a steady state."
    for found in (
        [event("1", "before")],
        [event("4", steady), event("3", "then"), event("2", "first"), event("1", "before")],
        [event("3", "then"), event("2", "first")],
    ):
        stubbed.answers("ecs", "describe_services", ecs_service(events=found))
    said: list[str] = []
    events = Events(stubbed, SERVICE)
    events.tell(said.append)
    events.tell(said.append)
    stamp = at_time(NOW)
    assert said == [f"{stamp}  ECS: first", f"{stamp}  ECS: then"]


def test_without_the_first_answer_history_is_still_no_news(stubbed: StubbedAws) -> None:
    stubbed.refuses("ecs", "describe_services", "ThrottlingException")
    stubbed.answers("ecs", "describe_services", ecs_service(events=[event("1", "before")]))
    said: list[str] = []
    Events(stubbed, SERVICE).tell(said.append)
    assert said == []


def test_events_that_nobody_may_read_are_not_asked_for_again(stubbed: StubbedAws) -> None:
    stubbed.refuses("ecs", "describe_services", "AccessDeniedException")
    stubbed.answers("ecs", "describe_services", ecs_service(events=[]))
    stubbed.answers("ecs", "describe_services", ecs_service(events=[event("1", "news")]))
    said: list[str] = []
    events = Events(stubbed, SERVICE)
    events.tell(said.append)
    events.tell(said.append)
    assert said == []
