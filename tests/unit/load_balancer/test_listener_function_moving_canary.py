"""Weights change between any two calls about a listener, and end as the mover left them.

Every story runs once undisturbed, to count its calls, and then once for every place between two of them.
"""

import contextlib
from collections.abc import Callable
from itertools import combinations

import pytest

from ecs_platform.load_balancer.rule_function.swap_safe_rule.request import ROLE
from tests.unit.load_balancer.listener_world import ListenerResource, ListenerWorld, fake_world
from tests.unit.load_balancer.rule_clients import Client, Killed
from tests.unit.load_balancer.rule_world import Json, succeeded

Story = Callable[[ListenerWorld], tuple[ListenerResource, Json]]


def _service(world: ListenerWorld) -> ListenerResource:
    """A production and a test listener in the middle of a deployment: the test listener is ahead."""
    production = ListenerResource(world, "First", Port=5000)
    production.create()
    ListenerResource(world, "Test", Role="test", Port=5001).create()
    world.swap(60, 40)
    world.swap(0, 100, role="test")
    return production


def _create(world: ListenerWorld) -> tuple[ListenerResource, Json]:
    _service(world)
    resource = ListenerResource(world)
    return resource, resource.event("Create")


def _create_test_listener(world: ListenerWorld) -> tuple[ListenerResource, Json]:
    _service(world)
    resource = ListenerResource(world, "Test2", Port=5002, Role="test")
    return resource, resource.event("Create")


def _create_over_what_is_left(world: ListenerWorld) -> tuple[ListenerResource, Json]:
    resource, event = _create(world)
    succeeded(resource.send(event))
    return resource, resource.event("Create", resource.properties | {"Port": "444"})


def _update(world: ListenerWorld) -> tuple[ListenerResource, Json]:
    resource = _service(world)
    return resource, resource.update_event(
        Port=5003,
        Protocol="TLS",
        CertificateArn="arn:aws:acm:::certificate/1",
        SslPolicy="ELBSecurityPolicy-1",
    )


def _bring_back(world: ListenerWorld) -> tuple[ListenerResource, Json]:
    _service(world)
    resource = ListenerResource(world)
    world.elb.delete_listener(ListenerArn=resource.create())
    return resource, resource.update_event(Port=444)


def _delete(world: ListenerWorld) -> tuple[ListenerResource, Json]:
    _service(world)
    resource = ListenerResource(world)
    resource.create()
    return resource, resource.event("Delete")


STORIES = [_create, _create_test_listener, _create_over_what_is_left, _update, _bring_back, _delete]


def _calls(story: Story) -> list[str]:
    world = fake_world()
    resource, event = story(world)
    resource.elb = Client(world.elb)
    succeeded(resource.send(event))
    return [name for name, _ in resource.elb.calls]


def _production(world: ListenerWorld) -> set[tuple[int, int]]:
    return {world.weights(one.arn) for one in world.listeners() if one.tags[ROLE] == "production"}


def _told(
    world: ListenerWorld, story: Story, before: Callable[[ListenerWorld, int], None]
) -> set[tuple[int, int]]:
    """The weights of all production listeners after a story that was disturbed before some of its calls."""
    resource, event = story(world)
    resource.elb = Client(world.elb, before=lambda number, _: before(world, number))
    succeeded(resource.send(event))
    return _production(world)


@pytest.mark.parametrize("story", STORIES)
def test_one_step_before_any_call(story: Story) -> None:
    for place, name in enumerate(_calls(story)):

        def step(world: ListenerWorld, number: int, place: int = place) -> None:
            if number == place:
                world.swap(20, 80, role="production")
                world.swap(1, 99, role="test")

        world = fake_world()
        assert _told(world, story, step) == {(20, 80)}, f"before call {place}, {name}"
        tests = {world.weights(one.arn) for one in world.listeners() if one.tags[ROLE] == "test"}
        assert tests == {(1, 99)}, f"before call {place}, {name}"


@pytest.mark.parametrize("story", STORIES)
def test_a_step_before_every_call(story: Story) -> None:
    steps: list[tuple[int, int]] = []

    def step(world: ListenerWorld, number: int) -> None:
        steps.append((100 - number, number))
        world.swap(*steps[-1])

    assert _told(fake_world(), story, step) == {steps[-1]}


@pytest.mark.parametrize("story", STORIES)
def test_all_pairs_of_places_for_two_steps_of_which_the_second_takes_the_first_back(story: Story) -> None:
    for first, second in combinations(range(len(_calls(story))), 2):

        def step(world: ListenerWorld, number: int, first: int = first, second: int = second) -> None:
            if number in (first, second):
                world.swap(*((0, 100) if number == first else (60, 40)), role="production")

        assert _told(fake_world(), story, step) == {(60, 40)}, (first, second)


@pytest.mark.parametrize("story", [_create, _bring_back])
def test_a_step_and_the_end_of_the_function_at_any_two_places_and_its_repetition(story: Story) -> None:
    """A listener made with the weights of a moment ago, and nobody left to look at them again."""
    for place, end in combinations(range(len(_calls(story)) + 1), 2):
        world = fake_world()
        resource, event = story(world)

        def step(
            number: int, _: str, world: ListenerWorld = world, place: int = place, end: int = end
        ) -> None:
            if number == place:
                world.swap(20, 80, role="production")
            if number == end:
                raise Killed

        resource.elb = Client(world.elb, before=step)
        with contextlib.suppress(Killed):
            resource.send(event)
        resource.elb = world.elb
        told = resource.send(event)
        if told["Status"] == "FAILED":
            assert "Lambda was stopped" in told["Reason"]
            resource.physical_id = told["PhysicalResourceId"]
            succeeded(resource.send(resource.event("Delete") if story is _create else resource.back(event)))

        assert _production(world) == {(20, 80)}, (place, end)


def test_a_canary_that_does_not_rest_is_refused_and_leaves_no_listener_with_yesterdays_weights() -> None:
    """A mover that does not know the new listener, faster than any real one."""
    world = fake_world()
    sibling = _service(world)
    count = iter(range(1, 900))
    resource = ListenerResource(world)
    resource.elb = Client(
        world.elb, before=lambda *_: world.write(sibling.physical_id, 999 - next(count), next(count))
    )

    told = resource.send(resource.event("Create"))

    assert told["Status"] == "FAILED"
    assert "do not come to rest" in told["Reason"]
    assert sibling.physical_id in [one.arn for one in world.listeners()]
    assert len(world.listeners()) == 2
