"""Rules over a whole environment, and what production demands besides."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import pytest

from environments.model import Environment, ProductionEnvironment


@pytest.mark.parametrize("kind", [Environment, ProductionEnvironment])
def test_the_example_is_valid(mistakes, kind):
    assert mistakes({}, kind) == []


def test_services_have_names_and_priorities_of_their_own(mistakes, service):
    assert mistakes({"services[1]": service()}) == [
        "services[1].name: services[0] has this name too. Allowed: a name of its own for each service.",
        "services[1].routing.priority (shop): services[0] has this priority too. Allowed: a priority of its own for each service; they share the listeners.",
    ]


def test_an_environment_may_begin_without_services(mistakes):
    assert mistakes({"services": []}) == []


def test_fifty_services_to_a_load_balancer(mistakes, service):
    def services(count: int) -> dict[str, object]:
        changes: dict[str, object] = {"services": [service() for _ in range(count)]}
        for position in range(count):
            changes[f"services[{position}].name"] = f"shop-{position}"
            changes[f"services[{position}].routing.priority"] = position + 1
        return changes

    assert mistakes(services(50)) == []
    assert mistakes(services(51)) == [
        "services: 51 services need 102 target groups and as many rules; a load balancer takes 100. Allowed: up to 50 services in an environment."
    ]


def test_tasks_have_somewhere_to_run(mistakes):
    assert mistakes({"cluster.fargate_weight": 0, "cluster.fargate_spot_weight": 1}) == []
    assert mistakes({"cluster.fargate_weight": 0}) == [
        "cluster.fargate_weight: fargate_spot_weight is 0 too, and tasks would have nowhere to run. Allowed: a weight above 0 for one of the two."
    ]


PRODUCTION = [
    (
        {"account": None},
        "account: Production would go wherever the credentials point. Allowed: the 12 digits of the account.",
    ),
    (
        {
            "load_balancer.https": None,
            "load_balancer.plain_http_reason": "Nobody would ever look, we promise.",
        },
        "load_balancer.https: Production does not answer in clear text, whatever the reason. Allowed: HttpsWithHostedZone(...) or HttpsWithCertificate(...).",
    ),
    (
        {"load_balancer.deletion_protection": False},
        "load_balancer.deletion_protection: Production's load balancer could be deleted by mistake. Allowed: True.",
    ),
    ({"removable": True}, "removable: Production's logs would go with a stack. Allowed: False."),
    (
        {"registry.removable": True},
        "registry.removable: Production's images would go with a stack. Allowed: False.",
    ),
]


@pytest.mark.parametrize(("changes", "refusal"), PRODUCTION)
def test_what_production_refuses_others_may(mistakes, changes, refusal):
    assert mistakes(changes, ProductionEnvironment) == [refusal]
    assert mistakes(changes, Environment) == []


def test_production_keeps_the_rules_of_every_environment(mistakes):
    assert mistakes({"network.zones[1]": ...}, ProductionEnvironment) == [
        "network.zones: 1 of the zones is in use; a load balancer needs two. Allowed: at least two zones that are not retired."
    ]


def test_production_needs_no_nat(mistakes):
    assert mistakes({"network.nat": "none"}, ProductionEnvironment) == []
