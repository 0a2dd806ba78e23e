"""Two rules of a listener never have the same priority: who gives way, who waits, who is refused."""

import pytest

from tests.unit.load_balancer.rule_clients import Client, failing
from tests.unit.load_balancer.rule_world import Resource, World, refused

ADVICE = "Give one of the two another routing priority in the environment's file"


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_priority_of_a_stranger_is_refused_at_once_and_the_holder_named(fake: World, kind: str) -> None:
    holder = fake.by_hand(fake.http, 20)
    resource = Resource(fake, Priority=20 if kind == "Create" else 10)
    if kind == "Update":
        resource.create()
    event = resource.event("Create") if kind == "Create" else resource.update_event(Priority=20)

    reason = refused(resource.send(event))

    assert reason.startswith(f"Rule with priority 20 on {fake.http}: Priority 20 is in use by {holder} ")
    assert "(not made by this platform)" in reason
    assert ADVICE in reason
    assert resource.seconds_left == 170


def test_a_priority_of_another_stack_is_refused_at_once(fake: World) -> None:
    """It may move away one day, but not while this stack waits."""
    holder = Resource(fake, stack="dev-shop", Priority=20)
    holder.create()
    resource = Resource(fake)
    resource.create()

    reason = refused(resource.send(resource.update_event(Priority=20)))

    assert f"{holder.physical_id} (Production of stack dev-shop)" in reason
    assert "to exchange two, give one a free number first" in reason
    assert resource.seconds_left == 170


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_rule_of_the_same_stack_is_given_time_to_move_away(fake: World, kind: str) -> None:
    """CloudFormation updates resources of a stack in parallel, in any order: 10 to 20 while 20 goes to 30."""
    holder = Resource(fake, logical_id="Second", Priority=20)
    holder.create()
    fake.swap(30, 70)
    resource = Resource(fake, Priority=20 if kind == "Create" else 10)
    if kind == "Update":
        resource.create()

    def move_away() -> None:
        holder.update(Priority=30)

    resource.meanwhile = move_away

    arn = resource.create() if kind == "Create" else resource.update(Priority=20)

    assert [(rule.arn, rule.priority) for rule in fake.rules()] == [(arn, "20"), (holder.physical_id, "30")]
    assert fake.weights(arn) == (30, 70)


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_rule_of_the_same_stack_that_stays_is_refused_after_a_minute(fake: World, kind: str) -> None:
    """Also two rules of one stack that exchange their priorities: each waits for the other."""
    Resource(fake, logical_id="Second", Priority=20).create()
    resource = Resource(fake, Priority=20 if kind == "Create" else 10)
    if kind == "Update":
        resource.create()
    event = resource.event("Create") if kind == "Create" else resource.update_event(Priority=20)

    assert "to exchange two" in refused(resource.send(event))
    assert resource.seconds_left == pytest.approx(170 - 60)


def test_two_rules_of_a_stack_exchange_their_priorities_by_way_of_a_free_number(fake: World) -> None:
    one = Resource(fake, Priority=10)
    two = Resource(fake, logical_id="Second", Priority=20)
    one.create()
    two.create()

    one.update(Priority=30)
    two.update(Priority=10)
    one.update(Priority=20)

    assert [rule.arn for rule in fake.rules()] == [two.physical_id, one.physical_id]


def test_a_holder_that_vanishes_in_the_meantime_is_no_obstacle(fake: World) -> None:
    holder = fake.by_hand(fake.http, 20)

    def vanish(_: int, name: str) -> None:
        refused_before = name == "describe_rules" and "set_rule_priorities" in elb.writes
        if refused_before and holder in [rule.arn for rule in fake.rules()]:
            fake.elb.delete_rule(RuleArn=holder)

    resource = Resource(fake)
    resource.create()
    elb = resource.elb = Client(fake.elb, before=vanish)

    assert fake.rule(resource.update(Priority=20)).priority == "20"


def test_a_move_whose_answer_was_lost_is_seen_to_be_done(fake: World) -> None:
    """The SDK repeats the call; moto says that the rule's own priority is in use."""
    resource = Resource(fake)
    resource.create()
    resource.elb = Client(fake.elb, after=failing("set_rule_priorities", code="PriorityInUse", times=1))

    assert fake.rule(resource.update(Priority=20)).priority == "20"


def test_a_priority_is_free_on_every_listener_of_its_own(fake: World) -> None:
    fake.by_hand(fake.https, 10)

    assert fake.rule(Resource(fake).create()).priority == "10"
