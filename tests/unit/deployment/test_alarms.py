import math
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Template

from ecs_platform.deployment.alarms import Alarms, AlarmThresholds
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.target_groups import TargetGroups, TargetGroupSettings


@pytest.fixture
def alarms(stack: cdk.Stack, template: Callable[[], Template]) -> Callable[..., dict[str, dict[str, Any]]]:
    """Makes the alarms of thresholds; their properties by description."""

    def make(**thresholds: float) -> dict[str, dict[str, Any]]:
        vpc = ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-1", availability_zones=["eu-central-1a"])
        groups = TargetGroups(
            stack,
            "Groups",
            vpc=vpc,
            port=8080,
            settings=TargetGroupSettings(),
            load_balancer_full_name="app/alb/1",
        )
        made = Alarms(stack, "Alarms", groups=groups, thresholds=AlarmThresholds(**thresholds))  # pyright: ignore[reportArgumentType]
        assert len(made.alarms) == 4
        found = template().find_resources("AWS::CloudWatch::Alarm").values()
        return {alarm["Properties"]["AlarmDescription"]: alarm["Properties"] for alarm in found}

    return make


def _groups_seen(alarm: dict[str, Any]) -> set[str]:
    return {
        dimension["Value"]["Fn::GetAtt"][0]
        for query in alarm["Metrics"]
        if "MetricStat" in query
        for dimension in query["MetricStat"]["Metric"]["Dimensions"]
        if dimension["Name"] == "TargetGroup"
    }


@pytest.mark.parametrize(
    ("description", "metric", "statistic", "expression"),
    [
        ("Tasks answer 5xx.", "HTTPCode_Target_5XX_Count", "Sum", "FILL(blue,0)+FILL(green,0)"),
        ("Tasks fail their health check.", "UnHealthyHostCount", "Maximum", "FILL(blue,0)+FILL(green,0)"),
        ("Tasks answer slowly.", "TargetResponseTime", "p95", "MAX([FILL(blue,0),FILL(green,0)])"),
    ],
)
def test_an_alarm_sees_both_groups(
    alarms: Callable[..., dict[str, dict[str, Any]]],
    description: str,
    metric: str,
    statistic: str,
    expression: str,
) -> None:
    alarm = alarms()[description]
    assert len(_groups_seen(alarm)) == 2
    stats = [query["MetricStat"] for query in alarm["Metrics"] if "MetricStat" in query]
    assert {stat["Metric"]["MetricName"] for stat in stats} == {metric}
    assert {stat["Stat"] for stat in stats} == {statistic}
    assert {stat["Period"] for stat in stats} == {60}
    returned = [query for query in alarm["Metrics"] if query.get("ReturnData", True)]
    assert [query["Expression"] for query in returned] == [expression]


def test_the_load_balancers_own_5xx_count(alarms: Callable[..., dict[str, dict[str, Any]]]) -> None:
    alarm = alarms()["The load balancer itself answers 5xx."]
    (query,) = alarm["Metrics"]
    assert query["ReturnData"] is True
    assert query["MetricStat"] == {
        "Metric": {
            "Namespace": "AWS/ApplicationELB",
            "MetricName": "HTTPCode_ELB_5XX_Count",
            "Dimensions": [{"Name": "LoadBalancer", "Value": "app/alb/1"}],
        },
        "Period": 60,
        "Stat": "Sum",
    }


def test_no_data_is_no_alarm(alarms: Callable[..., dict[str, dict[str, Any]]]) -> None:
    assert {alarm["TreatMissingData"] for alarm in alarms().values()} == {"notBreaching"}


def test_thresholds_reach_their_alarms(alarms: Callable[..., dict[str, dict[str, Any]]]) -> None:
    made = alarms(
        target_5xx_per_minute=11,
        load_balancer_5xx_per_minute=12,
        unhealthy_hosts=13,
        p95_seconds=1.4,
        minutes=5,
    )
    assert {description: alarm["Threshold"] for description, alarm in made.items()} == {
        "Tasks answer 5xx.": 11,
        "The load balancer itself answers 5xx.": 12,
        "Tasks fail their health check.": 13,
        "Tasks answer slowly.": 1.4,
    }
    assert {alarm["EvaluationPeriods"] for alarm in made.values()} == {5}


@pytest.mark.parametrize("name", list(vars(AlarmThresholds())))
def test_a_threshold_of_zero_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}=0 would always or never fire"):
        AlarmThresholds(**{name: 0})


@pytest.mark.parametrize("value", [math.inf, math.nan])
def test_a_threshold_that_nothing_reaches_is_refused(value: float) -> None:
    with pytest.raises(ConfigurationError, match=f"p95_seconds={value} would always or never fire"):
        AlarmThresholds(p95_seconds=value)


def test_an_alarm_that_cloudwatch_would_not_watch_for_is_refused_with_all_else() -> None:
    with pytest.raises(ConfigurationError, match=r"(?s)p95_seconds=0 .* for 1,441 minutes in a row"):
        AlarmThresholds(minutes=1_441, p95_seconds=0)
