"""Rules and listeners have the tags of their stack, which CloudFormation passes to its own resources only."""

from typing import Any

import pytest

from tests.unit.load_balancer.listener_world import ListenerResource
from tests.unit.load_balancer.listener_world import fake_world as fake_listener_world
from tests.unit.load_balancer.rule_clients import Client, failing
from tests.unit.load_balancer.rule_world import Resource, World, fake_world, refused, succeeded

DEV = {"environment": "dev", "owner": "one"}


def _written(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _rule(world: World, **wanted: Any) -> Resource:
    return Resource(world, elb=Client(world.elb), Tags=_written(DEV), **wanted)


def _found(resource: Resource) -> dict[str, str]:
    """The live tags but those that say whose it is."""
    (described,) = resource.world.elb.describe_tags(ResourceArns=[resource.physical_id])["TagDescriptions"]
    tags = {tag["Key"]: tag["Value"] for tag in described["Tags"]}
    return {key: value for key, value in tags.items() if not key.startswith("ecs-platform:")}


def _own(resource: Resource) -> dict[str, str]:
    (described,) = resource.world.elb.describe_tags(ResourceArns=[resource.physical_id])["TagDescriptions"]
    return {tag["Key"]: tag["Value"] for tag in described["Tags"] if tag["Key"].startswith("ecs-platform:")}


def _story(resource: Resource) -> None:
    resource.create()
    assert _found(resource) == DEV
    own = _own(resource)
    assert set(own) == {f"ecs-platform:{name}" for name in ("stack", "logical-id", "role", "request")}
    resource.world.swap(30, 70)
    before = len(resource.elb.writes)

    for tags, writes in [
        (DEV, []),
        (DEV | {"owner": "two", "cost-center": "3"}, ["add_tags"]),
        ({"cost-center": "3", "environment": "dev"}, ["remove_tags"]),
        ({"environment": "dev", "owner": "two"}, ["add_tags", "remove_tags"]),
    ]:
        resource.update(Tags=_written(tags))
        assert _found(resource) == tags
        assert resource.elb.writes[before:] == writes
        before = len(resource.elb.writes)

    assert _own(resource) == own
    assert resource.world.weights(resource.physical_id) == (30, 70)


def test_a_rule_has_its_stacks_tags_and_follows_them(world: World) -> None:
    _story(_rule(world))


def test_a_listener_has_its_stacks_tags_and_follows_them() -> None:
    world = fake_listener_world()
    _story(ListenerResource(world, elb=Client(world.elb), Tags=_written(DEV)))


def test_a_rule_made_before_the_template_told_of_tags_gets_them(world: World) -> None:
    resource = Resource(world, elb=Client(world.elb))
    resource.create()

    resource.update(Tags=_written(DEV))

    assert _found(resource) == DEV


def test_a_rule_on_another_listener_has_them_too(world: World) -> None:
    resource = _rule(world)
    before = resource.create()

    assert resource.update(ListenerArn=world.https) != before
    assert _found(resource) == DEV


def test_what_somebody_else_tagged_stays(world: World) -> None:
    resource = _rule(world)
    arn = resource.create()
    world.elb.add_tags(ResourceArns=[arn], Tags=_written({"seen": "by hand"}))

    resource.update(Tags=[])

    assert _found(resource) == {"seen": "by hand"}


def test_a_tag_changed_by_hand_is_put_right_with_the_next_update(world: World) -> None:
    resource = _rule(world)
    arn = resource.create()
    world.elb.add_tags(ResourceArns=[arn], Tags=_written({"owner": "nobody"}))

    resource.update(Paths=["/other"])

    assert _found(resource) == DEV


def test_an_update_of_tags_is_rolled_back(world: World) -> None:
    resource = _rule(world)
    resource.create()
    event = resource.update_event(Tags=_written({"environment": "prod", "new": "tag"}))
    succeeded(resource.send(event))
    assert resource.elb.writes[-2:] == ["add_tags", "remove_tags"]
    written = len(resource.elb.writes)
    succeeded(resource.send(event))
    assert len(resource.elb.writes) == written
    assert _found(resource) == {"environment": "prod", "new": "tag"}

    succeeded(resource.send(resource.back(event)))

    assert _found(resource) == DEV


def test_an_update_that_could_not_tag_says_so_and_is_rolled_back() -> None:
    world = fake_world()
    resource = _rule(world)
    resource.create()
    event = resource.update_event(Tags=_written({"owner": "two"}), Priority=11)
    resource.elb = Client(world.elb, before=failing("add_tags", code="TooManyTags"))

    assert "TooManyTags" in refused(resource.send(event))

    resource.elb = Client(world.elb)
    succeeded(resource.send(resource.back(event)))
    assert _found(resource) == DEV
    assert world.rule(resource.physical_id).priority == "10"


@pytest.mark.parametrize("name", ["stack", "logical-id", "role", "request"])
def test_no_stack_can_say_that_a_rule_is_another_ones(name: str) -> None:
    world = fake_world()
    resource = _rule(world)
    resource.create()
    own = _own(resource)
    stolen = _written(DEV | {f"ecs-platform:{name}": "another"})

    resource.update(Tags=stolen)
    assert _own(resource) == own

    other = Resource(world, "Other", Priority=20, Tags=stolen)
    other.create()
    assert "another" not in _own(other).values()
