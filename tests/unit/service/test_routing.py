"""Many services on one load balancer, each in a stack of its own."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.load_balancer.network_load_balancer import NetworkLoadBalancer
from ecs_platform.load_balancer.priorities import computed_priority
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.routing import Routing
from ecs_platform.service.target_groups import TargetGroups, TargetGroupSettings
from tests.unit.fakes import FakeNetwork
from tests.unit.service.builder import build_service

RULE = "Custom::SwapSafeListenerRule"


class Shared:
    """A load balancer, and services that are no more than their target groups and rules."""

    def __init__(self, stack: cdk.Stack, **options: Any) -> None:
        self.network = FakeNetwork(stack)
        self.balancer = LoadBalancer(
            stack, "Lb", network=self.network, plain_http_reason="A test.", **options
        )
        self.app = stack.node.scope

    def service(self, name: str, routing: Routing) -> cdk.Stack:
        environment = cdk.Environment(account="111122223333", region="eu-central-1")
        stack = cdk.Stack(self.app, name, env=environment)
        groups = TargetGroups(
            stack,
            "Groups",
            vpc=self.network.vpc,
            port=80,
            settings=TargetGroupSettings(),
            load_balancer_full_name="app/lb/1",
        )
        routing.rules(stack, self.balancer, groups)
        return stack


def priorities(stack: cdk.Stack) -> set[int]:
    return {
        rule["Properties"]["Priority"] for rule in Template.from_stack(stack).find_resources(RULE).values()
    }


def test_both_rules_of_a_service_have_the_computed_priority_or_the_one_given(stack: cdk.Stack) -> None:
    shared = Shared(stack)
    orders = shared.service("orders", Routing(paths=["/orders/*"]))
    given = shared.service("given", Routing(priority=7, paths=["/given"]))

    assert priorities(orders) == {computed_priority([], ["/orders/*"])}
    assert priorities(given) == {7}


def test_one_priority_in_two_stacks_is_refused(stack: cdk.Stack) -> None:
    shared = Shared(stack)
    shared.service("orders", Routing(paths=["/orders/*"]))
    with pytest.raises(
        ConfigurationError, match=r"^again/ProductionRule and orders/ProductionRule have the same"
    ):
        shared.service("again", Routing(paths=["/orders/*"]))
    with pytest.raises(
        ConfigurationError,
        match=r"^all/ProductionRule takes every request of orders/ProductionRule at priority 1,",
    ):
        shared.service("all", Routing(priority=1, paths=["/*"]))


def test_the_quotas_count_what_stands_in_all_stacks(
    stack: cdk.Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Smaller quotas here, because a hundred target groups take a second."""
    monkeypatch.setattr("ecs_platform.load_balancer.rule_ledger.TARGET_GROUPS", 4)
    shared = Shared(stack, rule_quota=100)
    for name in ("one", "two"):
        shared.service(name, Routing(paths=[f"/{name}"]))
    with pytest.raises(ConfigurationError) as refusal:
        shared.service("three", Routing(paths=["/three"]))
    assert str(refusal.value) == (
        "With three/ProductionRule the load balancer has 6 target groups. Allowed: 4 target groups, two for "
        "each service, and AWS raises this quota for nobody: other services need another load balancer. "
        "Change: Service(load_balancer=...)."
    )


def test_a_load_balancer_passes_its_quota_on(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError, match=r"^The quota of rules is 99\."):
        Shared(stack, rule_quota=99)


def test_the_rules_of_both_listeners_count(stack: cdk.Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecs_platform.load_balancer.rule_ledger.DEFAULT_RULES", 3)
    shared = Shared(stack, rule_quota=3)
    shared.service("one", Routing(paths=["/one"]))
    with pytest.raises(
        ConfigurationError, match=r"^With two/TestRule the load balancer has 4 rules. Allowed: 3"
    ):
        shared.service("two", Routing(paths=["/two"]))


def test_a_priority_is_not_computed_from_a_token(stack: cdk.Stack) -> None:
    shared, token = Shared(stack), cdk.Fn.import_value("host")
    with pytest.raises(
        ConfigurationError, match=r"only CloudFormation knows. Allowed: a priority chosen by hand."
    ):
        shared.service("one", Routing(hosts=[token]))
    assert priorities(shared.service("two", Routing(priority=3, hosts=[token]))) == {3}


def test_a_load_balancer_that_knows_no_hosts_and_paths_is_refused(stack: cdk.Stack) -> None:
    other = cdk.Stack(
        stack.node.scope, "other", env=cdk.Environment(account="111122223333", region="eu-central-1")
    )
    with pytest.raises(ConfigurationError) as refused:
        build_service(stack, load_balancer=NetworkLoadBalancer(other, "Nlb", network=FakeNetwork(other)))
    assert str(refused.value) == (
        "other/Nlb is a NetworkLoadBalancer, which knows no hosts and paths. "
        "Allowed: a LoadBalancer; NetworkLoadBalancedService(...) for the other kind. "
        "Change: Service(load_balancer=...)."
    )
