"""The two worlds in which the rule function is tested: in memory, and on moto."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.unit.load_balancer.rule_world import World, fake_world, moto_world


@pytest.fixture
def fake() -> World:
    """A fresh load balancer in memory."""
    return fake_world()


@pytest.fixture(scope="module")
def _on_moto() -> Iterator[World]:
    with mock_aws():
        yield moto_world()


@pytest.fixture(params=["fake", "moto"])
def world(request: pytest.FixtureRequest) -> World:
    """A load balancer without rules, in memory and once more on moto."""
    if request.param == "fake":
        return fake_world()
    world: World = request.getfixturevalue("_on_moto")
    for rule in world.rules():
        world.elb.delete_rule(RuleArn=rule.arn)
    for group in (world.blue, world.green):
        health = world.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        for target in health:
            world.elb.deregister_targets(TargetGroupArn=group, Targets=[target["Target"]])
    return world
