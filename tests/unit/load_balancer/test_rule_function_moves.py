"""A rule that moves to another listener, such as from HTTP to HTTPS, or that was deleted by hand."""

import pytest

from tests.unit.load_balancer.rule_clients import Client, Killed, failing, killed
from tests.unit.load_balancer.rule_world import Resource, World, refused, succeeded


def _after_swap(world: World) -> Resource:
    resource = Resource(world)
    resource.create()
    world.swap(30, 70)
    return resource


def test_another_listener_means_another_rule_with_the_live_weights(world: World) -> None:
    resource = _after_swap(world)
    before = resource.physical_id
    event = resource.update_event(ListenerArn=world.https, Paths=["/other"])

    after = succeeded(resource.send(event))

    assert world.weights(before) == world.weights(after) == (30, 70)
    assert world.rule(after).home == world.https
    assert world.rule(after).conditions == {"path-pattern": ["/other"]}
    assert world.rule(before).conditions == {"path-pattern": ["/hello"]}
    # Lambda may deliver the event again, before CloudFormation deletes the old rule and after.
    assert succeeded(resource.send(event)) == after
    succeeded(resource.send(resource.event("Delete")))
    assert succeeded(resource.send(event)) == after
    assert [rule.arn for rule in world.rules()] == [after]


def test_a_move_is_rolled_back_to_the_rule_that_was(world: World) -> None:
    """Something else in the update fails: back, then the new rule is deleted."""
    resource = _after_swap(world)
    before = resource.physical_id
    event = resource.update_event(ListenerArn=world.https, Paths=["/other"])
    resource.physical_id = succeeded(resource.send(event))
    world.swap(0, 100)

    assert succeeded(resource.send(resource.back(event))) == before
    succeeded(resource.send(resource.event("Delete")))

    assert [rule.arn for rule in world.rules()] == [before]
    assert world.weights(before) == (0, 100)


def test_a_move_is_rolled_back_to_live_weights_where_only_the_new_rule_was_moved(world: World) -> None:
    """A deployment that knows the new listener alone, between the update and its way back."""
    resource = _after_swap(world)
    before = resource.physical_id
    event = resource.update_event(ListenerArn=world.https)
    resource.physical_id = succeeded(resource.send(event))
    world.write(resource.physical_id, 0, 100)

    after = succeeded(resource.send(resource.back(event)))
    succeeded(resource.send(resource.event("Delete")))

    assert after != before
    assert [rule.arn for rule in world.rules()] == [after]
    assert world.rule(after).home == world.http
    assert world.weights(after) == (0, 100)


def test_a_move_that_is_refused_keeps_the_physical_id_and_is_rolled_back(world: World) -> None:
    world.by_hand(world.https, 10)
    resource = _after_swap(world)
    before = resource.physical_id
    event = resource.update_event(ListenerArn=world.https)

    told = resource.send(event)

    assert f"Priority 10 is in use by {world.rules(world.https)[0].arn}" in refused(told)
    assert told["PhysicalResourceId"] == before
    assert succeeded(resource.send(resource.back(event))) == before
    assert world.weights(before) == (30, 70)


def test_a_move_that_fails_after_creation_leaves_nothing_on_the_new_listener(world: World) -> None:
    def fail_after_creation(number: int, name: str) -> None:
        if "create_rule" in elb.writes:
            failing("describe_listeners")(number, name)

    resource = _after_swap(world)
    elb = resource.elb = Client(world.elb, before=fail_after_creation)
    event = resource.update_event(ListenerArn=world.https)

    refused(resource.send(event))

    assert [rule.arn for rule in world.rules()] == [resource.physical_id]


def test_what_a_killed_move_left_is_removed_on_the_way_back(world: World) -> None:
    """CloudFormation never heard of it, and its target groups could not be deleted one day."""
    resource = _after_swap(world)
    before = resource.physical_id
    event = resource.update_event(ListenerArn=world.https)
    resource.elb = Client(world.elb, after=killed("create_rule"))
    with pytest.raises(Killed):
        resource.send(event)
    assert len(world.rules(world.https)) == 1

    resource.elb = world.elb
    assert succeeded(resource.send(resource.back(event))) == before
    assert [rule.arn for rule in world.rules()] == [before]


def test_a_killed_move_goes_on_when_lambda_repeats_it(world: World) -> None:
    resource = _after_swap(world)
    event = resource.update_event(ListenerArn=world.https)
    resource.elb = Client(world.elb, after=killed("create_rule"))
    with pytest.raises(Killed):
        resource.send(event)

    resource.elb = world.elb
    after = succeeded(resource.send(event))

    assert [rule.arn for rule in world.rules(world.https)] == [after]
    assert world.weights(after) == (30, 70)


def test_what_an_earlier_move_left_is_not_adopted_with_the_weights_of_that_day(world: World) -> None:
    """The way back found no time to remove it, and a deployment has moved the live rule since."""
    resource = _after_swap(world)
    resource.elb = Client(world.elb, after=killed("create_rule"))
    with pytest.raises(Killed):
        resource.send(resource.update_event(ListenerArn=world.https))
    (stray,) = world.rules(world.https)
    world.write(resource.physical_id, 0, 100)

    resource.elb = world.elb
    after = resource.update(ListenerArn=world.https)

    assert after != stray.arn
    assert [rule.arn for rule in world.rules()] == [after]
    assert world.weights(after) == (0, 100)


def test_a_rule_deleted_by_hand_comes_back_with_the_weights_of_its_sibling(world: World) -> None:
    sibling = Resource(world, logical_id="Second", Priority=20)
    sibling.create()
    resource = _after_swap(world)
    before = resource.physical_id
    world.elb.delete_rule(RuleArn=before)

    after = resource.update(Paths=["/other"])

    assert after != before
    assert world.weights(after) == world.weights(sibling.physical_id) == (30, 70)
    assert world.rule(after).conditions == {"path-pattern": ["/other"]}


def test_an_update_that_brings_a_rule_back_may_be_sent_twice(world: World) -> None:
    resource = _after_swap(world)
    world.elb.delete_rule(RuleArn=resource.physical_id)
    event = resource.update_event(Paths=["/other"])

    assert succeeded(resource.send(event)) == succeeded(resource.send(event))
    assert len(world.rules()) == 1


def test_a_rule_deleted_by_hand_comes_back_for_the_group_that_has_tasks(world: World) -> None:
    """No sibling tells; after a swap, all for blue would send users where nobody answers."""
    resource = _after_swap(world)
    world.elb.delete_rule(RuleArn=resource.physical_id)
    world.start_tasks(world.green)

    assert world.weights(resource.update(Paths=["/other"])) == (0, 100)


def test_a_rule_deleted_by_hand_in_mid_deployment_is_refused(world: World) -> None:
    resource = _after_swap(world)
    world.elb.delete_rule(RuleArn=resource.physical_id)
    world.start_tasks(world.green)
    world.start_tasks(world.blue)

    told = resource.send(resource.update_event(Paths=["/other"]))

    assert "Deploy again when the running deployment has ended" in refused(told)
    assert told["PhysicalResourceId"] == resource.physical_id
    assert world.rules() == []
