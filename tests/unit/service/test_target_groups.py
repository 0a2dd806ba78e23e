from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError
from ecs_platform.service.target_groups import TargetGroups, TargetGroupSettings, TargetHealthCheck


def _groups(stack: cdk.Stack, settings: TargetGroupSettings) -> TargetGroups:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack, "Vpc", vpc_id="vpc-1", availability_zones=["eu-central-1a", "eu-central-1b"]
    )
    return TargetGroups(
        stack, "Groups", vpc=vpc, port=8080, settings=settings, load_balancer_full_name="app/alb/1"
    )


def test_both_groups_are_alike_and_hold_addresses(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    _groups(stack, TargetGroupSettings())
    template().resource_properties_count_is(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {
            "Port": 8080,
            "Protocol": "HTTP",
            "TargetType": "ip",
            "VpcId": "vpc-1",
            "HealthCheckPath": "/healthz",
            "HealthCheckIntervalSeconds": 10,
            "HealthCheckTimeoutSeconds": 5,
            "HealthyThresholdCount": 2,
            "UnhealthyThresholdCount": 3,
            "Matcher": {"HttpCode": "200"},
        },
        2,
    )


def test_settings_reach_both_groups(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    check = TargetHealthCheck(
        path="/alive",
        interval_seconds=20,
        timeout_seconds=19,
        healthy_threshold=3,
        unhealthy_threshold=4,
        healthy_codes="200-299",
    )
    _groups(stack, TargetGroupSettings(health_check=check, deregistration_delay_seconds=17))
    groups = template().find_resources("AWS::ElasticLoadBalancingV2::TargetGroup").values()
    for group in groups:
        properties = group["Properties"]
        assert properties["HealthCheckPath"] == "/alive"
        assert properties["HealthCheckIntervalSeconds"] == 20
        assert properties["HealthCheckTimeoutSeconds"] == 19
        assert properties["HealthyThresholdCount"] == 3
        assert properties["UnhealthyThresholdCount"] == 4
        assert properties["Matcher"] == {"HttpCode": "200-299"}
        assert {
            "Key": "deregistration_delay.timeout_seconds",
            "Value": "17",
        } in properties["TargetGroupAttributes"]
    assert len(groups) == 2


@pytest.mark.parametrize(
    ("values", "problem", "allowed"),
    [
        ({"interval_seconds": 4, "timeout_seconds": 2}, "interval_seconds is 4.", "of 5 to 300."),
        ({"interval_seconds": 301}, "interval_seconds is 301.", "of 5 to 300."),
        ({"interval_seconds": 10, "timeout_seconds": 10}, "timeout_seconds is 10.", "of 2 to 9."),
        ({"healthy_threshold": 1}, "healthy_threshold is 1.", "of 2 to 10."),
        ({"unhealthy_threshold": 11}, "unhealthy_threshold is 11.", "of 2 to 10."),
        ({"path": "healthz"}, "path is 'healthz'.", "a path that starts with a slash."),
    ],
)
def test_a_check_elb_would_refuse_is_refused(values: dict[str, int], problem: str, allowed: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        TargetHealthCheck(**values)  # pyright: ignore[reportArgumentType]
    assert refusal.value.problem == f"The health check's {problem}"
    assert refusal.value.allowed.endswith(allowed)


def test_all_mistakes_of_a_check_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        TargetHealthCheck(interval_seconds=2, timeout_seconds=5, path="x")
    assert refusal.value.problem == (
        "The health check's interval_seconds is 2. The health check's timeout_seconds is 5. "
        "The health check's path is 'x'."
    )
    assert "timeout_seconds of 2 to 4." in refusal.value.allowed


@pytest.mark.parametrize("seconds", [-1, 3_601])
def test_a_delay_elb_would_refuse_is_refused(seconds: int) -> None:
    with pytest.raises(ConfigurationError, match=f"delay is {seconds} seconds. Allowed: 0 to 3,600"):
        TargetGroupSettings(deregistration_delay_seconds=seconds)
