"""What an earlier version of the function left in an account, and what CloudFormation remembers of it.

Names stand here in full, and not by the constants of the code: whoever renames one loses what is deployed.
"""

from typing import Any

import pytest

from tests.unit.load_balancer.listener_world import ListenerResource, ListenerWorld
from tests.unit.load_balancer.listener_world import fake_world as fake_listener_world
from tests.unit.load_balancer.rule_clients import Client, Killed, killed
from tests.unit.load_balancer.rule_world import Json, Resource, World, succeeded

STACK = "arn:aws:cloudformation:eu-central-1:111122223333:stack/dev-hello/0a1b"
TAGS = {
    "ecs-platform:stack": STACK,
    "ecs-platform:logical-id": "Production",
    "ecs-platform:role": "production",
    "ecs-platform:request": "request-of-last-year",
}


class Deployed:
    """A rule of the release before this, after a swap, and CloudFormation's requests about it."""

    def __init__(self, world: World, tags: dict[str, str] | None = None) -> None:
        self.world = world
        self.properties: Json = {
            "ServiceToken": "arn:aws:lambda:eu-central-1:111122223333:function:rules",
            "ServiceTimeout": "900",
            "ListenerArn": world.http,
            "Role": "production",
            "Priority": "10",
            "Hosts": [],
            "Paths": ["/by-hand"],
            "BlueTargetGroupArn": world.blue,
            "GreenTargetGroupArn": world.green,
        }
        self.arn = world.by_hand(
            world.http,
            10,
            world.forward(0, 100),
            **(tags or TAGS),
        )
        self.elb = Client(world.elb)

    def send(self, kind: str, **changes: Any) -> str:
        """A request as CloudFormation sends it; the physical id of the answer, which must be a success."""
        resource = Resource(self.world, elb=self.elb)
        event = {
            "RequestType": kind,
            "RequestId": "another",
            "ResponseURL": "https://signed.example.com/?secret",
            "StackId": STACK,
            "ResourceType": "Custom::SwapSafeListenerRule",
            "LogicalResourceId": "Production",
            "PhysicalResourceId": self.arn,
            "ResourceProperties": self.properties | changes,
        }
        if kind == "Update":
            event["OldResourceProperties"] = self.properties
        return succeeded(resource.send(event))


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({}, []),
        # Properties that only a newer template has are nobody's business.
        ({"Region": "eu-central-1"}, []),
        ({"Priority": "44608"}, ["set_rule_priorities"]),
        ({"Paths": ["/hello"]}, ["modify_rule"]),
    ],
)
def test_a_rule_of_the_last_version_is_updated_in_its_place(
    world: World, changes: Json, written: list[str]
) -> None:
    deployed = Deployed(world)
    world.start_tasks(world.green)

    assert deployed.send("Update", **changes) == deployed.arn

    assert deployed.elb.writes == written
    assert world.weights(deployed.arn) == (0, 100)
    assert not any("Actions" in arguments for _, arguments in deployed.elb.calls)


def test_the_name_that_cloudformation_knows_is_enough(world: World) -> None:
    """Somebody took the tags away."""
    deployed = Deployed(world, tags={"made": "by hand"})

    assert deployed.send("Update", Paths=["/hello"]) == deployed.arn
    assert deployed.elb.writes == ["modify_rule"]
    assert deployed.send("Delete") == deployed.arn
    assert world.rules() == []


def test_it_moves_to_another_listener_with_its_weights_and_goes(world: World) -> None:
    deployed = Deployed(world)

    moved = deployed.send("Update", ListenerArn=world.https)

    assert moved != deployed.arn
    assert world.weights(moved) == (0, 100)
    assert deployed.send("Delete") == deployed.arn
    assert [rule.arn for rule in world.rules()] == [moved]


def test_the_id_of_a_create_that_failed_then_still_names_its_request(world: World) -> None:
    deployed = Deployed(world)
    kept, deployed.arn = deployed.arn, "not-created/some-other-request"
    deployed.send("Delete")
    assert [rule.arn for rule in world.rules()] == [kept]
    deployed.arn = "not-created/request-of-last-year"
    deployed.send("Delete")
    assert world.rules() == []


def _after_a_create_that_nobody_answered(resource: Resource, create: str) -> str:
    """`cdk deploy --no-rollback`, twice: the second attempt succeeds; its ARN, the Delete still to come."""
    elb, resource.elb = resource.elb, Client(resource.elb, after=killed(create))
    with pytest.raises(Killed):
        resource.send(resource.event("Create"))
    resource.elb = elb
    arn = resource.create()
    resource.physical_id = "dev-hello-Production-1ABCDEFGHIJKL"
    return arn


def test_the_delete_of_a_create_that_nobody_answered_spares_the_rule_that_serves(world: World) -> None:
    resource = Resource(world)
    arn = _after_a_create_that_nobody_answered(resource, "create_rule")
    world.start_tasks(world.blue)

    succeeded(resource.send(resource.event("Delete")))

    assert [rule.arn for rule in world.rules()] == [arn]


def test_the_delete_of_a_listener_that_nobody_answered_for_spares_the_one_that_serves() -> None:
    world: ListenerWorld = fake_listener_world()
    resource = ListenerResource(world)
    arn = _after_a_create_that_nobody_answered(resource, "create_listener")
    world.start_tasks(world.blue)

    succeeded(resource.send(resource.event("Delete")))

    assert [one.arn for one in world.listeners()] == [arn]


def test_it_takes_what_that_create_left_beside_the_rule_that_serves(world: World) -> None:
    """A rule whose construct was renamed: the old one still leads to the tasks."""
    serving = Resource(world, logical_id="Before", Priority=20).create()
    world.start_tasks(world.blue)
    resource = Resource(world)
    _after_a_create_that_nobody_answered(resource, "create_rule")

    succeeded(resource.send(resource.event("Delete")))

    assert [rule.arn for rule in world.rules()] == [serving]
