"""What a service behind a Network Load Balancer refuses."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

from typing import Any

import aws_cdk as cdk
import pytest

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from ecs_platform.deployment.native import NativeCanary, NativeLinear
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.load_balancer.network_routing import NetworkProtocol, NetworkRouting
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.autoscaling import Scaling
from tests.unit.fakes import FakeNetwork
from tests.unit.service.network.network_builder import build_network_service


def _another(stack: cdk.Stack) -> cdk.Stack:
    return cdk.Stack(stack.node.scope, "another", env=cdk.Environment(account="1", region="eu-central-1"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"deployment": CodeDeployBlueGreen()},
            "Behind a Network Load Balancer CodeDeploy moves all traffic at once and in no other way, so it is not "
            "offered. Allowed: NativeBlueGreen(...), NativeLinear(...), NativeCanary(...) or RollingUpdate(...). "
            "Change: NetworkLoadBalancedService(deployment=...).",
        ),
        (
            {"port": None, "deployment": RollingUpdate()},
            "The task chat has no port, so no load balancer reaches it. Allowed: a task definition with a port, or "
            "Worker for a task that listens nowhere. Change: TaskDefinition(port=...).",
        ),
        (
            {"deployment": NativeLinear(percent=3, step_minutes=55)},
            "A deployment by NativeLinear(bake_minutes=15, percent=3, step_minutes=55) takes 2180 minutes behind a "
            "Network Load Balancer, where ECS adds 10 to the test stage and to each of 34 steps. Allowed: up to "
            "2100 minutes in all, because CloudFormation gives up after 36 hours: fewer or shorter steps. Change: "
            "NetworkLoadBalancedService(deployment=...).",
        ),
        (
            {
                "routing": NetworkRouting(port=53, test_port=54, protocol=NetworkProtocol.UDP),
                "deployment": NativeCanary(percent=5, canary_minutes=5, smoke_test=SmokeTest(path="/")),
            },
            "A smoke test asks over HTTP, and the service listens on UDP alone. Allowed: no smoke test; a function "
            "of your own in hooks. Change: NativeCanary(smoke_test=...).",
        ),
        (
            {"tasks": -1},
            "A service cannot run -1 tasks. Allowed: 0 or more, or Scaling(...). Change: "
            "NetworkLoadBalancedService(tasks=...).",
        ),
        (
            {"health_check_grace_period_seconds": -1},
            "The grace period is -1 seconds. Allowed: 0 to 2147483647. Change: "
            "NetworkLoadBalancedService(health_check_grace_period_seconds=...).",
        ),
    ],
)
def test_what_is_refused(stack: cdk.Stack, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        build_network_service(stack, **options)
    assert str(refusal.value) == said


def test_what_does_not_fit_is_said_at_once_and_steps_that_just_fit_are_taken(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        build_network_service(stack, port=None, deployment=CodeDeployBlueGreen())
    assert refusal.value.problem.startswith(
        "The task chat has no port, so no load balancer reaches it. Behind"
    )
    build_network_service(
        _another(stack), deployment=NativeCanary(percent=5, canary_minutes=1_440, bake_minutes=540)
    )


def test_scaling_by_requests_and_a_stuck_rolling_update_are_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError, match="Nothing counts requests here"):
        build_network_service(stack, tasks=Scaling(min_tasks=1, max_tasks=2, requests_per_minute_per_task=10))
    with pytest.raises(ConfigurationError, match="At 1 running"):
        build_network_service(_another(stack), tasks=1, deployment=RollingUpdate(max_percent=150))


def test_the_other_kind_of_load_balancer_is_refused(stack: cdk.Stack) -> None:
    other = _another(stack)
    balancer = LoadBalancer(other, "Lb", network=FakeNetwork(other), plain_http_reason="A test.")
    with pytest.raises(ConfigurationError) as refused:
        build_network_service(stack, load_balancer=balancer)
    assert refused.value.problem.endswith("/Lb is a LoadBalancer, which takes HTTP and no ports of services.")
    assert refused.value.allowed == "a NetworkLoadBalancer; Service(...) for the other kind."
    assert refused.value.where == "NetworkLoadBalancedService(load_balancer=...)."
