"""What other stacks may count on: the exports, and that zones come and go without moving each other."""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk.assertions import Match, Template

from ecs_platform.network.network import Nat, Network, Zone
from tests.unit.network.plan import network, subnet_of, synthesized, zone

CONCRETE = cdk.Environment(account="111122223333", region="eu-central-1")
REGION_ALONE = cdk.Environment(region="eu-central-1")


def published(app: cdk.App, env: cdk.Environment, zones: Sequence[Zone], **options: Any) -> Network:
    """A network in a stack that exports its contract, as the network's stack does."""
    stack = cdk.Stack(app, "network", env=env)
    made = network(stack, zones, **options)
    for value in made.exports:
        stack.export_value(value)
    return made


def consume(app: cdk.App, env: cdk.Environment, used: Network) -> cdk.Stack:
    """A load balancer and a service behind it, in a stack of their own."""
    stack = cdk.Stack(app, "consumer", env=env)
    balancer = elbv2.ApplicationLoadBalancer(
        stack,
        "LoadBalancer",
        vpc=used.vpc,
        internet_facing=True,
        vpc_subnets=ec2.SubnetSelection(subnets=used.public_subnets),
    )
    task = ecs.FargateTaskDefinition(stack, "Task")
    task.add_container(
        "web",
        image=ecs.ContainerImage.from_registry("example"),
        port_mappings=[ecs.PortMapping(container_port=8080)],
    )
    service = ecs.FargateService(
        stack,
        "Service",
        cluster=ecs.Cluster(stack, "Cluster", vpc=used.vpc),
        task_definition=task,
        security_groups=[ec2.SecurityGroup(stack, "Tasks", vpc=used.vpc)],
        vpc_subnets=ec2.SubnetSelection(subnets=used.task_subnets),
    )
    group = elbv2.ApplicationTargetGroup(
        stack, "Blue", vpc=used.vpc, port=8080, protocol=elbv2.ApplicationProtocol.HTTP, targets=[service]
    )
    balancer.add_listener("Http", port=80, open=False, default_target_groups=[group])
    return stack


def exports_of(app: cdk.App) -> dict[str, Any]:
    """The exports of the network's stack: name → what is exported."""
    template = app.synth().get_stack_by_name("network").template
    return {each["Export"]["Name"]: each["Value"] for each in template["Outputs"].values()}


def imports_in(part: object) -> set[str]:
    """The names of everything that is imported somewhere in a template."""
    if isinstance(part, dict):
        own = {part["Fn::ImportValue"]} if "Fn::ImportValue" in part else set[str]()
        return own.union(*(imports_in(each) for each in part.values()))
    return set[str]().union(*(imports_in(each) for each in part)) if isinstance(part, list) else set()


@pytest.mark.parametrize("env", [CONCRETE, REGION_ALONE], ids=["concrete", "region alone"])
@pytest.mark.parametrize("nat", [Nat.NONE, Nat.ONE])
def test_a_stack_that_uses_all_of_it_imports_the_contract_and_nothing_else(
    app: cdk.App, env: cdk.Environment, nat: Nat
) -> None:
    made = published(app, env, [zone("a"), zone("b")], nat=nat)
    consumer = consume(app, env, made)
    exported = exports_of(app)
    assert imports_in(Template.from_stack(consumer).to_json()) == set(exported)
    assert len(exported) == 1 + 2 * 2
    assert list(exported.values()) == cdk.Stack.of(made).resolve(list(made.exports))


def test_the_load_balancer_stands_in_public_and_the_tasks_in_private_subnets(app: cdk.App) -> None:
    made = published(app, CONCRETE, [zone("a"), zone("b")])
    template = Template.from_stack(consume(app, CONCRETE, made))
    template.has_resource_properties(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        {"Subnets": [{"Fn::ImportValue": Match.string_like_regexp(f"Public{letter}")} for letter in "AB"]},
    )
    placement = {
        "AssignPublicIp": "DISABLED",
        "Subnets": [{"Fn::ImportValue": Match.string_like_regexp(f"Private{letter}")} for letter in "AB"],
    }
    template.has_resource_properties(
        "AWS::ECS::Service",
        {"NetworkConfiguration": {"AwsvpcConfiguration": Match.object_like(placement)}},
    )


def test_unused_values_are_exported_too(app: cdk.App) -> None:
    published(app, CONCRETE, [zone("a"), zone("b")])
    assert len(exports_of(app)) == 5


def test_a_retired_zone_is_out_of_use_and_still_exported() -> None:
    before, after = cdk.App(), cdk.App()
    published(before, CONCRETE, [zone("a"), zone("b"), zone("c")])
    made = published(after, CONCRETE, [zone("a"), zone("b"), zone("c", retired=True)])
    consumer = consume(after, CONCRETE, made)
    assert exports_of(after) == exports_of(before)
    imported = imports_in(Template.from_stack(consumer).to_json())
    assert len(imported) == 5
    assert not any("PublicC" in name or "PrivateC" in name for name in imported)


def everything_in(template: Template) -> dict[str, Any]:
    """All resources but those that name every zone, the endpoints."""
    return {
        key: resource
        for key, resource in template.to_json()["Resources"].items()
        if resource["Type"] != "AWS::EC2::VPCEndpoint"
    }


@pytest.mark.parametrize("nat", [Nat.NONE, Nat.ONE_PER_ZONE])
@pytest.mark.parametrize(
    "more",
    [
        [zone("a"), zone("b"), zone("c")],
        [zone("a"), zone("c"), zone("b")],
        [zone("a"), zone("c", retired=True), zone("b")],
    ],
    ids=["at the end", "in the middle", "retired"],
)
def test_a_zone_that_comes_or_goes_leaves_the_others_as_they_are(nat: Nat, more: list[Zone]) -> None:
    few = everything_in(synthesized((zone("a"), zone("b")), nat=nat))
    many = everything_in(synthesized(tuple(more), nat=nat))
    assert few.items() <= many.items()  # the ids, the ranges, every property
    new = many.keys() - few.keys()
    assert new
    assert all("PublicC" in key or "PrivateC" in key or "EgressAddressC" in key for key in new)


def test_retiring_a_zone_changes_no_resource_but_the_interface_endpoints() -> None:
    active = synthesized((zone("a"), zone("b"), zone("c")), nat=Nat.ONE_PER_ZONE).to_json()
    retired = synthesized((zone("a"), zone("b"), zone("c", retired=True)), nat=Nat.ONE_PER_ZONE).to_json()
    assert retired == active


def test_zones_given_in_another_order_are_the_same_subnets() -> None:
    one = synthesized((zone("a"), zone("b")))
    other = synthesized((zone("b"), zone("a")))
    assert everything_in(one) == everything_in(other)
    assert subnet_of(one, "NetworkPrivateA") == subnet_of(other, "NetworkPrivateA")
