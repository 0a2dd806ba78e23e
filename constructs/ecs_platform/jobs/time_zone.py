"""Whether a time zone exists."""

import re
import zoneinfo
from collections.abc import Sequence
from difflib import get_close_matches

from ecs_platform.mistakes import Mistake

_FORM = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
# Entries of a system's database that are no zones: its own setting, and copies with other leap seconds.
_NOT_A_ZONE = re.compile(r"(posix|right)/.*|posixrules|localtime|Factory")


def mistakes_in(name: str, *, where: str) -> Sequence[Mistake]:
    """What is wrong with the name of a time zone.

    Where Python has no time zone database, as on Windows without the package tzdata, only the form of the
    name is looked at. Nothing of the database reaches a template.

    Args:
        name: Such as `Europe/Berlin`.
        where: The argument to change.
    """
    # https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
    if len(name) > 50:
        return [
            Mistake(
                problem=f"The time zone {name} has {len(name)} characters.",
                allowed="a name of at most 50 characters.",
                where=where,
            )
        ]
    if _FORM.fullmatch(name) and not _NOT_A_ZONE.fullmatch(name):
        if zone(name) is not None:
            return ()
        known = zoneinfo.available_timezones()
        if not known:
            return ()
        near = get_close_matches(name, sorted(known), n=1, cutoff=0.8)
    else:
        near = ()
    return [
        Mistake(
            problem=f'There is no time zone "{name}".',
            allowed=f"a name of the IANA database, such as {near[0] if near else 'Europe/Berlin'}.",
            where=where,
        )
    ]


def zone(name: str) -> zoneinfo.ZoneInfo | None:
    """The zone of that name, if this machine knows it.

    Args:
        name: Such as `Europe/Berlin`.
    """
    try:
        return zoneinfo.ZoneInfo(name)
    # A name that is a folder of the database raises OSError with some versions of Python.
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None
