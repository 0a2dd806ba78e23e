"""Constructs for Amazon ECS, with blue/green releases that a stack update cannot undo.

Every public name stands in `__init__.pyi`, which type checkers read, too. A name's module is loaded when the
name is first used: whoever validates a value does not wait for aws_cdk, and whoever runs a service on Fargate
not for what the others are made of.
"""

import lazy_loader  # pyright: ignore[reportMissingTypeStubs]

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(  # pyright: ignore[reportUnknownVariableType]
    __name__, __file__
)
