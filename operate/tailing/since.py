"""From when on: `10m`, `2h`, or a moment."""

import re
from datetime import datetime, timedelta

from operate.problem import OperateError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def since(said: str, now: datetime) -> datetime:
    """The moment that a person means.

    Args:
        said: A number with s, m, h, d or w, counted back from now; or a moment as ISO 8601 writes it, in
            this machine's time zone where it names none.
        now: What time it is.

    Raises:
        OperateError: It is neither, or not over yet.
    """
    back = re.fullmatch(r"(\d{1,6})([smhdw])", said.strip())
    try:
        if back:
            return now - timedelta(**{_UNITS[back[2]]: int(back[1])})
        moment = datetime.fromisoformat(said.strip()).astimezone()
    # Overflow: before the first year.
    except (ValueError, OverflowError):
        raise OperateError(
            f"{said!r} is no time to begin at.",
            next_step="--since 30s, 10m, 2h, 1d, or a moment such as 2026-11-22T09:30 (with Z: UTC).",
        ) from None
    if moment > now:
        raise OperateError(
            f"{moment.isoformat()} is not over yet.", next_step="--since 10m, or an earlier moment."
        )
    return moment
