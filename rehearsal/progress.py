"""Live progress of deployments: a table that fills on a terminal, a line per stack everywhere else."""

import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table

from rehearsal.assembly import StackArtifact
from rehearsal.journal import Entry, Kind

_STACK = "AWS::CloudFormation::Stack"


@dataclass
class _Stack:
    """What is known of one stack so far."""

    total: int = 0
    done: set[str] = field(default_factory=set[str])
    now: str = ""
    status: str = ""
    started: float = 0.0
    ended: float = 0.0

    def take(self, event: Entry) -> None:
        """Move on by one event."""
        if event.type == _STACK:
            self.status = event.status
            if event.status.endswith("_IN_PROGRESS"):
                self.started = self.started or time.monotonic()
            else:
                self.ended = time.monotonic()
            return
        self.now = f"{event.logical_id} ({event.type})"
        if event.status.endswith(("_COMPLETE", "_SKIPPED")):
            self.done.add(event.logical_id)

    @property
    def ended_well(self) -> bool:
        """Whether the stack is where it should be."""
        return self.status.endswith("_COMPLETE")

    @property
    def line(self) -> str:
        """Status, resources and time in words."""
        seconds = (self.ended or time.monotonic()) - self.started if self.started else 0.0
        of = f" of {self.total}" if self.total else ""
        return f"{self.status or 'waiting':<19} {len(self.done):>3}{of} resources  {seconds:4.1f} s"


class Progress(AbstractContextManager["Progress"]):
    """What happens now, for people. Call it with the entries that a command of the CLI hands over.

    Args:
        console: Where to write.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._step = ""
        self._stacks: dict[str, _Stack] = {}
        self._live = Live(console=console, refresh_per_second=8, transient=True, get_renderable=self._table)

    def __enter__(self) -> "Progress":
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def step(self, what: str) -> None:
        """Say what begins now."""
        self._step = what
        self._stacks = {}
        if not self._console.is_terminal:
            self._console.print(f"{what} ...")

    def expect(self, stacks: list[StackArtifact]) -> None:
        """Show these stacks before their first event."""
        for stack in stacks:
            self._stacks[stack.name] = _Stack(total=stack.resources)

    def done(self, seconds: float) -> None:
        """Say that what began has ended."""
        self._console.print(f"[green]done[/] {self._step}, {seconds:.1f} s")

    def __call__(self, entries: list[Entry]) -> None:
        """Take what was noted since the last call."""
        for entry in entries:
            if entry.kind is Kind.EVENT:
                self._take(entry)
        if entries and self._live.is_started:
            self._live.refresh()

    def _take(self, event: Entry) -> None:
        stack = self._stacks.setdefault(event.stack, _Stack())
        stack.take(event)
        if event.type == _STACK and not event.status.endswith("_IN_PROGRESS"):
            colour = "green" if stack.ended_well else "red"
            self._console.print(f"  [{colour}]{event.stack:<16}[/] {stack.line}", highlight=False)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for _ in range(3):
            table.add_column(no_wrap=True, overflow="ellipsis")
        table.add_row(Spinner("dots"), self._step, "")
        for name, stack in self._stacks.items():
            if not stack.ended:
                table.add_row("", f"{name:<16} {stack.line}", stack.now)
        return table
