"""Containers for tests, and how mistakes speak of them: the first is the application's, as in a task."""

from collections.abc import Iterable
from typing import Any

from ecs_platform.mistakes import Mistake
from ecs_platform.registry.images import PublicImage
from ecs_platform.task.checks.words import Words
from ecs_platform.task.container import Container

IMAGE = PublicImage(uri="public.ecr.aws/nginx/nginx:1.29")


def container(name: str, **fields: Any) -> Container:
    return Container(**({"name": name, "image": IMAGE} | fields))


def words(*containers: Container) -> list[Words]:
    alone = len(containers) == 1
    application, *sidecars = containers
    return [
        Words(container=application, owner="TaskDefinition", alone=alone),
        *(Words(container=each, owner=None, alone=False) for each in sidecars),
    ]


def lines(mistakes: Iterable[Mistake]) -> list[str]:
    return [f"{each.problem} Allowed: {each.allowed} Change: {each.where}" for each in mistakes]
