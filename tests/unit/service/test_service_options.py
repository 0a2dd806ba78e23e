"""What a service behind a load balancer shares with all others."""

from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk.assertions import Template

from ecs_platform.cluster import CapacityShare
from ecs_platform.deployment.native import NativeBlueGreen
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.discovery import Discovery
from ecs_platform.service.namespace import Namespace
from ecs_platform.service.service_connect import Endpoint, ServiceConnect
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork
from tests.unit.service.builder import build_service


def _service(template: Template) -> Mapping[str, Any]:
    (found,) = template.find_resources("AWS::ECS::Service").values()
    return found["Properties"]


def _names(stack: cdk.Stack) -> Namespace:
    return Namespace(stack, "Names", name="dev.internal", network=FakeNetwork(cdk.Stack(stack, "Network")))


@pytest.mark.parametrize("strategy", [NativeBlueGreen(), RollingUpdate()])
def test_with_ecs_a_service_has_them_all(
    stack: cdk.Stack, template: Callable[[], Template], strategy: Strategy
) -> None:
    names = _names(stack)
    build_service(
        stack,
        deployment=strategy,
        capacity=CapacityShare(spot_weight=3),
        discovery=Discovery(namespace=names, name="by-dns"),
        service_connect=ServiceConnect(namespace=names, endpoints=[Endpoint(name="by-proxy")]),
        platform_version=ecs.FargatePlatformVersion.VERSION1_4,
    )
    service = _service(template())
    assert [each["CapacityProvider"] for each in service["CapacityProviderStrategy"]] == [
        "FARGATE",
        "FARGATE_SPOT",
    ]
    assert service["ForceNewDeployment"]["ForceNewDeploymentNonce"] == "FARGATE 0+1, FARGATE_SPOT 3"
    assert "LaunchType" not in service
    assert len(service["ServiceRegistries"]) == 1
    assert service["ServiceConnectConfiguration"]["Services"][0]["DiscoveryName"] == "by-proxy"
    assert service["PlatformVersion"] == "1.4.0"


def test_with_codedeploy_it_has_none_and_that_is_said_at_once(stack: cdk.Stack) -> None:
    names = _names(stack)
    with pytest.raises(ConfigurationError) as refusal:
        build_service(
            stack,
            capacity=CapacityShare(spot_weight=3),
            discovery=Discovery(namespace=names, name="by-dns"),
            service_connect=ServiceConnect(namespace=names),
            platform_version=ecs.FargatePlatformVersion.LATEST,
        )
    assert refusal.value.where == (
        "Service(deployment=..., service_connect=...). Service(deployment=..., discovery=...). "
        "Service(deployment=..., capacity=...). Service(deployment=..., platform_version=...)."
    )


def test_a_platform_version_that_has_ended(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        build_service(
            stack, deployment=RollingUpdate(), platform_version=ecs.FargatePlatformVersion.VERSION1_3
        )
    assert str(refusal.value) == (
        "VERSION1_3 of Fargate's platform has ended. Allowed: FargatePlatformVersion.VERSION1_4 or LATEST, "
        "which today is the same, or None for the latest. Change: Service(platform_version=...)."
    )


def test_by_default_tasks_start_on_the_latest_platform(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack)
    assert "PlatformVersion" not in _service(template())


def test_exec(stack: cdk.Stack, template: Callable[[], Template], monkeypatch: pytest.MonkeyPatch) -> None:
    # What it takes is checked with `allow_exec`; that it is asked with this task, cluster and network, here.
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "ecs_platform.service.fargate.allow_exec", lambda task, **rest: asked.append({"task": task, **rest})
    )
    build_service(stack, exec_enabled=True)
    assert _service(template())["EnableExecuteCommand"] is True
    ((task, cluster, network),) = [each.values() for each in asked]
    assert (task.family, cluster.node.id) == ("hello", "Cluster")
    assert isinstance(network, FakeNetwork)


def test_exec_is_off_by_default(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_service(stack)
    assert "EnableExecuteCommand" not in _service(template())


def test_the_tasks_own_ways_are_opened_from_the_services_security_group(
    stack: cdk.Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(TaskDefinition, "connect", lambda _task, connections: opened.append(connections))
    service = build_service(stack)
    assert opened == [service.connections]
    (group,) = service.connections.security_groups
    assert group.security_group_id == service.security_group.security_group_id
