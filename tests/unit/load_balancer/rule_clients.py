"""Clients in front of an elbv2 client: one that remembers calls, and what can happen between two of them."""

from collections.abc import Callable
from typing import Any

from tests.unit.load_balancer.fake_elb import error

Json = dict[str, Any]


class Killed(BaseException):
    """Lambda ends the function; nothing in it can catch that."""


class Client:
    """Passes calls on and remembers them.

    Args:
        elb: The client behind it.
        before: Called with the number of the call that follows, from 0, and its name.
        after: The same with the call that is done, before its answer is given.
    """

    def __init__(
        self,
        elb: Any,
        before: Callable[[int, str], None] | None = None,
        after: Callable[[int, str], None] | None = None,
    ) -> None:
        self._elb, self._before, self._after = elb, before, after
        self.calls: list[tuple[str, Json]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            number = len(self.calls)
            self.calls.append((name, arguments))
            if self._before:
                self._before(number, name)
            answer = getattr(self._elb, name)(**arguments)
            if self._after:
                self._after(number, name)
            return answer

        return call

    @property
    def writes(self) -> list[str]:
        """The names of the calls that change something."""
        return [name for name, _ in self.calls if not name.startswith("describe")]


def failing(
    *operations: str, code: str = "InvalidConfigurationRequest", times: int = 1_000
) -> Callable[[int, str], None]:
    """A `before` or `after` that answers some operations with an error, so many times."""
    left = [times]

    def fail(_: int, name: str) -> None:
        if name in operations and left[0]:
            left[0] -= 1
            raise error(code, name)

    return fail


def killed(operation: str) -> Callable[[int, str], None]:
    """A `before` or `after` that ends the function at an operation."""

    def kill(_: int, name: str) -> None:
        if name == operation:
            raise Killed

    return kill
