"""The phases on a terminal, and in a log."""

import io
from datetime import UTC, datetime, timedelta

from rich.console import Console

from operate.running.show import Show

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    """Goes on when a test says so."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_a_log_has_one_line_a_change() -> None:
    console = Console(file=io.StringIO(), width=40, soft_wrap=True)
    clock = Clock()
    with Show(console, now=clock) as show:
        for phase in ("PENDING", "PENDING", "RUNNING", "RUNNING"):
            show.phase(phase)
            clock.now += timedelta(minutes=1)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert [line.split("  ")[1] for line in lines] == ["PENDING", "RUNNING"]
    assert [each.seen for each in show.phases] == [NOW, NOW + timedelta(minutes=2)]


def test_a_terminal_has_one_line_that_changes_and_goes() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system=None)
    clock = Clock()
    show = Show(console, now=clock)
    show.phase("PENDING")
    show.phase("RUNNING")
    clock.now += timedelta(seconds=65)
    picture = io.StringIO()
    Console(file=picture, width=100).print(show._picture())
    assert "PENDING > RUNNING  1 min 05 s  its containers run" in picture.getvalue()
    show.say("  | [bold]a line of the log[/bold]")
    assert show._live.is_started
    show.rest()
    assert not show._live.is_started
    # Words in brackets are the program's own, and no colours.
    assert "  | [bold]a line of the log[/bold]" in console.file.getvalue()  # type: ignore[attr-defined]


def test_it_goes_whatever_happens() -> None:
    console = Console(file=io.StringIO(), force_terminal=True)
    show = Show(console, now=Clock())
    try:
        with show:
            show.phase("RUNNING")
            raise ValueError
    except ValueError:
        pass
    assert not show._live.is_started
