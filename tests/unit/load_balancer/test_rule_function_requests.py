"""CloudFormation's requests, replayed as documented, on the fake and on moto: what is there afterwards.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html
"""

from typing import Any

import pytest

from ecs_platform.load_balancer.rule_function.swap_safe_rule.request import LOGICAL_ID, REQUEST, ROLE, STACK
from tests.unit.load_balancer.rule_clients import Client, Killed, failing, killed
from tests.unit.load_balancer.rule_world import Resource, World, refused, succeeded


def test_create_makes_one_rule_with_both_groups_and_says_whose_it_is(world: World) -> None:
    resource = Resource(world, Hosts=["a.example.com"], Paths=["/b", "/a"])
    event = resource.event("Create")

    arn = succeeded(resource.send(event))

    (rule,) = world.rules()
    assert rule.arn == arn
    assert rule.home == world.http
    assert rule.priority == "10"
    assert rule.conditions == {"host-header": ["a.example.com"], "path-pattern": ["/a", "/b"]}
    assert rule.weights == {world.blue: 100, world.green: 0}
    assert rule.tags == {
        STACK: event["StackId"],
        LOGICAL_ID: "Production",
        ROLE: "production",
        REQUEST: event["RequestId"],
    }


def test_create_sent_twice_is_one_rule(world: World) -> None:
    resource = Resource(world)
    event = resource.event("Create")

    first = succeeded(resource.send(event))
    world.swap(0, 100)

    assert succeeded(resource.send(event)) == first
    assert [rule.arn for rule in world.rules()] == [first]
    assert world.weights(first) == (0, 100)


def test_a_late_repetition_never_deletes_the_rule_that_cloudformation_knows(world: World) -> None:
    """Not even in the middle of a deployment that has not come to this rule yet; nobody reads the refusal."""
    sibling = Resource(world, logical_id="Second", Priority=20).create()
    resource = Resource(world)
    event = resource.event("Create")
    arn = succeeded(resource.send(event))
    world.write(sibling, 0, 100)

    assert "Deploy again" in refused(resource.send(event))
    assert world.weights(arn) == (100, 0)


def test_create_whose_answer_was_lost_is_found_again(world: World) -> None:
    resource = Resource(world)
    lost = succeeded(resource.send(resource.event("Create")))
    world.swap(30, 70)

    assert resource.create() == lost
    assert world.weights(lost) == (30, 70)


def test_create_rule_repeated_by_the_sdk_finds_its_own_rule(world: World) -> None:
    """The first answer got lost, the repetition is told that the priority is in use."""
    elb = Client(world.elb, after=failing("create_rule", code="PriorityInUse", times=1))

    arn = Resource(world, elb=elb).create()

    assert [rule.arn for rule in world.rules()] == [arn]


def test_create_that_fails_half_way_leaves_nothing_behind(world: World) -> None:
    def fail_after_creation(number: int, name: str) -> None:
        if "create_rule" in elb.writes:
            failing("describe_listeners")(number, name)

    elb = Client(world.elb, before=fail_after_creation)
    resource = Resource(world, elb=elb)

    reason = refused(resource.send(resource.event("Create")))

    assert "InvalidConfigurationRequest" in reason
    assert world.rules() == []


def test_create_that_could_not_clean_up_is_cleaned_up_by_its_delete(world: World) -> None:
    def fail_after_creation(number: int, name: str) -> None:
        if "create_rule" in elb.writes:
            failing("describe_listeners", "delete_rule")(number, name)

    elb = Client(world.elb, before=fail_after_creation)
    resource = Resource(world, elb=elb)
    told = resource.send(resource.event("Create"))
    refused(told)
    assert len(world.rules()) == 1

    resource.elb, resource.physical_id = world.elb, told["PhysicalResourceId"]

    assert succeeded(resource.send(resource.event("Delete"))) == resource.physical_id
    assert world.rules() == []


def test_create_that_never_answered_is_cleaned_up_by_its_delete(world: World) -> None:
    """CloudFormation makes up a physical id then."""
    resource = Resource(world, elb=Client(world.elb, after=killed("create_rule")))
    with pytest.raises(Killed):
        resource.send(resource.event("Create"))
    neighbour = world.by_hand(world.http, 20)

    resource.elb, resource.physical_id = world.elb, "dev-hello-Production-1ABCDEFGHIJKL"

    succeeded(resource.send(resource.event("Delete")))
    assert [rule.arn for rule in world.rules()] == [neighbour]


def test_delete_of_a_failed_attempt_spares_the_rule_of_the_next(world: World) -> None:
    """`cdk deploy --no-rollback`: the failed resource is deleted after its successor was created."""
    world.by_hand(world.http, 10)
    resource = Resource(world)
    failed = resource.send(resource.event("Create"))
    refused(failed)
    arn = Resource(world, Priority=20).create()

    resource.physical_id = failed["PhysicalResourceId"]
    succeeded(resource.send(resource.event("Delete")))

    assert arn in [rule.arn for rule in world.rules()]


def test_a_rule_taken_over_from_a_failed_attempt_survives_the_delete_of_that_attempt(world: World) -> None:
    resource = Resource(world)
    left = resource.event("Create")
    arn = succeeded(resource.send(left))
    resource.elb = Client(world.elb)

    assert resource.create() == arn
    assert resource.elb.writes == ["add_tags"]

    resource.physical_id = f"not-created/{left['RequestId']}"
    succeeded(resource.send(resource.event("Delete")))
    assert [rule.arn for rule in world.rules()] == [arn]


@pytest.mark.parametrize("physical_id", ["not-created/request-0", "dev-hello-Production-1ABCDEFGHIJKL"])
@pytest.mark.parametrize("properties", [{}, {"ListenerArn": "somewhere"}, None])
def test_delete_of_what_never_existed_succeeds(
    world: World, physical_id: str, properties: dict[str, Any] | None
) -> None:
    mine = Resource(world, logical_id="Another").create()
    resource = Resource(world)
    resource.physical_id = physical_id
    event = resource.event("Delete")
    if properties is not None:
        event["ResourceProperties"] = properties

    assert succeeded(resource.send(event)) == physical_id
    assert [rule.arn for rule in world.rules()] == [mine]


def test_delete_sent_twice_deletes_once(world: World) -> None:
    resource = Resource(world)
    resource.create()
    event = resource.event("Delete")

    assert succeeded(resource.send(event)) == succeeded(resource.send(event)) == resource.physical_id
    assert world.rules() == []


def test_delete_succeeds_where_the_listener_is_gone(fake: World) -> None:
    resource = Resource(fake)
    resource.create()
    fake.elb.delete_rule(RuleArn=resource.physical_id)
    fake.elb.listeners.remove(fake.http)

    succeeded(resource.send(resource.event("Delete")))
    resource.physical_id = "dev-hello-Production-1ABCDEFGHIJKL"
    succeeded(resource.send(resource.event("Delete")))


def test_update_writes_conditions_and_priority_where_they_changed_and_never_actions(world: World) -> None:
    elb = Client(world.elb)
    resource = Resource(world, elb=elb)
    arn = resource.create()
    world.swap(30, 70)
    made = len(elb.writes)

    for changes, writes in [
        ({}, []),
        ({"Paths": ["/hallo"]}, ["modify_rule"]),
        ({"Priority": 20}, ["set_rule_priorities"]),
        ({"Priority": 10, "Paths": ["/hello", "/hello/*"]}, ["set_rule_priorities", "modify_rule"]),
        ({"Paths": ["/hello/*", "/hello"]}, []),
        ({"Hosts": ["a.example.com"], "Paths": []}, ["modify_rule"]),
    ]:
        before = len(elb.writes)
        assert resource.update(**changes) == arn
        assert elb.writes[before:] == writes

    rule = world.rule(arn)
    assert (rule.priority, rule.conditions) == ("10", {"host-header": ["a.example.com"]})
    assert world.weights(arn) == (30, 70)
    assert elb.writes[:made] == ["create_rule"]
    assert all("Actions" not in arguments for name, arguments in elb.calls if name != "create_rule")


def test_update_sent_twice_and_update_rolled_back(world: World) -> None:
    resource = Resource(world)
    arn = resource.create()
    world.swap(0, 100)
    event = resource.update_event(Paths=["/other"], Priority=11)

    assert succeeded(resource.send(event)) == succeeded(resource.send(event)) == arn
    assert (world.rule(arn).priority, world.rule(arn).conditions) == ("11", {"path-pattern": ["/other"]})

    assert succeeded(resource.send(resource.back(event))) == arn
    assert (world.rule(arn).priority, world.rule(arn).conditions) == ("10", {"path-pattern": ["/hello"]})
    assert world.weights(arn) == (0, 100)


@pytest.mark.parametrize("change", ["BlueTargetGroupArn", "GreenTargetGroupArn"])
def test_other_target_groups_are_refused_before_anything_is_touched(world: World, change: str) -> None:
    elb = Client(world.elb)
    resource = Resource(world, elb=elb)
    arn = resource.create()
    event = resource.update_event(**{change: world.green + "0", "Paths": ["/other"], "Priority": 11})
    before = len(elb.writes)

    told = resource.send(event)

    assert "two target groups of a rule are fixed when it is created" in refused(told)
    assert "add a second service" in told["Reason"]
    assert told["PhysicalResourceId"] == arn
    assert elb.writes[before:] == []
    assert succeeded(resource.send(resource.back(event))) == arn


def test_the_two_groups_may_exchange_their_names(world: World) -> None:
    resource = Resource(world)
    arn = resource.create()

    assert resource.update(BlueTargetGroupArn=world.green, GreenTargetGroupArn=world.blue) == arn
    assert world.weights(arn) == (100, 0)


def test_another_role_is_refused_and_rolled_back(world: World) -> None:
    resource = Resource(world)
    arn = resource.create()
    event = resource.update_event(Role="test")

    assert "role of a rule is fixed" in refused(resource.send(event))
    assert succeeded(resource.send(resource.back(event))) == arn


def test_a_rule_somebody_points_at_a_maintenance_page_still_takes_new_paths(world: World) -> None:
    resource = Resource(world)
    arn = resource.create()
    page = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
    world.elb.modify_rule(RuleArn=arn, Actions=[page])

    assert resource.update(Paths=["/other"]) == arn
    assert world.rule(arn).conditions == {"path-pattern": ["/other"]}
    assert world.rule(arn).weights == {}
