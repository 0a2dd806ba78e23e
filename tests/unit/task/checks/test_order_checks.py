"""Depends-on, essential and names: what ECS refuses, or what would never start."""

from collections.abc import Sequence

import pytest

from ecs_platform.task.checks.order import order_mistakes
from ecs_platform.task.container import Condition, Container, DependsOn
from ecs_platform.task.health_check import HealthCheck
from tests.unit.task.containers import container, lines, words

HEALTHY = HealthCheck(command="true")


def found(*containers: Container) -> Sequence[str]:
    return lines(order_mistakes(words(*containers), "TaskDefinition"))


def waits(*names: str, condition: Condition = Condition.START) -> Sequence[DependsOn]:
    return [DependsOn(container=name, condition=condition) for name in names]


def test_a_container_alone_is_well() -> None:
    assert found(container("app")) == []


def test_every_condition_can_be_met() -> None:
    assert (
        found(
            container("app", depends_on=[*waits("init", condition=Condition.SUCCESS), *waits("helper")]),
            container("init", essential=False),
            container("helper", essential=False, depends_on=waits("init", condition=Condition.COMPLETE)),
            container("proxy", health_check=HEALTHY),
            container("late", depends_on=waits("proxy", condition=Condition.HEALTHY)),
        )
        == []
    )


def test_two_paths_to_one_container_are_no_circle() -> None:
    assert (
        found(
            container("app", depends_on=waits("left", "right")),
            container("left", depends_on=waits("base")),
            container("right", depends_on=waits("base")),
            container("base"),
        )
        == []
    )


def test_a_name_twice() -> None:
    assert found(container("app"), container("web"), container("web")) == [
        '2 containers are named "web". Allowed: each name once in a task. '
        "Change: TaskDefinition(sidecars=...)"
    ]


def test_a_sidecar_with_the_applications_name() -> None:
    assert found(container("app"), container("app")) == [
        '2 containers are named "app". Allowed: each name once in a task. '
        "Change: TaskDefinition(sidecars=...)"
    ]


def test_ten_containers_are_the_most() -> None:
    ten = [container(f"c{number}") for number in range(10)]
    assert found(*ten) == []
    assert found(*ten, container("last")) == [
        "The task has 11 containers. Allowed: 10 at most, log routers included. "
        "Change: TaskDefinition(sidecars=...)"
    ]


def test_no_essential_container() -> None:
    assert found(container("app", essential=False), container("web", essential=False)) == [
        "No container of the task is essential. Allowed: at least one, whose end is the task's. "
        "Change: TaskDefinition(essential=...)"
    ]
    assert found(container("app", essential=False), container("web")) == []


def test_an_unknown_name() -> None:
    assert found(container("app", depends_on=waits("wbe")), container("web"), container("log")) == [
        '"app" waits for "wbe", which is no container of the task. Allowed: one of web, log. '
        "Change: TaskDefinition(depends_on=...)"
    ]


def test_an_unknown_name_without_any_sidecar() -> None:
    (line,) = found(container("app", depends_on=waits("web")))
    assert "Allowed: one of the sidecars." in line


def test_healthy_without_a_health_check() -> None:
    assert found(
        container("app"), container("web", depends_on=waits("app", condition=Condition.HEALTHY))
    ) == [
        '"web" waits until "app" is healthy, and nothing asks whether it is. '
        "Allowed: a container with a health_check. "
        'Change: Container(name="web", depends_on=...), or TaskDefinition(health_check=...)'
    ]


@pytest.mark.parametrize("condition", [Condition.COMPLETE, Condition.SUCCESS])
def test_the_end_of_an_essential_container(condition: Condition) -> None:
    assert found(container("app", depends_on=waits("init", condition=condition)), container("init")) == [
        f'"app" waits for the end of "init" ({condition}), which is essential: its end would be the task\'s. '
        "Allowed: a container with essential=False. "
        'Change: TaskDefinition(depends_on=...), or Container(name="init", essential=...)'
    ]


def test_two_conditions_on_one_container() -> None:
    both = [*waits("web"), *waits("web", condition=Condition.HEALTHY)]
    assert found(container("app", depends_on=both), container("web", health_check=HEALTHY)) == [
        '"app" waits for "web" 2 times. Allowed: one condition for each container. '
        "Change: TaskDefinition(depends_on=...)"
    ]


def test_a_circle_is_said_once_with_its_way() -> None:
    assert found(
        container("app", depends_on=waits("a")),
        container("a", depends_on=waits("b")),
        container("b", depends_on=waits("c")),
        container("c", depends_on=waits("a")),
    ) == [
        "Containers wait for each other in a circle: a -> b -> c -> a. "
        "Allowed: an order in which one of them starts first. "
        'Change: Container(name="c", depends_on=...)'
    ]


def test_a_container_that_waits_for_itself() -> None:
    (line,) = found(container("app", depends_on=waits("app")))
    assert line.startswith("Containers wait for each other in a circle: app -> app.")
