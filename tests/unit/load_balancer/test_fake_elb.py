"""The fake answers as moto does, so that what is proven on it holds there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.unit.load_balancer.fake_elb import FakeElb
from tests.unit.load_balancer.rule_world import World, fake_world, moto_world


def _story(world: World) -> Iterator[Callable[[], Any]]:
    """Calls that work and calls that do not, in one order."""
    elb = world.elb
    first = world.by_hand(world.http, 10, owner="one")
    second = world.by_hand(world.http, 20)
    path = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/b", "/a"]}}]
    host = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example.com"]}}]
    nowhere = [{"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": world.blue + "x"}]}}]
    yield lambda: world.by_hand(world.http, 10)
    yield lambda: world.by_hand(world.http + "x", 30)
    yield lambda: world.by_hand(world.http, 30, nowhere)
    yield lambda: world.by_hand(world.test, 10)
    yield lambda: elb.modify_rule(RuleArn=first, Actions=world.forward(30, 70))
    yield lambda: elb.modify_rule(RuleArn=first, Conditions=[*host, *path])
    yield lambda: elb.modify_rule(RuleArn=first + "x", Conditions=path)
    yield lambda: elb.set_rule_priorities(RulePriorities=[{"RuleArn": first, "Priority": 20}])
    yield lambda: elb.set_rule_priorities(RulePriorities=[{"RuleArn": first, "Priority": 15}])
    yield lambda: elb.set_rule_priorities(RulePriorities=[{"RuleArn": second + "x", "Priority": 16}])
    yield lambda: elb.add_tags(ResourceArns=[first], Tags=[{"Key": "owner", "Value": "two"}])
    yield lambda: elb.add_tags(ResourceArns=[first], Tags=[{"Key": "stays", "Value": "three"}])
    yield lambda: elb.remove_tags(ResourceArns=[first], TagKeys=["owner", "never-there"])
    yield lambda: elb.describe_rules(RuleArns=[second + "x"])
    yield lambda: elb.describe_rules(ListenerArn=world.http + "x")
    yield lambda: elb.describe_listeners(LoadBalancerArn="arn:none")
    yield lambda: elb.describe_target_health(TargetGroupArn=world.blue + "x")
    yield lambda: elb.describe_target_health(TargetGroupArn=world.blue)
    yield lambda: elb.delete_rule(RuleArn=second)


def _outcomes(world: World) -> list[Any]:
    """After each call: how it ended, and all that is there without the random names."""
    names = {world.http: "http", world.https: "https", world.test: "test"}
    groups = {world.blue: "blue", world.green: "green"}
    seen: list[Any] = []
    for call in _story(world):
        try:
            call()
            end = "done"
        except ClientError as error:
            end = str(error.response["Error"]["Code"])
        state = [
            (
                names[rule.home],
                rule.priority,
                rule.conditions,
                {groups[group]: weight for group, weight in rule.weights.items()},
                rule.tags,
            )
            for rule in world.rules()
        ]
        seen.append((end, state))
    return seen


def test_the_fake_and_moto_tell_the_same_story() -> None:
    with mock_aws():
        on_moto = _outcomes(moto_world())
    on_fake = _outcomes(fake_world())

    for fake, moto in zip(on_fake, on_moto, strict=True):
        assert fake == moto
    ends = [end for end, _ in on_fake]
    assert {"done", "PriorityInUse", "RuleNotFound", "ListenerNotFound", "TargetGroupNotFound"} < set(ends)


def test_what_moto_forgives_the_fake_does_not() -> None:
    """The API reference: RuleNotFound of DeleteRule and DescribeTags, which takes 20 at most."""
    world = fake_world()
    arns = [world.by_hand(world.http, priority) for priority in range(1, 22)]
    for call in (
        lambda: world.elb.delete_rule(RuleArn=arns[0] + "x"),
        lambda: world.elb.describe_tags(ResourceArns=[arns[0] + "x"]),
    ):
        with pytest.raises(ClientError, match="RuleNotFound"):
            call()
    with pytest.raises(ClientError, match="ValidationError"):
        world.elb.describe_tags(ResourceArns=arns)


def test_two_priorities_are_exchanged_at_once() -> None:
    """ELB reorders as long as the new order has no conflict; moto does not."""
    world = fake_world()
    one, two = world.by_hand(world.http, 1), world.by_hand(world.http, 2)

    pairs = [{"RuleArn": one, "Priority": 2}, {"RuleArn": two, "Priority": 1}]
    world.elb.set_rule_priorities(RulePriorities=pairs)

    assert [rule.arn for rule in world.rules()] == [two, one]


def test_pages_are_short_so_that_they_matter() -> None:
    elb = FakeElb(listeners=4)

    assert "NextMarker" in elb.describe_listeners(LoadBalancerArn=elb.balancer)
