"""What runs, from the answers of ECS, the load balancer, CodeDeploy and CloudWatch."""

import json
from datetime import timedelta
from typing import Any

import pytest

from operate.problem import ExitCode, OperateError
from operate.reading.history import Deployment
from operate.reading.live import MISSING, Alarm, read
from operate.reading.weights import percent
from tests.operate import reading
from tests.operate.reading import (
    BLUE,
    FAMILY,
    GREEN,
    NOW,
    REGISTRY,
    SERVICE,
    StubbedAws,
    code_deploy_info,
    ecs_service,
    rules,
    task_definition,
    task_set,
)

GREEN_BEHIND = [{"targetGroupArn": GREEN, "containerName": "app", "containerPort": 8080}]


@pytest.fixture
def aws(stubbed: StubbedAws) -> StubbedAws:
    return stubbed


def answer_code_deploy(aws: StubbedAws, *, deployments: list[dict[str, Any]], active: list[str]) -> None:
    """The deployment group with two alarms, and its deployments with the AppSpecs behind their hashes."""
    group = {"applicationName": "application", "deploymentGroupName": "group"}
    watched = {"enabled": True, "alarms": [{"name": "errors"}, {"name": "gone"}]}
    aws.answers(
        "codedeploy", "get_deployment_group", {"deploymentGroupInfo": {"alarmConfiguration": watched}}, group
    )
    under_way = ["Created", "Queued", "InProgress", "Baking", "Ready"]
    aws.answers(
        "codedeploy", "list_deployments", {"deployments": active}, {**group, "includeOnlyStatuses": under_way}
    )
    ids = [info["deploymentId"] for info in deployments]
    aws.answers("codedeploy", "list_deployments", {"deployments": ids}, group)
    if deployments:
        aws.answers("codedeploy", "batch_get_deployments", {"deploymentsInfo": deployments})
        aws.answers("codedeploy", "batch_get_application_revisions", app_specs(ids))
    errors = {"AlarmName": "errors", "StateValue": "ALARM", "StateReason": "12 > 10"}
    aws.answers("cloudwatch", "describe_alarms", {"MetricAlarms": [errors]})


def app_specs(ids: list[str]) -> dict[str, Any]:
    """An AppSpec each, JSON or YAML; that of the third one is not kept any more."""
    contents = {
        ids[0]: json.dumps(
            {"Resources": [{"TargetService": {"Properties": {"TaskDefinition": f"{FAMILY}:4"}}}]}
        ),
        **dict.fromkeys(ids[1:2], f"Properties:\n  TaskDefinition: '{FAMILY}:3'\n  Other: x"),
    }
    return {
        "revisions": [
            {
                "revisionLocation": {
                    "revisionType": "AppSpecContent",
                    "appSpecContent": {"sha256": f"hash of {id_}", "content": content},
                }
            }
            for id_, content in contents.items()
        ]
    }


def test_a_canary_in_the_middle(aws: StubbedAws) -> None:
    green = task_set(
        id="ecs-svc/2",
        status="ACTIVE",
        taskDefinition=f"{FAMILY}:4",
        loadBalancers=GREEN_BEHIND,
        runningCount=1,
        pendingCount=1,
        stabilityStatus="STABILIZING",
        externalId="d-2",
    )
    aws.answers(
        "ecs",
        "describe_services",
        ecs_service(taskSets=[green, task_set()], runningCount=3, pendingCount=1, enableExecuteCommand=True),
        {"cluster": "dev", "services": ["hello"]},
    )
    aws.answers(
        "ecs",
        "describe_task_definition",
        task_definition(3, base="dev-hello:1"),
        {"taskDefinition": f"{FAMILY}:3", "include": ["TAGS"]},
    )
    aws.answers("elbv2", "describe_rules", rules(80, 20), {"RuleArns": [SERVICE.production_rule]})
    aws.answers("elbv2", "describe_rules", rules(0, 100), {"RuleArns": [SERVICE.test_rule]})
    answer_code_deploy(
        aws,
        deployments=[
            code_deploy_info("d-2", minutes=2, status="InProgress"),
            code_deploy_info("d-1", minutes=1),
            code_deploy_info("d-0", minutes=0),
        ],
        active=["d-2"],
    )

    live = read(aws, SERVICE)

    aws.all_was_asked()
    assert (live.revision, live.image) == (f"{FAMILY}:3", f"{REGISTRY}/dev/hello:v3")
    assert (live.base, live.exec_enabled, live.controller) == ("dev-hello:1", True, "CODE_DEPLOY")
    assert (live.desired, live.running, live.pending) == (2, 3, 1)
    assert live.production == {BLUE: 80, GREEN: 20}
    assert live.test == {BLUE: 0, GREEN: 100}
    blue, green = live.task_sets
    assert live.primary == blue
    assert blue == reading.TASKS
    assert (green.label, green.status, green.running, green.pending) == ("green", "ACTIVE", 1, 1)
    assert (green.target_group, green.steady, green.deployment) == (GREEN, False, "d-2")
    assert live.alarms == (
        Alarm(name="errors", state="ALARM", reason="12 > 10"),
        Alarm(name="gone", state=MISSING, reason="There is no such alarm."),
    )
    assert live.under_way == Deployment(
        id="d-2",
        status="InProgress",
        creator="user",
        created=NOW + timedelta(minutes=2),
        configuration="CodeDeployDefault.ECSAllAtOnce",
        revision=f"{FAMILY}:4",
        error=None,
        rolled_back_by=None,
    )
    assert [(each.id, each.revision) for each in live.deployments] == [
        ("d-2", f"{FAMILY}:4"),
        ("d-1", f"{FAMILY}:3"),
        ("d-0", None),
    ]


def steady(aws: StubbedAws) -> None:
    """The answers of ECS and the load balancer where nothing moves."""
    aws.answers("ecs", "describe_services", ecs_service())
    aws.answers("ecs", "describe_task_definition", task_definition(3))
    aws.answers("elbv2", "describe_rules", rules(100, 0))
    aws.answers("elbv2", "describe_rules", rules(100, 0))


def test_only_the_last_five_newest_first_in_whatever_order_they_are_listed(aws: StubbedAws) -> None:
    steady(aws)
    listed = [code_deploy_info(f"d-{minutes}", minutes=minutes) for minutes in (3, 0, 6, 1, 5, 2, 4)]
    answer_code_deploy(aws, deployments=listed, active=[])

    live = read(aws, SERVICE)

    assert [each.id for each in live.deployments] == ["d-6", "d-5", "d-4", "d-3", "d-2"]
    assert live.under_way is None


def test_a_failed_deployment_says_why_and_what_undid_it(aws: StubbedAws) -> None:
    steady(aws)
    failed = code_deploy_info(
        "d-1",
        minutes=1,
        status="Failed",
        errorInformation={"code": "ALARM_ACTIVE", "message": "An alarm fired."},
        rollbackInfo={"rollbackDeploymentId": "d-2"},
        instanceTerminationWaitTimeStarted=True,
    )
    answer_code_deploy(aws, deployments=[failed], active=[])

    (deployment,) = read(aws, SERVICE).deployments

    assert deployment.error == "ALARM_ACTIVE: An alarm fired."
    assert deployment.rolled_back_by == "d-2"
    assert deployment.old_tasks_wait is False  # it has ended, whatever it once waited for


def test_old_tasks_that_wait_for_their_end(aws: StubbedAws) -> None:
    steady(aws)
    waiting = code_deploy_info("d-1", minutes=1, status="InProgress", instanceTerminationWaitTimeStarted=True)
    answer_code_deploy(aws, deployments=[waiting], active=["d-1"])

    under_way = read(aws, SERVICE).under_way

    assert under_way is not None
    assert under_way.old_tasks_wait


def test_a_new_service_has_no_deployments(aws: StubbedAws) -> None:
    steady(aws)
    answer_code_deploy(aws, deployments=[], active=[])
    assert read(aws, SERVICE).deployments == ()
    aws.all_was_asked()


def test_alarms_that_no_deployment_watches_are_not_asked_for(aws: StubbedAws) -> None:
    steady(aws)
    watched = {"enabled": False, "alarms": [{"name": "errors"}]}
    aws.answers(
        "codedeploy", "get_deployment_group", {"deploymentGroupInfo": {"alarmConfiguration": watched}}
    )
    aws.answers("codedeploy", "list_deployments", {"deployments": []})
    aws.answers("codedeploy", "list_deployments", {"deployments": []})
    assert read(aws, SERVICE).alarms == ()


def test_a_service_that_was_deleted_by_hand(aws: StubbedAws) -> None:
    aws.answers("ecs", "describe_services", ecs_service(status="INACTIVE"))
    aws.answers("elbv2", "describe_rules", rules(100, 0))
    aws.answers("elbv2", "describe_rules", rules(100, 0))
    answer_code_deploy(aws, deployments=[], active=[])
    with pytest.raises(OperateError, match="There is no service hello in the cluster dev") as raised:
        read(aws, SERVICE)
    assert raised.value.code is ExitCode.REFUSED
    assert "dev-hello" in str(raised.value)


def test_a_rule_that_was_deleted_by_hand(aws: StubbedAws) -> None:
    aws.answers("ecs", "describe_services", ecs_service())
    aws.answers("ecs", "describe_task_definition", task_definition(3))
    aws.refuses("elbv2", "describe_rules", "RuleNotFound")
    answer_code_deploy(aws, deployments=[], active=[])
    with pytest.raises(OperateError, match=f"The listener rule {SERVICE.production_rule} does not exist"):
        read(aws, SERVICE)


def test_a_rule_with_one_group_and_no_weights(aws: StubbedAws) -> None:
    aws.answers("ecs", "describe_services", ecs_service())
    aws.answers("ecs", "describe_task_definition", task_definition(3))
    only = {"Rules": [{"Actions": [{"Type": "forward", "TargetGroupArn": BLUE}]}]}
    aws.answers("elbv2", "describe_rules", only)
    aws.answers("elbv2", "describe_rules", only)
    answer_code_deploy(aws, deployments=[], active=[])
    assert read(aws, SERVICE).production == {BLUE: 1}


@pytest.mark.parametrize(
    ("weights", "share"), [({BLUE: 100, GREEN: 0}, 0), ({BLUE: 3, GREEN: 1}, 25), ({}, 0), ({BLUE: 0}, 0)]
)
def test_weights_are_shares(weights: dict[str, int], share: int) -> None:
    assert percent(weights, GREEN) == share
