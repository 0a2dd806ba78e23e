"""Where Lambda enters: `index.handler`, with this folder on the path and no package around it."""

if __package__:
    from .swap_safe_rule.handler import handler
else:
    from swap_safe_rule.handler import handler  # pyright: ignore

__all__ = ["handler"]
