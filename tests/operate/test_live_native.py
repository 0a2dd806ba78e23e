"""What runs where ECS itself deploys: blue/green, a canary, a rolling update."""

from typing import Any

import pytest

from operate.reading.live import MISSING, read
from tests.operate import reading
from tests.operate.reading import (
    BLUE,
    FAMILY,
    GREEN,
    NATIVE,
    NOW,
    ROLLING,
    StubbedAws,
    ecs_service,
    rules,
    task_definition,
)


@pytest.fixture
def aws(stubbed: StubbedAws) -> StubbedAws:
    return stubbed


ECS_DEPLOYMENT = f"arn:aws:ecs:{reading.REGION}:{reading.ACCOUNT}:service-deployment/dev/hello/abc"
ECS_REVISIONS = f"arn:aws:ecs:{reading.REGION}:{reading.ACCOUNT}:service-revision/dev/hello"


def of_ecs(number: int, **changes: Any) -> dict[str, Any]:
    """An ECS deployment as DescribeServices shows one."""
    return {
        "id": f"ecs-svc/{number}",
        "status": "PRIMARY",
        "taskDefinition": f"{FAMILY}:{number}",
        "desiredCount": 2,
        "runningCount": 2,
        "pendingCount": 0,
        "rolloutState": "COMPLETED",
        **changes,
    }


def answer_ecs(aws: StubbedAws, *, revisions: dict[str, str], **history: Any) -> None:
    """A service that ECS itself moves from revision 3 to 4, and its history of one deployment."""
    old = of_ecs(3, status="ACTIVE")
    new = of_ecs(4, runningCount=1, pendingCount=1, rolloutState="IN_PROGRESS")
    described = ecs_service(
        deploymentController={"type": "ECS"},
        taskSets=[],
        deployments=[old, new],
        currentServiceRevisions=[{"arn": f"{ECS_REVISIONS}/{each}"} for each in revisions],
        deploymentConfiguration={
            "alarms": {"enable": True, "rollback": True, "alarmNames": ["errors"]},
            "strategy": "CANARY",
        },
    )
    aws.answers("ecs", "describe_services", described)
    if revisions:
        resolved = [
            {
                "serviceRevisionArn": f"{ECS_REVISIONS}/{each}",
                "taskDefinition": f"{FAMILY}:{each[0]}",
                "resolvedConfiguration": {"loadBalancers": [{"targetGroupArn": group}]},
            }
            for each, group in revisions.items()
        ]
        aws.answers("ecs", "describe_service_revisions", {"serviceRevisions": resolved})
    aws.answers("ecs", "describe_task_definition", task_definition(4, image="hello:v4"))
    found = {
        "serviceDeploymentArn": ECS_DEPLOYMENT,
        "createdAt": NOW,
        "status": "IN_PROGRESS",
        "targetServiceRevision": {"arn": f"{ECS_REVISIONS}/4"},
        "deploymentConfiguration": {"strategy": "CANARY"},
        **history,
    }
    brief = {"serviceDeploymentArn": ECS_DEPLOYMENT, "createdAt": NOW}
    revision = {"serviceRevisionArn": f"{ECS_REVISIONS}/4", "taskDefinition": f"{FAMILY}:4"}
    aws.answers("ecs", "list_service_deployments", {"serviceDeployments": [brief]})
    aws.answers("ecs", "describe_service_deployments", {"serviceDeployments": [found]})
    aws.answers("ecs", "describe_service_revisions", {"serviceRevisions": [revision]})
    aws.answers("cloudwatch", "describe_alarms", {"MetricAlarms": []}, alarms_asked("errors"))
    aws.answers("elbv2", "describe_rules", rules(90, 10))


def alarms_asked(*names: str) -> dict[str, Any]:
    return {"AlarmNames": list(names), "AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": 100}


def test_a_native_canary_in_the_middle(aws: StubbedAws) -> None:
    answer_ecs(aws, revisions={"3": BLUE, "4": GREEN}, lifecycleStage="PRODUCTION_TRAFFIC_SHIFT")
    aws.answers("elbv2", "describe_rules", rules(0, 100))

    live = read(aws, NATIVE)

    aws.all_was_asked()
    assert (live.controller, live.revision, live.image) == ("ECS", f"{FAMILY}:4", "hello:v4")
    assert [(each.label, each.status, each.steady) for each in live.task_sets] == [
        ("green", "PRIMARY", False),
        ("blue", "ACTIVE", True),
    ]
    assert [alarm.state for alarm in live.alarms] == [MISSING]
    assert live.under_way == live.deployments[0]
    assert (live.under_way.id, live.under_way.creator) == (ECS_DEPLOYMENT, "ECS")
    assert (live.under_way.configuration, live.under_way.revision) == ("CANARY", f"{FAMILY}:4")
    assert (live.under_way.error, live.under_way.old_tasks_wait) == (None, False)


def test_a_native_deployment_that_bakes_still_has_its_old_tasks(aws: StubbedAws) -> None:
    answer_ecs(aws, revisions={"3": BLUE, "4": GREEN}, lifecycleStage="BAKE_TIME")
    aws.answers("elbv2", "describe_rules", rules(0, 100))
    under_way = read(aws, NATIVE).under_way
    assert under_way is not None
    assert under_way.old_tasks_wait


def test_a_native_deployment_that_was_rolled_back(aws: StubbedAws) -> None:
    back = {"reason": "An alarm fired.", "serviceRevisionArn": f"{ECS_REVISIONS}/3"}
    answer_ecs(aws, revisions={"3": BLUE}, status="ROLLBACK_SUCCESSFUL", rollback=back)
    aws.answers("elbv2", "describe_rules", rules(100, 0))

    live = read(aws, NATIVE)

    assert live.under_way is None
    (deployment,) = live.deployments
    assert (deployment.error, deployment.rolled_back_by) == ("An alarm fired.", f"{ECS_REVISIONS}/3")


def test_a_forced_native_deployment_has_one_revision_in_both_groups(aws: StubbedAws) -> None:
    answer_ecs(aws, revisions={"4a": BLUE, "4b": GREEN})
    aws.answers("elbv2", "describe_rules", rules(100, 0))
    assert {each.label for each in read(aws, NATIVE).task_sets} == {"?"}


def test_a_native_service_of_which_ecs_tells_no_revisions(aws: StubbedAws) -> None:
    answer_ecs(aws, revisions={})
    aws.answers("elbv2", "describe_rules", rules(100, 0))
    assert {(each.label, each.target_group) for each in read(aws, NATIVE).task_sets} == {("?", None)}


def test_a_rolling_update_has_all_its_tasks_behind_one_group(aws: StubbedAws) -> None:
    answer_ecs(aws, revisions={})
    live = read(aws, ROLLING)
    aws.all_was_asked()
    assert {(each.label, each.target_group) for each in live.task_sets} == {("blue", BLUE)}
    assert live.test == {}
