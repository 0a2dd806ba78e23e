"""Which weights a new listener of a Network Load Balancer gets."""

import pytest

from tests.unit.load_balancer.listener_world import ListenerResource, ListenerWorld, fake_world
from tests.unit.load_balancer.rule_clients import Client
from tests.unit.load_balancer.rule_world import refused, succeeded


@pytest.fixture
def fake() -> ListenerWorld:
    return fake_world()


def _production(world: ListenerWorld) -> ListenerResource:
    return ListenerResource(world, "Another", Port=444)


def _test(world: ListenerWorld) -> ListenerResource:
    return ListenerResource(world, "Test", Port=445, Role="test")


def test_a_listener_follows_the_one_of_its_role(fake: ListenerWorld) -> None:
    _production(fake).create()
    _test(fake).create()
    fake.swap(70, 30, role="production")
    fake.swap(0, 100, role="test")

    assert fake.weights(ListenerResource(fake).create()) == (70, 30)
    second = ListenerResource(fake, "Test2", Port=446, Role="test")
    assert fake.weights(second.create()) == (0, 100)


def test_a_test_listener_without_another_follows_production(fake: ListenerWorld) -> None:
    _production(fake).create()
    fake.swap(0, 100)
    assert fake.weights(_test(fake).create()) == (0, 100)


def test_production_without_another_asks_the_tasks_before_the_test_listener(fake: ListenerWorld) -> None:
    _test(fake).create()
    fake.swap(0, 100)
    fake.start_tasks(fake.blue)
    assert fake.weights(ListenerResource(fake).create()) == (100, 0)


def test_production_with_tasks_in_both_groups_is_refused(fake: ListenerWorld) -> None:
    _test(fake).create()
    fake.start_tasks(fake.blue)
    fake.start_tasks(fake.green)
    resource = ListenerResource(fake)

    assert "No listener of its role has weights to take over" in refused(
        resource.send(resource.event("Create"))
    )
    assert len(fake.listeners()) == 1


def test_draining_tasks_do_not_count(fake: ListenerWorld) -> None:
    fake.elb.targets[fake.blue] = ["draining"]
    fake.start_tasks(fake.green)
    assert fake.weights(ListenerResource(fake).create()) == (0, 100)


def test_without_tasks_the_test_listener_tells_the_truth(fake: ListenerWorld) -> None:
    _test(fake).create()
    fake.swap(0, 100)
    assert fake.weights(ListenerResource(fake).create()) == (0, 100)


def test_listeners_that_disagree_are_waited_for_and_then_refused(fake: ListenerWorld) -> None:
    arns = [_production(fake).create(), ListenerResource(fake, "Third", Port=447).create()]
    fake.write(arns[0], 0, 100)
    resource = ListenerResource(fake)
    resource.meanwhile = lambda: fake.write(arns[1], 0, 100)
    assert fake.weights(resource.create()) == (0, 100)

    fake.write(arns[0], 50, 50)
    stuck = ListenerResource(fake, "Fourth", Port=448)
    assert "The listeners that forward to these target groups disagree" in refused(
        stuck.send(stuck.event("Create"))
    )


def test_the_listeners_of_other_services_are_nothing_to_it(fake: ListenerWorld) -> None:
    groups = {"BlueTargetGroupArn": f"{fake.blue}x", "GreenTargetGroupArn": f"{fake.green}x"}
    fake.elb.targets |= {name: [] for name in groups.values()}
    other = ListenerResource(fake, "Other", Port=80, **groups)
    arn = other.create()
    fake.elb.modify_listener(
        ListenerArn=arn,
        DefaultActions=[
            {
                "Type": "forward",
                "ForwardConfig": {
                    "TargetGroups": [
                        {"TargetGroupArn": name, "Weight": weight}
                        for name, weight in zip(groups.values(), (0, 100), strict=True)
                    ]
                },
            }
        ],
    )
    assert fake.weights(ListenerResource(fake).create()) == (100, 0)


def test_a_single_target_group_in_the_action_counts_in_full(fake: ListenerWorld) -> None:
    """ELB may describe a forward to one group without a configuration."""
    resource = _production(fake)
    arn = resource.create()
    fake.elb.modify_listener(
        ListenerArn=arn,
        DefaultActions=[
            {
                "Type": "forward",
                "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": fake.green, "Weight": 1}]},
            }
        ],
    )
    assert fake.weights(ListenerResource(fake).create()) == (0, 1)


def test_a_step_between_the_look_and_the_creation_is_followed(fake: ListenerWorld) -> None:
    sibling = _production(fake).create()
    resource = ListenerResource(fake)

    def step(_: int, name: str) -> None:
        if name == "create_listener" and fake.weights(sibling) == (100, 0):
            fake.swap(40, 60)

    resource.elb = Client(fake.elb, before=step)
    arn = succeeded(resource.send(resource.event("Create")))
    assert fake.weights(arn) == (40, 60)
    assert resource.elb.writes == ["create_listener", "delete_listener", "create_listener"]
