from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.load_balancer.network_routing import NetworkProtocol
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.network.alarms import NetworkAlarms, NetworkAlarmThresholds
from ecs_platform.service.network.target_groups import NetworkTargetGroups, NetworkTargetGroupSettings
from tests.unit.fakes import FakeNetwork


def _alarms(
    stack: cdk.Stack,
    template: Callable[[], Template],
    protocol: NetworkProtocol = NetworkProtocol.TCP,
    *,
    keeps: bool | None = None,
    tasks_in_both: bool = False,
    **thresholds: int,
) -> Mapping[str, Any]:
    groups = NetworkTargetGroups(
        stack,
        "Groups",
        vpc=FakeNetwork(stack).vpc,
        port=7000,
        protocol=protocol,
        settings=NetworkTargetGroupSettings(preserve_client_ip=keeps),
        load_balancer_full_name="net/dev/1",
    )
    NetworkAlarms(
        stack,
        "Alarms",
        groups=groups,
        protocol=protocol,
        thresholds=NetworkAlarmThresholds(**thresholds),
        tasks_in_both=tasks_in_both,
    )
    found = template().find_resources("AWS::CloudWatch::Alarm").values()
    return {each["Properties"]["AlarmDescription"]: each["Properties"] for each in found}


UNHEALTHY = "Tasks fail their health check."
RESETS = "Tasks reset connections."
PORTS = "The load balancer has no port left for connections to tasks."


def test_unhealthy_tasks_of_both_groups_and_counts_of_the_load_balancer(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    alarms = _alarms(stack, template)
    assert set(alarms) == {UNHEALTHY, RESETS, PORTS}

    blue, green, joined = alarms[UNHEALTHY]["Metrics"]
    for colour, query in (("blue", blue), ("green", green)):
        metric = query["MetricStat"]["Metric"]
        assert query["Id"] == colour
        assert (metric["Namespace"], metric["MetricName"]) == ("AWS/NetworkELB", "UnHealthyHostCount")
        assert [each["Name"] for each in metric["Dimensions"]] == ["LoadBalancer", "TargetGroup"]
        assert colour in str(metric["Dimensions"][1]).lower()
        assert query["MetricStat"]["Stat"] == "Maximum"
    assert joined == {"Id": "joined", "Expression": "FILL(blue,0)+FILL(green,0)", "ReturnData": True}
    for name, metric_name in ((RESETS, "TCP_Target_Reset_Count"), (PORTS, "PortAllocationErrorCount")):
        (query,) = alarms[name]["Metrics"]
        assert query["ReturnData"]
        assert query["MetricStat"] == {
            "Metric": {
                "Namespace": "AWS/NetworkELB",
                "MetricName": metric_name,
                "Dimensions": [{"Name": "LoadBalancer", "Value": "net/dev/1"}],
            },
            "Period": 60,
            "Stat": "Sum",
        }
    for alarm in alarms.values():
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert alarm["TreatMissingData"] == "notBreaching"


def test_thresholds_are_the_callers(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    given = {"unhealthy_hosts": 3, "target_resets_per_minute": 5, "port_allocation_errors_per_minute": 7}
    alarms = _alarms(stack, template, minutes=4, **given)
    assert {name: alarm["Threshold"] for name, alarm in alarms.items()} == {UNHEALTHY: 3, RESETS: 5, PORTS: 7}
    assert {alarm["EvaluationPeriods"] for alarm in alarms.values()} == {4}


def test_tasks_in_both_groups_are_counted_once(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    alarms = _alarms(stack, template, tasks_in_both=True)
    assert alarms[UNHEALTHY]["Metrics"][2]["Expression"] == "MAX([FILL(blue,0),FILL(green,0)])"


@pytest.mark.parametrize(
    ("protocol", "keeps", "watched"),
    [
        (NetworkProtocol.UDP, None, {UNHEALTHY}),
        (NetworkProtocol.TCP_UDP, None, {UNHEALTHY, RESETS}),
        (NetworkProtocol.TLS, None, {UNHEALTHY, RESETS, PORTS}),
        (NetworkProtocol.TCP, True, {UNHEALTHY, RESETS}),
    ],
)
def test_what_cannot_happen_is_not_watched(
    stack: cdk.Stack,
    template: Callable[[], Template],
    protocol: NetworkProtocol,
    keeps: bool | None,
    watched: set[str],
) -> None:
    assert set(_alarms(stack, template, protocol, keeps=keeps)) == watched


def test_thresholds_that_never_or_always_fire_are_refused_all_at_once() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        NetworkAlarmThresholds(unhealthy_hosts=0, minutes=-1)
    assert str(refusal.value) == (
        "2 mistakes:\n"
        "- An alarm with unhealthy_hosts=0 would always or never fire. Allowed: a number above zero. "
        "Change: NetworkAlarmThresholds(unhealthy_hosts=...).\n"
        "- An alarm with minutes=-1 would always or never fire. Allowed: a number above zero. "
        "Change: NetworkAlarmThresholds(minutes=...)."
    )


def test_an_alarm_that_cloudwatch_would_not_watch_for_is_refused() -> None:
    NetworkAlarmThresholds(minutes=1_440)
    with pytest.raises(ConfigurationError) as refusal:
        NetworkAlarmThresholds(minutes=1_441)
    assert str(refusal.value) == (
        "An alarm would wait for 1,441 minutes in a row. Allowed: up to 1,440, a day. "
        "Change: NetworkAlarmThresholds(minutes=...)."
    )
