"""The time of the embedded AWS, in which a minute of waiting is over in about a second."""

import threading
import time
from datetime import UTC, datetime, timedelta

SECONDS_PER_MINUTE = 1.0
"""How long a minute of this AWS lasts, unless told otherwise: a wait of five minutes takes five seconds."""


class Clock:
    """Seconds of the embedded AWS since its start.

    Nothing here waits: whoever reads the clock finds what is due. Only releases and one-off tasks live by it;
    the timestamps that moto writes are those of the machine.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.set(SECONDS_PER_MINUTE)

    def set(self, seconds_per_minute: float) -> None:
        """Start anew.

        Args:
            seconds_per_minute: Real seconds that a minute takes; 0 stops the clock: only `advance` moves it.
        """
        with self._lock:
            self._speed = 60 / seconds_per_minute if seconds_per_minute else 0.0
            self._started = time.monotonic()
            self._began = datetime.now(UTC)
            self._added = 0.0

    def advance(self, seconds: float) -> None:
        """Move on by hand."""
        with self._lock:
            self._added += seconds

    def now(self) -> float:
        """Seconds since the start."""
        return (time.monotonic() - self._started) * self._speed + self._added

    def stamp(self, moment: float) -> datetime:
        """The time of day at which a moment was, for an answer.

        While the clock runs, that is the machine's own time, so that it fits every other timestamp. A clock
        that only moves by hand shows the minutes that were added.
        """
        if not self._speed:
            return self._began + timedelta(seconds=moment)
        return datetime.now(UTC) - timedelta(seconds=(self.now() - moment) / self._speed)


CLOCK = Clock()
"""The one of this process, as moto's backends are."""
