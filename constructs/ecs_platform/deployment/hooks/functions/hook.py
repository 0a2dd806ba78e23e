"""Where Lambda enters the hook: `hook.handler`, with this folder on the path and no package around it."""

if __package__:
    from .smoke_test.handler import handler
else:
    from smoke_test.handler import handler  # pyright: ignore

__all__ = ["handler"]
