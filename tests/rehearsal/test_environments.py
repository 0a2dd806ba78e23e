"""The environments that no demo shows deploy as well; dev is the story of test_project.py."""

from pathlib import Path
from typing import Any

import pytest
from moto.route53.models import FakeZone, route53_backends

from environments import ENVIRONMENTS, load_environments
from environments.model import Environment, HttpsWithHostedZone
from rehearsal import assembly, inventory, journal
from rehearsal.in_process import InProcessAws
from rehearsal.journal import Kind
from rehearsal.server import ACCOUNT
from tests.synthesis import new_app

# moto validates no certificate, so nothing reads how it should.
NO_TRACE = {("AWS::CertificateManager::Certificate", "properties DomainValidationOptions")}


@pytest.mark.parametrize("name", [name for name in ENVIRONMENTS if name != "dev"])
def test_an_environment_deploys_and_nothing_of_it_is_skipped(name: str) -> None:
    from stacks.environment_stage import EnvironmentStage

    environment = next(item for item in load_environments() if item.name == name)
    out = EnvironmentStage(new_app(), environment=environment).synth().directory
    with InProcessAws(region=environment.region) as aws:
        with_hosted_zone(environment)
        for stack in assembly.stacks(Path(out)):
            aws.deploy_artifact(stack)
        found = inventory.take(aws.client)
        check(found, environment)
        check_tags(aws, found, environment)

    unreal = {(e.type, e.detail) for e in journal.read() if e.kind in {Kind.SKIPPED, Kind.NOT_SHOWN}}
    assert unreal <= NO_TRACE


def with_hosted_zone(environment: Environment) -> None:
    """Make the zone that the environment takes for granted; no API lets one choose its id."""
    https = environment.load_balancer.https
    if isinstance(https, HttpsWithHostedZone):
        zone: Any = FakeZone(https.hosted_zone_name, https.hosted_zone_id, False, "reference")
        route53_backends[ACCOUNT]["aws"].zones[https.hosted_zone_id] = zone


def check(found: inventory.Inventory, environment: Environment) -> None:
    """The pair of every service is behind its production listener, all weight on blue."""
    (load_balancer,) = found.load_balancers
    scheme = "https" if environment.load_balancer.https else "http"
    assert load_balancer.url.startswith(f"{scheme}://")
    assert len(found.deployment_groups) == len(environment.services)
    production = {arn for group in found.deployment_groups for arn in group.production_listeners}
    (listener,) = (item for item in load_balancer.listeners if item.arn in production)
    assert listener.protocol == scheme.upper()
    pairs = [list(rule.weights.values()) for rule in listener.rules[:-1]]
    assert pairs == [[100, 0]] * len(environment.services)


def check_tags(aws: InProcessAws, found: inventory.Inventory, environment: Environment) -> None:
    """The rules, which CloudFormation would not tag, say whose they are like all else."""
    (load_balancer,) = found.load_balancers
    rules = [rule for listener in load_balancer.listeners for rule in listener.rules]
    arns = [rule.arn for rule in rules if rule.weights]
    described = aws.client("elbv2").describe_tags(ResourceArns=arns)["TagDescriptions"]
    tags = [{tag["Key"]: tag["Value"] for tag in one["Tags"]} for one in described]
    assert sorted(each["service"] for each in tags) == sorted(2 * [one.name for one in environment.services])
    owner = environment.tags
    for each in tags:
        assert (each["environment"], each["owner"], each["cost-center"]) == (
            environment.name,
            owner.owner,
            owner.cost_center,
        )
