"""What the function does with a listener of a Network Load Balancer, in memory and on moto."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from ecs_platform.load_balancer.rule_function.swap_safe_rule.request import LOGICAL_ID, REQUEST, ROLE, STACK
from tests.unit.load_balancer.listener_world import ListenerResource, ListenerWorld, fake_world, moto_world
from tests.unit.load_balancer.rule_clients import Client, Killed, failing, killed
from tests.unit.load_balancer.rule_world import refused, succeeded

TLS: dict[str, Any] = {
    "Protocol": "TLS",
    "CertificateArn": "arn:aws:acm:eu-central-1:111122223333:certificate/1",
    "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
}


@pytest.fixture
def fake() -> ListenerWorld:
    return fake_world()


@pytest.fixture(scope="module")
def _on_moto() -> Iterator[ListenerWorld]:
    with mock_aws():
        yield moto_world()


@pytest.fixture(params=["fake", "moto"])
def world(request: pytest.FixtureRequest) -> ListenerWorld:
    """Two load balancers without listeners, in memory and once more on moto."""
    if request.param == "fake":
        return fake_world()
    world: ListenerWorld = request.getfixturevalue("_on_moto")
    for one in world.listeners():
        world.elb.delete_listener(ListenerArn=one.arn)
    for group in (world.blue, world.green):
        health = world.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        for target in health:
            world.elb.deregister_targets(TargetGroupArn=group, Targets=[target["Target"]])
    return world


def test_create_makes_what_is_asked_for_all_for_blue_and_says_whose_it_is(world: ListenerWorld) -> None:
    resource = ListenerResource(world)
    event = resource.event("Create")

    arn = succeeded(resource.send(event))

    (listener,) = world.listeners()
    assert listener.arn == arn
    assert listener.home == world.nlb
    assert listener.settings == {"Port": 443, "Protocol": "TCP"}
    assert world.weights(arn) == (100, 0)
    assert listener.tags == {
        STACK: event["StackId"],
        LOGICAL_ID: "Production",
        ROLE: "production",
        REQUEST: event["RequestId"],
    }


def test_update_changes_the_port_and_leaves_the_weights_of_a_deployment(world: ListenerWorld) -> None:
    resource = ListenerResource(world)
    arn = resource.create()
    world.swap(0, 100)
    resource.elb = Client(world.elb)

    assert resource.update(Port=8443) == arn

    assert world.listener(arn).settings["Port"] == 8443
    assert world.weights(arn) == (0, 100)
    assert resource.elb.writes == ["modify_listener"]
    (arguments,) = (given for name, given in resource.elb.calls if name == "modify_listener")
    assert "DefaultActions" not in arguments


def test_update_without_a_change_writes_nothing(world: ListenerWorld) -> None:
    resource = ListenerResource(world)
    resource.create()
    resource.elb = Client(world.elb)

    resource.update()

    assert resource.elb.writes == []


def test_delete_removes_it_and_once_more_is_no_error(world: ListenerWorld) -> None:
    resource = ListenerResource(world)
    resource.create()
    event = resource.event("Delete")

    succeeded(resource.send(event))
    succeeded(resource.send(event))

    assert world.listeners() == []


def test_the_same_create_twice_is_one_listener(world: ListenerWorld) -> None:
    resource = ListenerResource(world)
    event = resource.event("Create")

    assert succeeded(resource.send(event)) == succeeded(resource.send(event))
    assert len(world.listeners()) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_create_that_is_killed_and_repeated_is_one_listener(fake: ListenerWorld, when: str) -> None:
    resource = ListenerResource(fake)
    event = resource.event("Create")
    resource.elb = Client(fake.elb, **{when: killed("create_listener")})
    with pytest.raises(Killed):
        resource.send(event)
    resource.elb = fake.elb

    arn = succeeded(resource.send(event))

    assert [one.arn for one in fake.listeners()] == [arn]


def test_an_answer_that_is_lost_on_the_way_is_one_listener(fake: ListenerWorld) -> None:
    resource = ListenerResource(fake)
    resource.elb = Client(fake.elb, after=failing("create_listener", code="InternalFailure", times=1))

    arn = resource.create()

    assert [one.arn for one in fake.listeners()] == [arn]


def test_a_create_that_fails_after_it_made_the_listener_takes_it_back(fake: ListenerWorld) -> None:
    resource = ListenerResource(fake)
    ListenerResource(fake, "Sibling", Port=444).create()
    made: list[str] = []

    def fail(_: int, name: str) -> None:
        made.append(name)
        if name == "describe_listeners" and "create_listener" in made:
            failing("describe_listeners")(0, name)

    resource.elb = Client(fake.elb, before=fail)
    assert "InvalidConfigurationRequest" in refused(resource.send(resource.event("Create")))
    assert [one.tags[LOGICAL_ID] for one in fake.listeners()] == ["Sibling"]


def test_a_late_delete_of_a_failed_create_spares_the_listener_of_the_next_attempt(
    fake: ListenerWorld,
) -> None:
    resource = ListenerResource(fake)
    event = resource.event("Create")
    resource.elb = Client(fake.elb, after=killed("create_listener"))
    with pytest.raises(Killed):
        resource.send(event)
    resource.elb = fake.elb
    arn = resource.create()

    late = {**event, "RequestType": "Delete", "PhysicalResourceId": f"not-created/{event['RequestId']}"}
    succeeded(resource.send(late))

    assert [one.arn for one in fake.listeners()] == [arn]


def test_tls_gets_its_certificate_and_policy_and_loses_them_with_the_protocol(fake: ListenerWorld) -> None:
    resource = ListenerResource(fake, **TLS, AlpnPolicy="HTTP2Preferred")
    arn = resource.create()
    fake.swap(20, 80)
    assert fake.listener(arn).settings == {
        "Port": 443,
        "Protocol": "TLS",
        "Certificates": [{"CertificateArn": TLS["CertificateArn"]}],
        "SslPolicy": TLS["SslPolicy"],
        "AlpnPolicy": ["HTTP2Preferred"],
    }

    resource.update(CertificateArn=f"{TLS['CertificateArn']}2", AlpnPolicy="")
    assert fake.listener(arn).settings["Certificates"] == [{"CertificateArn": f"{TLS['CertificateArn']}2"}]
    assert fake.listener(arn).settings["AlpnPolicy"] == ["None"]
    resource.update(Protocol="TCP")
    assert fake.listener(arn).settings == {"Port": 443, "Protocol": "TCP"}
    resource.update(**TLS)
    assert fake.listener(arn).settings["SslPolicy"] == TLS["SslPolicy"]
    assert fake.weights(arn) == (20, 80)


def test_other_target_groups_are_refused_and_the_way_back_is_not(fake: ListenerWorld) -> None:
    resource = ListenerResource(fake)
    arn = resource.create()
    fake.swap(0, 100)
    event = resource.update_event(BlueTargetGroupArn=f"{fake.blue}new", Port=444)
    resource.elb = Client(fake.elb)

    reason = refused(resource.send(event))

    assert "The two target groups of a listener are fixed when it is created" in reason
    assert "add a second service with groups and ports of its own and move clients there." in reason
    assert succeeded(resource.send(resource.back(event))) == arn
    assert resource.elb.writes == []


def test_another_role_and_another_load_balancer_are_refused(fake: ListenerWorld) -> None:
    resource = ListenerResource(fake)
    resource.create()
    role = refused(resource.send(resource.update_event(Role="test")))
    assert "The role of a listener is fixed when it is created: add a test listener instead." in role

    event = resource.update_event(LoadBalancerArn=fake.other)
    moved = refused(resource.send(event))
    assert "A listener does not move to another load balancer" in moved
    assert succeeded(resource.send(resource.back(event))) == resource.physical_id
    assert len(fake.listeners()) == 1


def test_a_listener_that_was_deleted_by_hand_is_made_again(world: ListenerWorld) -> None:
    resource = ListenerResource(world)
    before = resource.create()
    world.elb.delete_listener(ListenerArn=before)

    after = resource.update(Port=444)

    assert after != before
    assert [one.arn for one in world.listeners()] == [after]


def test_a_port_of_somebody_else_is_refused_by_the_name_of_its_owner(fake: ListenerWorld) -> None:
    ListenerResource(fake, "Theirs", stack="dev-other").create()
    resource = ListenerResource(fake)
    # At once: nobody else's listener is about to move away.
    resource.meanwhile = lambda: pytest.fail("waited")
    reason = refused(resource.send(resource.event("Create")))
    assert reason.startswith(f"Listener with port 443 on {fake.nlb}: Port 443 is in use by ")
    assert reason.endswith(
        "(Theirs of stack dev-other). Give one of the two another port; to exchange two, give one a free port "
        "first."
    )


def test_a_port_that_a_listener_of_the_same_stack_gives_up_is_waited_for(fake: ListenerWorld) -> None:
    first, second = ListenerResource(fake, "First"), ListenerResource(fake, "Second", Port=444)
    first.create()
    arn = second.create()
    second.meanwhile = lambda: first.update(Port=445) and None

    assert second.update(Port=443) == arn
    assert fake.listener(arn).settings["Port"] == 443


def test_a_listener_made_by_hand_is_left_alone(fake: ListenerWorld) -> None:
    by_hand = fake.by_hand(80)
    fake.write(by_hand, 30, 70)
    fake.start_tasks(fake.green)
    resource = ListenerResource(fake)

    # Whom it serves is not known, so production asks the tasks.
    assert fake.weights(resource.create()) == (0, 100)
    succeeded(resource.send(resource.event("Delete")))
    assert [one.arn for one in fake.listeners()] == [by_hand]


def test_throttling_is_waited_out(fake: ListenerWorld) -> None:
    resource = ListenerResource(fake)
    resource.elb = Client(fake.elb, before=failing("create_listener", code="Throttling", times=3))
    assert fake.weights(resource.create()) == (100, 0)


def test_a_rule_is_still_a_rule(fake: ListenerWorld) -> None:
    """One handler serves both; the type of the resource decides."""
    resource = ListenerResource(fake)
    event = {**resource.event("Create"), "ResourceType": "Custom::SwapSafeListenerRule"}
    assert refused(resource.send(event)).startswith("Rule with priority None on None: ")
