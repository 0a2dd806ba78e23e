"""Weights change between any two calls of the function, and end as the mover left them.

Every story runs once undisturbed, to count its calls, and then once for every place between two of them.
"""

import contextlib
from collections.abc import Callable
from itertools import combinations

import pytest

from ecs_platform.load_balancer.rule_function.swap_safe_rule.request import ROLE
from tests.unit.load_balancer.rule_clients import Client, Killed
from tests.unit.load_balancer.rule_world import Json, Resource, World, fake_world, succeeded

Story = Callable[[World], tuple[Resource, Json]]


def _service(world: World) -> Resource:
    """A production rule and a test rule in the middle of a deployment: the test rule is ahead."""
    production = Resource(world, logical_id="First", Priority=90)
    production.create()
    Resource(world, logical_id="Test", Role="test", ListenerArn=world.test).create()
    world.swap(60, 40)
    world.swap(0, 100, role="test")
    return production


def _create(world: World) -> tuple[Resource, Json]:
    _service(world)
    resource = Resource(world)
    return resource, resource.event("Create")


def _create_test_rule(world: World) -> tuple[Resource, Json]:
    _service(world)
    resource = Resource(world, ListenerArn=world.test, Role="test", Priority=20)
    return resource, resource.event("Create")


def _create_over_what_is_left(world: World) -> tuple[Resource, Json]:
    resource, event = _create(world)
    succeeded(resource.send(event))
    return resource, resource.event("Create", resource.properties | {"Paths": ["/other"]})


def _update(world: World) -> tuple[Resource, Json]:
    resource = _service(world)
    return resource, resource.update_event(Paths=["/other"], Priority=11)


def _update_without_change(world: World) -> tuple[Resource, Json]:
    resource = _service(world)
    return resource, resource.update_event()


def _move(world: World) -> tuple[Resource, Json]:
    resource = _service(world)
    return resource, resource.update_event(ListenerArn=world.https, Paths=["/other"])


def _move_back(world: World) -> tuple[Resource, Json]:
    resource, event = _move(world)
    resource.physical_id = succeeded(resource.send(event))
    return resource, resource.back(event)


def _bring_back(world: World) -> tuple[Resource, Json]:
    _service(world)
    resource = Resource(world)
    world.elb.delete_rule(RuleArn=resource.create())
    return resource, resource.update_event(Paths=["/other"])


def _delete(world: World) -> tuple[Resource, Json]:
    _service(world)
    resource = Resource(world)
    resource.create()
    return resource, resource.event("Delete")


STORIES = [
    _create,
    _create_test_rule,
    _create_over_what_is_left,
    _update,
    _update_without_change,
    _move,
    _move_back,
    _bring_back,
    _delete,
]


def _calls(story: Story) -> list[str]:
    world = fake_world()
    resource, event = story(world)
    resource.elb = Client(world.elb)
    succeeded(resource.send(event))
    return [name for name, _ in resource.elb.calls]


def _told(world: World, story: Story, before: Callable[[World, int], None]) -> list[tuple[int, int]]:
    """The weights of all production rules after a story that was disturbed before some of its calls."""
    resource, event = story(world)
    resource.elb = Client(world.elb, before=lambda number, _: before(world, number))
    succeeded(resource.send(event))
    return [world.weights(rule.arn) for rule in world.rules() if rule.tags[ROLE] == "production"]


@pytest.mark.parametrize("story", STORIES)
def test_one_step_before_any_call(story: Story) -> None:
    for place, name in enumerate(_calls(story)):

        def step(world: World, number: int, place: int = place) -> None:
            if number == place:
                world.swap(20, 80, role="production")
                world.swap(1, 99, role="test")

        world = fake_world()
        assert set(_told(world, story, step)) == {(20, 80)}, f"before call {place}, {name}"
        tests = {world.weights(rule.arn) for rule in world.rules() if rule.tags[ROLE] == "test"}
        assert tests == {(1, 99)}, f"before call {place}, {name}"


@pytest.mark.parametrize("story", STORIES)
def test_a_step_before_every_call(story: Story) -> None:
    steps: list[tuple[int, int]] = []

    def step(world: World, number: int) -> None:
        steps.append((100 - number, number))
        world.swap(*steps[-1])

    assert set(_told(fake_world(), story, step)) == {steps[-1]}


@pytest.mark.parametrize("story", STORIES)
def test_all_pairs_of_places_for_two_steps_of_which_the_second_takes_the_first_back(story: Story) -> None:
    for first, second in combinations(range(len(_calls(story))), 2):

        def step(world: World, number: int, first: int = first, second: int = second) -> None:
            if number in (first, second):
                world.swap(*((0, 100) if number == first else (60, 40)), role="production")

        assert set(_told(fake_world(), story, step)) == {(60, 40)}, (first, second)


@pytest.mark.parametrize("story", [_create, _move, _bring_back])
def test_a_mover_that_writes_rule_after_rule(story: Story) -> None:
    """It lists the rules before some call, with ours or not, and writes one before each of the next."""
    for start in range(len(_calls(story))):
        pending: list[str] = []

        def step(world: World, number: int, start: int = start, pending: list[str] = pending) -> None:
            if number == start:
                pending += [rule.arn for rule in world.rules() if rule.tags[ROLE] == "production"]
            known = [rule.arn for rule in world.rules()]
            if pending and (arn := pending.pop(0)) in known:
                world.write(arn, 20, 80)

        world = fake_world()
        told = _told(world, story, step)
        for arn in pending:
            world.write(arn, 20, 80)
            told = [world.weights(rule.arn) for rule in world.rules() if rule.tags[ROLE] == "production"]
        assert set(told) == {(20, 80)}, start


def test_a_mover_half_way_through_the_rules_is_not_taken_for_one_that_forgot_ours() -> None:
    """To delete the rule it is about to write would fail its deployment."""
    world = fake_world()
    sibling = _service(world)
    resource = Resource(world)

    def half(_: int, name: str) -> None:
        if name == "create_rule":
            world.write(sibling.physical_id, 20, 80)

    def other_half() -> None:
        (ours,) = (rule for rule in world.rules(world.http) if rule.priority == "10")
        world.write(ours.arn, 20, 80)

    resource.elb, resource.meanwhile = Client(world.elb, after=half), other_half

    assert world.weights(resource.create()) == (20, 80)
    assert resource.elb.writes == ["create_rule"]


@pytest.mark.parametrize("story", [_create, _move, _move_back, _bring_back])
def test_a_step_and_the_end_of_the_function_at_any_two_places_and_its_repetition(
    story: Story,
) -> None:
    """A rule made with the weights of a moment ago, and nobody left to look at them again."""
    for place, end in combinations(range(len(_calls(story)) + 1), 2):
        world = fake_world()
        resource, event = story(world)

        def step(number: int, _: str, world: World = world, place: int = place, end: int = end) -> None:
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

        rules = [rule for rule in world.rules() if rule.tags[ROLE] == "production"]
        assert {world.weights(rule.arn) for rule in rules} == {(20, 80)}, (place, end)


@pytest.mark.parametrize("story", [_create, _move])
def test_the_same_on_moto_around_every_write(world: World, story: Story) -> None:
    calls = _calls(story)
    writes = {place for place, name in enumerate(calls) if not name.startswith("describe")}

    def step(world: World, number: int) -> None:
        if number in writes | {place + 1 for place in writes}:
            world.swap(100 - number, number)

    (weights,) = set(_told(world, story, step))
    assert weights[1] == max(place + 1 for place in writes)


def test_a_canary_that_does_not_rest_is_refused_and_leaves_no_rule_with_yesterdays_weights() -> None:
    """A mover that does not know the new rule, faster than any real one."""
    world = fake_world()
    sibling = _service(world)
    count = iter(range(1, 10_000))
    resource = Resource(world)
    resource.elb = Client(
        world.elb, before=lambda *_: world.write(sibling.physical_id, 1000 - next(count), next(count))
    )

    told = resource.send(resource.event("Create"))

    assert told["Status"] == "FAILED"
    assert "do not come to rest" in told["Reason"]
    assert [rule.arn for rule in world.rules(world.http)] == [sibling.physical_id]
