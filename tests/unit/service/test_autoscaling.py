from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError, SeveralMistakesError
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.service.scheduled_capacity import ScheduledCapacity
from tests.unit.service.builder import build_service

POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"


def _policies(template: Template) -> list[dict[str, Any]]:
    found = template.find_resources(POLICY).values()
    return [policy["Properties"]["TargetTrackingScalingPolicyConfiguration"] for policy in found]


def test_bounds_that_are_equal_make_no_policy(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_service(stack, tasks=Scaling(min_tasks=4, max_tasks=4))
    template().has_resource_properties(TARGET, {"MinCapacity": 4, "MaxCapacity": 4})
    template().resource_count_is(POLICY, 0)


def test_bounds_that_nothing_would_use_are_refused() -> None:
    with pytest.raises(ConfigurationError) as error:
        Scaling(min_tasks=1, max_tasks=4)
    assert str(error.value) == (
        "Nothing would ever scale beyond min_tasks, 1. Allowed: a target (cpu_percent, memory_percent or "
        "requests_per_minute_per_task), schedules, or a number of tasks in place of Scaling. "
        "Change: Scaling(max_tasks=...)."
    )


def test_all_mistakes_of_scaling_are_said_at_once() -> None:
    with pytest.raises(SeveralMistakesError) as error:
        Scaling(min_tasks=5, max_tasks=4, cpu_percent=0, scale_in_cooldown_seconds=-1)
    assert [str(each).partition(" Allowed")[0] for each in error.value.errors] == [
        "A service cannot run between 5 and 4 tasks.",
        "The target cpu_percent is 0.",
        "The scale_in_cooldown_seconds is -1.",
    ]


@pytest.mark.parametrize(
    ("option", "metric"),
    [
        ("cpu_percent", "ECSServiceAverageCPUUtilization"),
        ("memory_percent", "ECSServiceAverageMemoryUtilization"),
    ],
)
def test_utilization_targets(
    stack: cdk.Stack, template: Callable[[], Template], option: str, metric: str
) -> None:
    scaling = Scaling(
        min_tasks=1,
        max_tasks=4,
        scale_in_cooldown_seconds=111,
        scale_out_cooldown_seconds=22,
        **{option: 55},  # pyright: ignore[reportArgumentType]
    )
    build_service(stack, tasks=scaling)
    assert _policies(template()) == [
        {
            "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
            "TargetValue": 55,
            "ScaleInCooldown": 111,
            "ScaleOutCooldown": 22,
        }
    ]


def test_requests_count_over_both_groups(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    scaling = Scaling(
        min_tasks=1,
        max_tasks=4,
        requests_per_minute_per_task=600,
        scale_in_cooldown_seconds=111,
        scale_out_cooldown_seconds=22,
    )
    service = build_service(stack, tasks=scaling)
    (policy,) = _policies(template())
    assert policy["TargetValue"] == 600
    assert (policy["ScaleInCooldown"], policy["ScaleOutCooldown"]) == (111, 22)
    *per_colour, total = policy["CustomizedMetricSpecification"]["Metrics"]
    assert total["Expression"] == "FILL(blue,0)+FILL(green,0)"
    assert [query["ReturnData"] for query in (*per_colour, total)] == [False, False, True]
    groups = [service.target_groups.blue, service.target_groups.green]
    for query, group in zip(per_colour, groups, strict=True):
        metric = query["MetricStat"]["Metric"]
        assert (metric["MetricName"], query["MetricStat"]["Stat"]) == ("RequestCountPerTarget", "Sum")
        assert metric["Dimensions"][0] == {
            "Name": "TargetGroup",
            "Value": stack.resolve(group.target_group_full_name),
        }


def test_the_request_policy_waits_for_the_scalable_target(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack, tasks=Scaling(min_tasks=1, max_tasks=4, requests_per_minute_per_task=600))
    (target,) = template().find_resources(TARGET)
    (policy,) = template().find_resources(POLICY).values()
    assert target in policy["DependsOn"]


def test_schedules_move_the_bounds(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    night = ScheduledCapacity(
        name="night", expression="cron(0 22 * * ? *)", time_zone="Europe/Berlin", min_tasks=0, max_tasks=1
    )
    build_service(stack, tasks=Scaling(min_tasks=1, max_tasks=4, schedules=[night]))
    template().has_resource_properties(
        TARGET,
        {
            "ScheduledActions": [
                {
                    "ScheduledActionName": "night",
                    "Schedule": "cron(0 22 * * ? *)",
                    "Timezone": "Europe/Berlin",
                    "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 1},
                }
            ]
        },
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"min_tasks": 5, "max_tasks": 4}, "between 5 and 4 tasks"),
        ({"min_tasks": -1, "max_tasks": 4}, "between -1 and 4 tasks"),
        ({"min_tasks": 0, "max_tasks": 0}, "between 0 and 0 tasks"),
        ({"cpu_percent": 0}, "cpu_percent is 0. Allowed: 1 to 100"),
        ({"memory_percent": 101}, "memory_percent is 101. Allowed: 1 to 100"),
        ({"requests_per_minute_per_task": 0}, "requests_per_minute_per_task is 0. Allowed: 1 or more"),
        ({"scale_in_cooldown_seconds": -1}, "scale_in_cooldown_seconds is -1. Allowed: 0 or more"),
    ],
)
def test_bounds_and_targets_aws_would_refuse(values: dict[str, int], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Scaling(**({"min_tasks": 1, "max_tasks": 4, "cpu_percent": 60} | values))  # pyright: ignore[reportArgumentType]


def test_two_schedules_of_one_name_are_refused() -> None:
    night = ScheduledCapacity(name="night", expression="at(2030-01-01T00:00:00)", min_tasks=1)
    with pytest.raises(ConfigurationError, match="Two schedules share a name"):
        Scaling(min_tasks=1, max_tasks=4, schedules=[night, night])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"expression": "0 22 * * *", "min_tasks": 1}, "expression '0 22"),
        ({"expression": "rate(0 days)", "min_tasks": 1}, r"expression 'rate\(0 days\)'. Allowed: cron"),
        ({"expression": "rate(daily)", "min_tasks": 1}, r"expression 'rate\(daily\)'. Allowed: cron"),
        ({"expression": "cron(0 22 * * *)", "min_tasks": 1}, "has 5 fields. Allowed: six"),
        ({"expression": "cron(0 25 ? * * *)", "min_tasks": 1}, 'hours "25" is no value. Allowed: hours'),
        ({"expression": "at(2030-02-30T00:00:00)", "min_tasks": 1}, "2030-02-30"),
        ({"expression": "rate(1 day)", "time_zone": "Europe/Berln", "min_tasks": 1}, "such as Europe/Berlin"),
        ({"expression": "rate(1 day)", "min_tasks": -1}, "bound of -1 tasks. Allowed: 0 or more"),
        ({"expression": "rate(1 hour)"}, "changes neither bound"),
        ({"expression": "rate(1 hour)", "min_tasks": 2, "max_tasks": 1}, "min_tasks=2 above max_tasks=1"),
    ],
)
def test_a_schedule_that_cannot_work_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as error:
        ScheduledCapacity(name="night", **values)
    assert error.value.where.startswith("ScheduledCapacity(")


def test_all_mistakes_of_a_schedule_are_said_at_once() -> None:
    with pytest.raises(SeveralMistakesError) as error:
        ScheduledCapacity(name="night", expression="daily", time_zone="Berlin")
    assert len(error.value.errors) == 3


def test_a_bound_that_a_schedule_leaves_out_is_what_another_has_made_of_it() -> None:
    morning = ScheduledCapacity(name="morning", expression="cron(0 8 * * ? *)", max_tasks=20)
    busy = ScheduledCapacity(name="busy", expression="cron(0 9 * * ? *)", min_tasks=10)
    night = ScheduledCapacity(name="night", expression="cron(0 22 * * ? *)", min_tasks=1, max_tasks=4)
    late = ScheduledCapacity(name="late", expression="cron(0 23 * * ? *)", max_tasks=1)
    Scaling(min_tasks=2, max_tasks=5, schedules=[morning, busy, night, late])


def test_what_only_the_deployment_knows_of_a_schedule_is_not_judged() -> None:
    text, number = cdk.Token.as_string({"Ref": "Text"}), cdk.Token.as_number({"Ref": "Number"})
    ScheduledCapacity(name="night", expression=text, time_zone=text, min_tasks=1, max_tasks=2)
    upper = ScheduledCapacity(name="night", expression=f"cron(0 {text} ? * * *)", max_tasks=number)
    lower = ScheduledCapacity(name="day", expression="rate(1 day)", min_tasks=number)
    Scaling(min_tasks=1, max_tasks=2, schedules=[upper, lower])


@pytest.mark.parametrize(
    ("bounds", "lowest", "highest"), [({"min_tasks": 9}, 9, 4), ({"max_tasks": 1}, 2, 1)]
)
def test_bounds_that_cross_from_a_schedule_on(bounds: dict[str, int], lowest: int, highest: int) -> None:
    night = ScheduledCapacity(name="night", expression="rate(1 day)", **bounds)
    with pytest.raises(ConfigurationError) as error:
        Scaling(min_tasks=2, max_tasks=4, schedules=[night])
    assert str(error.value) == (
        f"From the schedule 'night' on, at least {lowest} and at most {highest} tasks would run. "
        "Allowed: bounds that do not cross; give both where both change. "
        "Change: ScheduledCapacity(min_tasks=..., max_tasks=...)."
    )
