"""Constructs for Amazon ECS on Fargate with blue/green releases that a stack update cannot undo."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecs_platform.public import *  # noqa: F403


def __getattr__(name: str) -> object:
    # What is exported has a capital letter; `from ecs_platform import once` asks here too, and is a module.
    if not name[0].isupper():
        raise AttributeError(name)
    # Later and all at once: whoever validates a value of `ecs_platform.task.fargate_size` does not wait a
    # second for aws_cdk. https://peps.python.org/pep-0562/
    from ecs_platform import public

    return getattr(public, name)
