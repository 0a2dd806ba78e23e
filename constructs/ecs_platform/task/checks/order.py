"""What ECS would refuse, or never start, in the order of a task's containers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ecs_platform.mistakes import Mistake
from ecs_platform.task.checks.words import Words
from ecs_platform.task.container import Condition

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
CONTAINER_LIMIT = 10


def order_mistakes(containers: Sequence[Words], owner: str) -> Iterator[Mistake]:
    """Names that are taken, containers that nobody waits for in vain, and a task that could not stop."""
    names = Counter(words.container.name for words in containers)
    for name, count in names.items():
        if count > 1:
            yield Mistake(
                problem=f'{count} containers are named "{name}".',
                allowed="each name once in a task.",
                where=f"{owner}(sidecars=...)",
            )
    if len(containers) > CONTAINER_LIMIT:
        yield Mistake(
            problem=f"The task has {len(containers)} containers.",
            allowed=f"{CONTAINER_LIMIT} at most, log routers included.",
            where=f"{owner}(sidecars=...)",
        )
    if not any(words.container.essential for words in containers):
        yield Mistake(
            problem="No container of the task is essential.",
            allowed="at least one, whose end is the task's.",
            where=f"{owner}(essential=...)",
        )
    by_name = {words.container.name: words for words in containers}
    for words in containers:
        yield from _dependencies(words, by_name)
    yield from _circles(by_name)


def _dependencies(words: Words, by_name: Mapping[str, Words]) -> Iterator[Mistake]:
    name, where = words.name, words.where("depends_on")
    others = [each.name for each in by_name.values() if each is not words]
    for other, count in Counter(each.container for each in words.container.depends_on).items():
        if count > 1:
            yield Mistake(
                problem=f'"{name}" waits for "{other}" {count} times.',
                allowed="one condition for each container.",
                where=where,
            )
    for dependency in words.container.depends_on:
        other = by_name.get(dependency.container)
        if other is None:
            yield Mistake(
                problem=f'"{name}" waits for "{dependency.container}", which is no container of the task.',
                allowed=f"one of {', '.join(others) or 'the sidecars'}.",
                where=where,
            )
        elif dependency.condition is Condition.HEALTHY and other.container.health_check is None:
            yield Mistake(
                problem=f'"{name}" waits until "{dependency.container}" is healthy, and nothing asks whether '
                "it is.",
                allowed="a container with a health_check.",
                where=f"{where}, or {other.where('health_check')}",
            )
        elif dependency.condition.needs_its_end and other.container.essential:
            yield Mistake(
                problem=f'"{name}" waits for the end of "{dependency.container}" ({dependency.condition}), '
                "which is essential: its end would be the task's.",
                allowed="a container with essential=False.",
                where=f"{where}, or {other.where('essential')}",
            )


def _circles(by_name: Mapping[str, Words]) -> Iterator[Mistake]:
    done: set[str] = set()

    def follow(name: str, path: tuple[str, ...]) -> Iterator[Mistake]:
        if name in path:
            circle = (*path[path.index(name) :], name)
            yield Mistake(
                problem=f"Containers wait for each other in a circle: {' -> '.join(circle)}.",
                allowed="an order in which one of them starts first.",
                where=by_name[path[-1]].where("depends_on"),
            )
        elif name in by_name and name not in done:
            for dependency in by_name[name].container.depends_on:
                yield from follow(dependency.container, (*path, name))
            done.add(name)

    for name in by_name:
        yield from follow(name, ())
