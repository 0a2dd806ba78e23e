"""Constructs for Amazon ECS on Fargate with blue/green releases that a stack update cannot undo."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecs_platform.public import *  # noqa: F403


def __getattr__(name: str) -> object:
    # Later and all at once: whoever validates a value of `ecs_platform.task.fargate_size` does not wait a
    # second for aws_cdk. https://peps.python.org/pep-0562/
    # Not `from ecs_platform import public`, which would ask this function for `public`, and again.
    return getattr(importlib.import_module("ecs_platform.public"), name)
