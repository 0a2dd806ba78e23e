"""Where Lambda enters, with this folder on its path: `index.handler`."""

from swap_safe_rule.handler import (  # pyright: ignore[reportMissingImports]
    handler,  # pyright: ignore[reportUnknownVariableType]
)

__all__ = ["handler"]
