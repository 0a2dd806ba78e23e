"""What `deploy`, `diff` and `bootstrap` work with: a terminal, the CDK CLI, a person to be asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from sys import stdin

import typer
from rich.console import Console

from operate.deploying.cdk import Cdk
from operate.deploying.change_set import EVERY_SECONDS, Follow
from operate.outputs import Deployed
from operate.problem import OperateError

UNCHANGED = "Nothing was changed."


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What a deployment works with.

    Args:
        console: Where to show it.
        cdk: The CDK CLI.
        agree: Asks whether to go on, with what is going to happen.
        follow: Shows a stack's events.
    """

    console: Console
    cdk: Cdk
    agree: Callable[[str], bool]
    follow: Follow

    def say(self, line: str) -> None:
        """Write a line that stays."""
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Show what takes a while."""
        if self.console.is_terminal:
            with self.console.status(f"{what} ..."):
                yield
        else:
            self.say(f"{what} ...")
            yield


def tools(deployed: Deployed, console: Console, *, yes: bool, every: float = EVERY_SECONDS) -> Tools:
    """What a deployment from a command line works with.

    Args:
        deployed: The environment.
        console: Where to show it.
        yes: Whether nobody is asked.
        every: Seconds between two looks at a stack, 3 at most.
    """
    follow = Follow(aws=deployed.aws, console=console, every=min(every, EVERY_SECONDS))
    made = Tools(console=console, cdk=Cdk(), agree=lambda _: False, follow=follow)
    return replace(made, agree=agreement(yes=yes, say=made.say))


def agreement(*, yes: bool, say: Callable[[str], None]) -> Callable[[str], bool]:
    """How a person is asked before anything is written.

    Args:
        yes: Whether the answer was given beforehand.
        say: Writes what is going to happen.
    """

    def ask(what: str) -> bool:
        say(what)
        if yes:
            return True
        if not stdin.isatty():
            raise OperateError(
                f"Nobody is there to be asked. {UNCHANGED}", next_step="make deploy ENV=... YES=1 goes on."
            )
        return typer.confirm("Deploy?")

    return ask
