from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Template
from constructs import Construct

from ecs_platform.problem import ConfigurationError
from tests.synthesis import new_app
from tests.unit.service.builder import build_service
from tests.unit.service.worker_builder import Ground

IN, OUT = "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"


def _depends(template: Template, name: str) -> list[str]:
    (found,) = template.find_resources("AWS::ECS::Service", {"Properties": {"ServiceName": name}}).values()
    return found.get("DependsOn", [])


@pytest.mark.parametrize(("options", "port"), [({}, 8080), ({"port": 9000}, 9000)])
def test_a_call_opens_both_security_groups(
    stack: cdk.Stack, template: Callable[[], Template], options: dict[str, int], port: int
) -> None:
    ground = Ground(stack)
    caller = ground.worker("web")
    called = ground.worker("prices", task=ground.task("prices", port=8080))
    caller.calls(called, **options)
    of_caller, of_called = (stack.resolve(each.security_group.security_group_id) for each in (caller, called))
    for kind, properties in (
        (IN, {"GroupId": of_called, "SourceSecurityGroupId": of_caller}),
        (OUT, {"GroupId": of_caller, "DestinationSecurityGroupId": of_called}),
    ):
        (rule,) = template().find_resources(kind).values()
        ports = {"FromPort": port, "ToPort": port, "IpProtocol": "tcp"}
        assert properties | ports == {key: rule["Properties"][key] for key in properties | ports}


def test_the_called_service_is_deployed_first(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    ground = Ground(stack)
    prices, web = (ground.worker(name, task=ground.task(name, port=80)) for name in ("prices", "web"))
    web.calls(prices)
    prices.calls(web, wait=False)
    (resource,) = template().find_resources("AWS::ECS::Service", {"Properties": {"ServiceName": "prices"}})
    assert resource in _depends(template(), "web")
    template().resource_count_is(IN, 2)


def test_the_callers_stack_depends_on_the_other_and_holds_the_rules() -> None:
    stacks: Any = [
        cdk.Stack(app, name, env=cdk.Environment(account="111122223333", region="eu-central-1"))
        for app in (new_app(),)
        for name in ("prices", "web")
    ]
    of_called, of_caller = stacks
    ground = Ground(of_called)
    called = ground.worker("prices", task=ground.task("prices", port=80))
    caller = ground.worker("web", scope=of_caller)
    caller.calls(called)
    template = Template.from_stack(of_caller)
    template.resource_count_is(IN, 1)
    template.resource_count_is(OUT, 1)
    assert of_caller.dependencies == [of_called]


def test_a_service_behind_a_load_balancer_calls_too(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    service = build_service(stack)
    group = ec2.SecurityGroup.from_security_group_id(stack, "Elsewhere", "sg-1")
    called = SimpleNamespace(service=Construct(stack, "Called"), connections=group.connections, port=9000)
    service.calls(called, wait=False)
    template().has_resource_properties(
        OUT, {"DestinationSecurityGroupId": "sg-1", "FromPort": 9000, "ToPort": 9000}
    )


def test_who_listens_nowhere_cannot_be_called(stack: cdk.Stack) -> None:
    ground = Ground(stack)
    caller, called = ground.worker("web"), ground.worker("resize")
    with pytest.raises(ConfigurationError, match="listens on no port"):
        caller.calls(called)


def test_a_port_that_is_none(stack: cdk.Stack) -> None:
    ground = Ground(stack)
    with pytest.raises(ConfigurationError, match=r"port is 65536\. Allowed: port of 1 to 65535"):
        ground.worker("web").calls(ground.worker("prices"), port=65_536)


def test_services_that_would_wait_for_each_other(stack: cdk.Stack) -> None:
    ground = Ground(stack)
    first, second, third = (ground.worker(name, task=ground.task(name, port=80)) for name in "abc")
    first.calls(second)
    second.calls(third)
    with pytest.raises(ConfigurationError) as error:
        third.calls(first)
    assert str(error.value) == (
        "stack/c/Service would wait for stack/a/Service, which waits for it: neither could be deployed "
        "first. Allowed: wait=False in one of the calls. Change: calls(..., wait=False)."
    )
    third.calls(first, wait=False)


def test_tasks_that_call_each_other_wait_for_nobody(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    ground = Ground(stack)
    worker = ground.worker("web", task=ground.task("web", port=80))
    worker.calls(worker)
    worker.calls(worker, port=81)
    template().resource_count_is(IN, 2)
    template().resource_count_is(OUT, 2)
    (resource,) = template().find_resources("AWS::ECS::Service")
    assert resource not in _depends(template(), "web")
