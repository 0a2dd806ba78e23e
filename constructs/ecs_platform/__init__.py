"""Constructs for Amazon ECS on Fargate with blue/green releases that a stack update cannot undo."""

from ecs_platform.problem import ConfigurationError

__all__ = [
    "ConfigurationError",
]
