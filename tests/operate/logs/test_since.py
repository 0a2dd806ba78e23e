"""From when on a log is shown."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from operate.problem import OperateError
from operate.tailing.since import since

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("30s", timedelta(seconds=30)),
        ("10m", timedelta(minutes=10)),
        (" 2h ", timedelta(hours=2)),
        ("3d", timedelta(days=3)),
        ("1w", timedelta(weeks=1)),
        ("0m", timedelta(0)),
    ],
)
def test_so_long_ago(said: str, back: timedelta) -> None:
    assert since(said, NOW) == NOW - back


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-11-22T08:30Z", NOW - timedelta(minutes=30)),
        ("2026-11-22T09:30:00+01:00", NOW - timedelta(minutes=30)),
        ("2026-11-21", datetime(2026, 11, 21).astimezone()),
        ("2026-11-21T08:30", datetime(2026, 11, 21, 8, 30).astimezone()),
    ],
)
def test_a_moment(said: str, moment: datetime) -> None:
    assert since(said, NOW) == moment


@pytest.mark.parametrize(
    "said",
    ["", "10", "m", "-5m", "1.5h", "10 m", "yesterday", "1234567m", "999999w", "2026-13-01", "0001-01-01"],
)
def test_what_is_no_time_is_refused(said: str) -> None:
    with pytest.raises(OperateError) as refused:
        since(said, NOW)
    assert str(refused.value) == (
        f"{said!r} is no time to begin at.\n"
        "Next: --since 30s, 10m, 2h, 1d, or a moment such as 2026-11-22T09:30 (with Z: UTC)."
    )


def test_what_is_not_over_yet_is_refused() -> None:
    later = NOW.astimezone(timezone(timedelta(hours=1))) + timedelta(seconds=1)
    with pytest.raises(OperateError, match="is not over yet"):
        since(later.isoformat(), NOW)
