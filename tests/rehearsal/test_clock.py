"""The clock: how fast it goes, and what time it shows."""

import time
from datetime import UTC, datetime

from rehearsal.clock import Clock


def test_a_minute_is_over_in_so_many_seconds() -> None:
    clock = Clock()
    clock.set(0.06)
    began = clock.now()
    time.sleep(0.01)

    assert clock.now() - began >= 10
    assert abs((clock.stamp(clock.now()) - datetime.now(UTC)).total_seconds()) < 1


def test_a_clock_that_stands_still_shows_what_was_added() -> None:
    clock = Clock()
    clock.set(0)
    began = clock.stamp(clock.now())
    assert clock.now() == clock.now() == 0
    clock.advance(300)

    assert (clock.stamp(clock.now()) - began).total_seconds() == 300
