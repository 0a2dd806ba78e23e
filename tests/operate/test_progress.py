"""What a person sees of a release: a picture on a terminal, a line a change in a log."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from operate.releasing.moment import Moment, Phase, Side, Stage
from operate.releasing.progress import Progress, headline, time_left
from operate.words import duration

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MOMENT = Moment(
    deployment="d-1",
    status="InProgress",
    phase=Phase.UNDER_WAY,
    stages=[
        Stage(name="BeforeInstall", status="Skipped"),
        Stage(name="Install", status="Succeeded"),
        Stage(name="AllowTraffic", status="InProgress"),
        Stage(name="AfterAllowTraffic", status="Pending"),
    ],
    old=Side(label="blue", percent=80, desired=2, running=2),
    new=Side(label="green", percent=20, desired=3, running=2, healthy=1),
    until=NOW + timedelta(minutes=1, seconds=5),
)


def shown(*moments: Moment, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), width=200, force_terminal=terminal, color_system=None)
    with Progress(console, now=lambda: NOW) as progress:
        for moment in moments:
            progress.show(moment)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_a_terminal_shows_stages_traffic_tasks_and_time() -> None:
    picture = shown(MOMENT, terminal=True)
    assert "d-1  AllowTraffic, 1 min 05 s left" in picture
    assert "✓ BeforeInstall  ✓ Install  ● AllowTraffic  · AfterAllowTraffic" in picture
    assert f"traffic  {'█' * 40}  green 20 %, blue 80 %" in picture
    assert "tasks    2 of 3 run, 1 healthy" in picture


def test_the_bar_has_the_colours_of_the_groups() -> None:
    console = Console(file=io.StringIO(), width=200, force_terminal=True, color_system="standard")
    with Progress(console, now=lambda: NOW) as progress:
        progress.show(MOMENT)
    # A fifth of forty in green, the rest in blue.
    assert f"\x1b[32m{'█' * 8}\x1b[0m\x1b[34m{'█' * 32}\x1b[0m" in console.file.getvalue()  # type: ignore[attr-defined]


def test_a_log_has_a_line_a_change_and_no_tricks() -> None:
    half = replace(MOMENT, new=Side(label="green", percent=50, desired=3, running=3, healthy=3))
    text = shown(MOMENT, MOMENT, MOMENT, half)
    assert [line.partition("  ")[2] for line in text.splitlines()] == [headline(MOMENT), headline(half)]
    assert "\x1b" not in text
    assert "\r" not in text


def test_each_watch_begins_with_how_it_is() -> None:
    console = Console(file=io.StringIO(), width=200)
    progress = Progress(console, now=lambda: NOW)
    for _ in range(2):
        progress.show(MOMENT)
        progress.rest()
    assert console.file.getvalue().count(headline(MOMENT)) == 2  # type: ignore[attr-defined]


def test_a_line_says_everything() -> None:
    line = headline(MOMENT)
    assert line.startswith("AllowTraffic; traffic green 20 %, blue 80 %; tasks 2 of 3 run, 1 healthy; until ")


@pytest.mark.parametrize("phase", [each for each in Phase if each is not Phase.UNDER_WAY])
def test_a_wait_and_an_end_have_words_of_their_own(phase: Phase) -> None:
    assert headline(replace(MOMENT, phase=phase)).startswith(phase.value)


def test_before_the_first_stage_aws_s_word_stands_there() -> None:
    assert headline(Moment(deployment="d-1", status="Queued", phase=Phase.UNDER_WAY)) == "Queued"


def test_time_left_is_never_less_than_none() -> None:
    assert time_left(MOMENT, NOW + timedelta(hours=1)) == ", 0 s left"
    assert time_left(replace(MOMENT, until=None), NOW) == ""
    assert time_left(replace(MOMENT, phase=Phase.SUCCEEDED), NOW) == ""


def test_a_rolling_update_has_no_shares() -> None:
    moment = replace(MOMENT, old=None, new=Side(label="new", percent=None, desired=2, running=1))
    assert "traffic" not in headline(moment)
    assert "traffic" not in shown(moment, terminal=True)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (59, "59 s"), (60, "1 min 00 s"), (185, "3 min 05 s"), (3725, "1 h 02 min"), (-5, "0 s")],
)
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said
