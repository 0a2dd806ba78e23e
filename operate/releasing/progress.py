"""What a release does now: on a terminal a picture that changes, everywhere else one line a change."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from operate.releasing.moment import Moment, Phase, Side, Stage
from operate.words import at_time, duration

_BAR = 40
_MARKS = {
    "Succeeded": ("✓", "green"),
    "Skipped": ("✓", "dim"),
    "Failed": ("✗", "red"),
    "InProgress": ("●", "yellow"),
}
_COLOURS = {"blue": "blue", "green": "green"}


class Progress(AbstractContextManager["Progress"]):
    """Shows moments of a deployment, and lines in between.

    Args:
        console: Where to write. With `--json` that is standard error.
        now: The time. The machine's by default.
    """

    def __init__(self, console: Console, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.console = console
        self._now = now
        self._last_line = ""
        self._moment: Moment | None = None
        self._live = Live(console=console, refresh_per_second=4, transient=True, get_renderable=self._picture)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()

    def say(self, line: str) -> None:
        """Write a line that stays."""
        self.console.print(line, markup=False, highlight=False)

    def show(self, moment: Moment) -> None:
        """Show how the deployment is now."""
        self._moment = moment
        if self.console.is_terminal:
            if not self._live.is_started:
                self._live.start()
            self._live.refresh()
            return
        line = headline(moment)
        if line != self._last_line:
            self._last_line = line
            self.say(f"{at_time(self._now())}  {line}")

    def rest(self) -> None:
        """Take the picture away; what was said stays."""
        if self._live.is_started:
            self._live.stop()
        self._moment = None
        self._last_line = ""

    def _picture(self) -> Group | Text:
        moment = self._moment
        if moment is None:
            return Text()
        left = time_left(moment, self._now())
        head = Spinner("dots", Text(f"{moment.deployment.rpartition('/')[2]}  {_doing(moment)}{left}"))
        lines: list[Text] = [_stages(moment.stages)] if moment.stages else []
        if moment.new is not None and moment.new.percent is not None:
            lines.append(_traffic(moment.old, moment.new))
        if moment.new is not None:
            lines.append(Text(f"  tasks    {_tasks(moment.new)}"))
        return Group(head, *lines)


def headline(moment: Moment) -> str:
    """A moment in one line; the same line as long as nothing has changed."""
    parts = [_doing(moment)]
    if moment.new is not None and moment.new.percent is not None:
        parts.append(f"traffic {shares(moment.old, moment.new)}")
    if moment.new is not None and not moment.phase.ended:
        parts.append(f"tasks {_tasks(moment.new)}")
    if moment.until is not None:
        parts.append(f"until {at_time(moment.until)}")
    return "; ".join(parts)


def time_left(moment: Moment, now: datetime) -> str:
    """`, 42 s left`, or nothing where nobody knows."""
    if moment.until is None or moment.phase.ended:
        return ""
    return f", {duration((moment.until - now).total_seconds())} left"


def shares(old: Side | None, new: Side) -> str:
    """`green 20 %, blue 80 %`."""
    return ", ".join(f"{side.label} {side.percent or 0:.0f} %" for side in (new, old) if side is not None)


def _doing(moment: Moment) -> str:
    if moment.phase is Phase.UNDER_WAY:
        return moment.stage
    return f"{moment.phase.value}"


def _tasks(side: Side) -> str:
    healthy = "" if side.healthy is None else f", {side.healthy} healthy"
    return f"{side.running} of {side.desired} run{healthy}"


def _stages(stages: Sequence[Stage]) -> Text:
    text = Text("  stages   ")
    for stage in stages:
        mark, style = _MARKS.get(stage.status, ("·", "dim"))
        text.append(f"{mark} {stage.name}  ", style=style)
    return text


def _traffic(old: Side | None, new: Side) -> Text:
    filled = round(_BAR * (new.percent or 0) / 100)
    text = Text("  traffic  ")
    text.append("█" * filled, style=_COLOURS.get(new.label, "green"))
    text.append("█" * (_BAR - filled), style=_COLOURS.get(old.label, "blue") if old else "dim")
    return text.append(f"  {shares(old, new)}")
