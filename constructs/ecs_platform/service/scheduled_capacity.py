"""Bounds of scaling that change by the clock."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ecs_platform.jobs import cron, time_zone
from ecs_platform.jobs.schedule import OneTime
from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.problem import ConfigurationError
from ecs_platform.tokens import is_token

_EXPRESSION = re.compile(r"(?P<kind>cron|rate|at)\((?P<inner>[^()]+)\)")
_RATE = re.compile(r"[1-9][0-9]* (minute|hour|day)s?")


@dataclass(frozen=True, kw_only=True)
class ScheduledCapacity:
    """New bounds at a time of day or week.

    Args:
        name: What the schedule is for, unique in the service, such as `night`.
        expression: `cron(...)`, `rate(...)` or `at(...)` in Application Auto Scaling's syntax.
        time_zone: An IANA name such as `Europe/Berlin`. UTC by default.
        min_tasks: The lower bound from then on. Unchanged by default.
        max_tasks: The upper bound from then on. Unchanged by default.

    Raises:
        ConfigurationError: A schedule that changes nothing, crossed bounds, an expression that Application
            Auto Scaling would refuse, or no time zone; all of them at once.

    https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
    """

    name: str
    expression: str
    time_zone: str = "Etc/UTC"
    min_tasks: int | None = None
    max_tasks: int | None = None

    def __post_init__(self) -> None:
        zone = time_zone.mistakes_in(self.time_zone, where="ScheduledCapacity(time_zone=...).")
        refuse(
            [
                *(() if is_token(self.expression) else self._expression_mistakes()),
                *(() if is_token(self.time_zone) else zone),
                *self._bound_mistakes(),
            ]
        )

    def _expression_mistakes(self) -> Iterator[Mistake]:
        where = "ScheduledCapacity(expression=...)."
        found = _EXPRESSION.fullmatch(self.expression)
        if found is None or (found["kind"] == "rate" and not _RATE.fullmatch(found["inner"])):
            yield Mistake(
                problem=f"The schedule {self.name!r} has the expression {self.expression!r}.",
                allowed="cron(0 8 ? * MON-FRI *), that is minutes to year, rate(1 day) or "
                "at(2026-12-24T18:00:00).",
                where=where,
            )
        elif found["kind"] == "cron":
            # Both of AWS's schedulers read these alike.
            for mistake in cron.mistakes_in(found["inner"].upper().split()):
                yield replace(mistake, where=where)
        elif found["kind"] == "at":
            try:
                OneTime(at=found["inner"])
            except ConfigurationError as error:
                yield Mistake(problem=error.problem, allowed=error.allowed, where=where)

    def _bound_mistakes(self) -> Iterator[Mistake]:
        where = "ScheduledCapacity(min_tasks=..., max_tasks=...)."
        bounds = [bound for bound in (self.min_tasks, self.max_tasks) if bound is not None]
        if not bounds:
            yield Mistake(
                problem=f"The schedule {self.name!r} changes neither bound.",
                allowed="min_tasks, max_tasks, or both.",
                where=where,
            )
        elif any(is_token(bound) for bound in bounds):
            return
        elif min(bounds) < 0:
            yield Mistake(
                problem=f"The schedule {self.name!r} has a bound of {min(bounds)} tasks.",
                allowed="0 or more.",
                where=where,
            )
        elif bounds != sorted(bounds):
            yield Mistake(
                problem=f"The schedule {self.name!r} has min_tasks={self.min_tasks} above "
                f"max_tasks={self.max_tasks}.",
                allowed="min_tasks of at most max_tasks.",
                where=where,
            )
