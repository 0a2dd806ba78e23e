# ruff: noqa: E501 - sentences stand in one line, where a search finds them

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.load_balancer.network_routing import NetworkProtocol
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.network.target_groups import (
    NetworkHealthCheck,
    NetworkTargetGroups,
    NetworkTargetGroupSettings,
)
from tests.unit.fakes import FakeNetwork


def _groups(
    stack: cdk.Stack, protocol: NetworkProtocol = NetworkProtocol.TCP, **settings: Any
) -> NetworkTargetGroups:
    return NetworkTargetGroups(
        stack,
        "Groups",
        vpc=FakeNetwork(stack).vpc,
        port=7000,
        protocol=protocol,
        settings=NetworkTargetGroupSettings(**settings),
        load_balancer_full_name="net/dev/1",
    )


def _both(template: Template) -> list[dict[str, Any]]:
    found = [
        each["Properties"]
        for each in template.find_resources("AWS::ElasticLoadBalancingV2::TargetGroup").values()
    ]
    assert len(found) == 2
    for each in found:
        attributes = each.pop("TargetGroupAttributes")
        each["Attributes"] = {attribute["Key"]: attribute["Value"] for attribute in attributes}
    assert found[0] == found[1]
    return found


def test_two_equal_groups_of_addresses_that_are_asked_for_a_connection(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    _groups(stack)
    assert _both(template())[0] == {
        "Protocol": "TCP",
        "Port": 7000,
        "TargetType": "ip",
        "VpcId": "vpc-1",
        "HealthCheckProtocol": "TCP",
        "HealthCheckIntervalSeconds": 10,
        "HealthCheckTimeoutSeconds": 5,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 3,
        "Attributes": {
            # A load balancer of this kind sends new connections for two minutes after a task was taken out.
            "deregistration_delay.timeout_seconds": "300",
            "deregistration_delay.connection_termination.enabled": "false",
            "preserve_client_ip.enabled": "false",
        },
    }


def test_each_setting_changes_what_it_says(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    check = NetworkHealthCheck(
        path="/healthz",
        port=8080,
        interval_seconds=30,
        timeout_seconds=20,
        healthy_threshold=4,
        unhealthy_threshold=5,
    )
    _groups(
        stack,
        NetworkProtocol.TLS,
        health_check=check,
        deregistration_delay_seconds=120,
        close_connections=True,
        preserve_client_ip=True,
    )
    found = _both(template())[0]
    assert {name: value for name, value in found.items() if "Health" in name or "Threshold" in name} == {
        "HealthCheckProtocol": "HTTP",
        "HealthCheckPath": "/healthz",
        "HealthCheckPort": "8080",
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckTimeoutSeconds": 20,
        "HealthyThresholdCount": 4,
        "UnhealthyThresholdCount": 5,
    }
    assert found["Attributes"] == {
        "deregistration_delay.timeout_seconds": "120",
        "deregistration_delay.connection_termination.enabled": "true",
        "preserve_client_ip.enabled": "true",
    }
    # TLS ends at the load balancer.
    assert found["Protocol"] == "TCP"


@pytest.mark.parametrize("protocol", [NetworkProtocol.UDP, NetworkProtocol.TCP_UDP])
def test_over_udp_a_task_always_sees_the_client(
    stack: cdk.Stack, template: Callable[[], Template], protocol: NetworkProtocol
) -> None:
    groups = _groups(stack, protocol)
    found = _both(template())[0]
    assert groups.keeps_client_address
    assert found["Protocol"] == protocol.value
    assert found["HealthCheckProtocol"] == "TCP"
    assert found["Attributes"]["preserve_client_ip.enabled"] == "true"


@pytest.mark.parametrize("protocol", [NetworkProtocol.UDP, NetworkProtocol.TCP_UDP])
@pytest.mark.parametrize(("chosen", "ended"), [(None, "true"), (False, "false")])
def test_over_udp_what_is_open_ends_with_its_task(
    stack: cdk.Stack,
    template: Callable[[], Template],
    protocol: NetworkProtocol,
    chosen: bool | None,
    ended: str,
) -> None:
    _groups(stack, protocol, close_connections=chosen)
    attributes = _both(template())[0]["Attributes"]
    assert attributes["deregistration_delay.connection_termination.enabled"] == ended


def test_to_hide_the_client_over_udp_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        _groups(stack, NetworkProtocol.UDP, preserve_client_ip=False)
    assert str(refusal.value) == (
        "With UDP a task always sees the client's address. Allowed: True or None; False with TCP and TLS. Change: "
        "NetworkTargetGroupSettings(preserve_client_ip=...)."
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"port": 0}, "port is 0. Allowed: The health check's port of 1 to 65535."),
        ({"interval_seconds": 4, "timeout_seconds": 2}, "interval_seconds is 4."),
        ({"interval_seconds": 301}, "interval_seconds is 301."),
        (
            {"timeout_seconds": 10},
            "timeout_seconds is 10. Allowed: The health check's timeout_seconds of 2 to 9.",
        ),
        ({"healthy_threshold": 1}, "healthy_threshold is 1."),
        ({"unhealthy_threshold": 11}, "unhealthy_threshold is 11."),
        ({"path": "healthz"}, "path is 'healthz'. Allowed: a path that starts with a slash."),
    ],
)
def test_health_checks_that_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        NetworkHealthCheck(**given)
    assert str(refusal.value).startswith(f"The health check's {said}")


def test_all_mistakes_of_a_health_check_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        NetworkHealthCheck(port=0, healthy_threshold=11, path="x")
    with pytest.raises(ConfigurationError) as range_of_both:
        NetworkHealthCheck(interval_seconds=2, timeout_seconds=5)
    assert "timeout_seconds of 2 to 4." in range_of_both.value.allowed
    assert refusal.value.problem == (
        "The health check's port is 0. The health check's healthy_threshold is 11. The health check's path is 'x'."
    )


@pytest.mark.parametrize("seconds", [-1, 3_601])
def test_a_delay_that_elb_does_not_take_is_refused(seconds: int) -> None:
    with pytest.raises(ConfigurationError, match=f"^The deregistration delay in seconds is {seconds}"):
        NetworkTargetGroupSettings(deregistration_delay_seconds=seconds)
