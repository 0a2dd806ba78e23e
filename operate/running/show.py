"""What a task does now: on a terminal a line that changes, everywhere else one line a change."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from operate.reading.lifecycle import PHASES
from operate.words import at_time, duration


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A phase of a task's life, as it was seen.

    Args:
        name: ECS's word, `RUNNING`.
        seen: When it was first seen.
    """

    name: str
    seen: datetime


class Show(AbstractContextManager["Show"]):
    """Shows the phases of a task, and lines in between.

    Args:
        console: Where to write. With `--json` that is standard error.
        now: The time. The machine's by default.
    """

    def __init__(self, console: Console, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.console = console
        self.phases: list[Phase] = []
        self._now = now
        self._live = Live(console=console, refresh_per_second=4, transient=True, get_renderable=self._picture)

    def __enter__(self) -> "Show":
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()

    def say(self, line: str) -> None:
        """Write a line that stays."""
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def phase(self, name: str) -> None:
        """Show in which phase the task is now."""
        if not self.phases or self.phases[-1].name != name:
            self.phases.append(Phase(name=name, seen=self._now()))
            if not self.console.is_terminal:
                known = PHASES.get(name)
                self.say(f"{at_time(self.phases[-1].seen)}  {name}{f'  {known.means}' if known else ''}")
        if self.console.is_terminal:
            if not self._live.is_started:
                self._live.start()
            self._live.refresh()

    def rest(self) -> None:
        """Take the picture away; what was said stays."""
        if self._live.is_started:
            self._live.stop()

    def _picture(self) -> Spinner | Text:
        if not self.phases:
            return Text()
        current = self.phases[-1]
        known = PHASES.get(current.name)
        text = Text("")
        for each in self.phases[:-1]:
            text.append(f"{each.name} > ", style="dim")
        text.append(current.name, style="bold")
        text.append(f"  {duration((self._now() - current.seen).total_seconds())}")
        text.append(f"  {known.means}" if known else "", style="dim")
        return Spinner("dots", text)
