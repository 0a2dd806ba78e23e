"""When a scheduled task runs: by cron, at a rate, or once."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from ecs_platform.jobs import cron, time_zone
from ecs_platform.mistakes import Mistake, refuse

_RATE = re.compile(r"(0|[1-9][0-9]*) (minute|hour|day)(s?)")
# The hours here, for some versions of Python read 24:00 as the next day.
_MOMENT = re.compile(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True, kw_only=True)
class Cron:
    """At times of the calendar.

    Where clocks go forward, a time that does not exist is skipped; where they go back, a time that comes
    twice runs once.

    Follows https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based

    Args:
        fields: Minutes, hours, day of month, month, day of week, year: `0 2 * * ? *` is every night at two.
            Not the five of Unix: one of the two fields of days is `?`, and Sunday is 1.
        time_zone: An IANA name such as `Europe/Berlin`. By default UTC.

    Raises:
        ConfigurationError: EventBridge would refuse a field, or no such time zone exists; all that is wrong
            at once.
    """

    fields: str
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        refuse(
            [
                *cron.mistakes_in(self._fields),
                *time_zone.mistakes_in(self.time_zone, where="Cron(time_zone=...)"),
            ]
        )

    @property
    def _fields(self) -> list[str]:
        return self.fields.upper().split()

    @property
    def expression(self) -> str:
        """What EventBridge Scheduler calls it."""
        return f"cron({' '.join(self._fields)})"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Again and again, for the first time when it is deployed, or at the start date. A day has 24 hours.

    Follows https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#rate-based

    Args:
        every: A number above 0 and its unit: `1 minute`, `5 minutes`, `1 hour`, `7 days`.

    Raises:
        ConfigurationError: It is not of that form, singular and plural included.
    """

    every: str
    time_zone: ClassVar[str] = "UTC"

    def __post_init__(self) -> None:
        found = _RATE.fullmatch(self.every)
        if found is None:
            problem = f'"{self.every}" is no rate.'
        elif int(found[1]) == 0:
            problem = f'A rate of "{self.every}" has no time between two runs.'
        elif (int(found[1]) == 1) == bool(found[3]):
            right = f"{found[1]} {found[2]}{'' if found[3] else 's'}"
            problem = f'The rate "{self.every}" is spelled "{right}".'
        else:
            return
        refuse(
            [
                Mistake(
                    problem=problem,
                    allowed='a number above 0 and its unit: "1 minute", "5 minutes", "1 hour", "7 days".',
                    where="Rate(every=...)",
                )
            ]
        )

    @property
    def expression(self) -> str:
        """What EventBridge Scheduler calls it."""
        return f"rate({self.every})"


@dataclass(frozen=True, kw_only=True)
class OneTime:
    """Once. The schedule stays in the stack afterwards and does nothing, until its lines go.

    Follows https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time

    Args:
        at: The local time, as yyyy-mm-ddThh:mm:ss. EventBridge refuses one that has passed when the schedule
            is created; nothing here reads the clock.
        time_zone: An IANA name such as `Europe/Berlin`. By default UTC.

    Raises:
        ConfigurationError: It is no such time, clocks skip it, or no such time zone exists.
    """

    at: str
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        mistakes = [*time_zone.mistakes_in(self.time_zone, where="OneTime(time_zone=...)")]
        problem = _problem_of_moment(self.at, self.time_zone)
        if problem:
            mistakes.append(
                Mistake(
                    problem=problem,
                    allowed='a local time that exists, such as "2027-01-31T18:30:00".',
                    where="OneTime(at=...)",
                )
            )
        refuse(mistakes)

    @property
    def expression(self) -> str:
        """What EventBridge Scheduler calls it."""
        return f"at({self.at})"


Schedule = Cron | Rate | OneTime
"""When a scheduled task runs."""


def _problem_of_moment(at: str, zone_name: str) -> str | None:
    try:
        if not _MOMENT.fullmatch(at):
            raise ValueError
        moment = datetime.fromisoformat(at)
    except ValueError:
        return f'"{at}" is no time of the form yyyy-mm-ddThh:mm:ss.'
    zone = time_zone.zone(zone_name)
    if zone is None:
        return None
    # A time that clocks skip comes back from UTC as another one.
    there_and_back = moment.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    if there_and_back.replace(tzinfo=None) != moment:
        return f"Clocks in {zone_name} skip {at}, and EventBridge would skip the task."
    return None
