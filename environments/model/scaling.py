"""How many tasks a service runs."""

from collections.abc import Iterator
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator

from environments.model.fields import Percent, ScheduleName, between, matching
from environments.model.value import Items, Refusal, Value, refused, repeats


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # A machine may have no time zone database at all; then AWS has the last word.
        if available_timezones():
            raise refused("Not a time zone.", allowed="an IANA name, such as 'Europe/Berlin'.") from None
    return name


_Expression = Annotated[
    str,
    matching(
        r"cron\(\S+( \S+){5}\)"
        r"|rate\([1-9][0-9]* (minutes?|hours?|days?)\)"
        r"|at\([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\)",
        problem="Not a schedule of Application Auto Scaling.",
        allowed="cron(0 8 ? * MON-FRI *), that is minutes to year, rate(1 day) or at(2026-12-24T18:00:00).",
    ),
]


class ScheduledCapacity(Value):
    """Other bounds from a time of day or week on.

    https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html

    Args:
        name: What the schedule is for, unique in the service, such as `night`.
        expression: `cron(...)`, `rate(...)` or `at(...)`.
        time_zone: An IANA name such as `Europe/Berlin`. UTC by default.
        min_tasks: The lower bound from then on. The service's own by default.
        max_tasks: The upper bound from then on. The service's own by default.
    """

    name: ScheduleName
    expression: _Expression
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "Etc/UTC"
    min_tasks: Annotated[int, between(0, 5000, unit="tasks")] | None = None
    max_tasks: Annotated[int, between(0, 5000, unit="tasks")] | None = None

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """A schedule changes something, at a time that there is."""
        return (self._changes_a_bound(), self._time_exists())

    def _changes_a_bound(self) -> Iterator[Refusal]:
        if self.min_tasks is None and self.max_tasks is None:
            yield Refusal(
                at=(), problem="The schedule changes neither bound.", allowed="min_tasks, max_tasks or both."
            )

    def _time_exists(self) -> Iterator[Refusal]:
        # The library owns the rules, and both of AWS's schedulers read these alike; no aws_cdk is loaded.
        from ecs_platform.jobs import cron
        from ecs_platform.jobs.schedule import OneTime
        from ecs_platform.problem import ConfigurationError

        kind, _, rest = self.expression.partition("(")
        inner = rest.removesuffix(")")
        if kind == "cron":
            for mistake in cron.mistakes_in(inner.upper().split()):
                yield Refusal(at=("expression",), problem=mistake.problem, allowed=mistake.allowed)
        elif kind == "at":
            try:
                OneTime(at=inner)
            except ConfigurationError as error:
                yield Refusal(at=("expression",), problem=error.problem, allowed=error.allowed)


class Scaling(Value):
    """Between which bounds a service scales, and on what.

    Args:
        min_tasks: At least this many tasks. 5,000 is ECS's own limit for a service.
        max_tasks: At most this many; a blue/green deployment runs twice as many for a while.
        cpu_percent: The average CPU use to hold. Not scaled on by default.
        memory_percent: The average memory use to hold. Not scaled on by default.
        requests_per_minute_per_task: How many requests of a minute one task should get. Not scaled on by
            default.
        schedules: Bounds that change by the clock. None by default.
    """

    min_tasks: Annotated[int, between(1, 5000, unit="tasks")]
    max_tasks: Annotated[int, between(1, 5000, unit="tasks")]
    cpu_percent: Percent | None = None
    memory_percent: Percent | None = None
    requests_per_minute_per_task: Annotated[int, between(1, unit="requests")] | None = None
    schedules: Items[ScheduledCapacity] = ()

    @property
    def peak_tasks(self) -> int:
        """The most tasks that the service may be asked to run, schedules included."""
        return max([self.max_tasks, *(schedule.max_tasks or 0 for schedule in self.schedules)])

    @property
    def fewest_tasks(self) -> int:
        """The fewest tasks that the service may be asked to run, schedules included."""
        bounds = [schedule.min_tasks for schedule in self.schedules if schedule.min_tasks is not None]
        return min([self.min_tasks, *bounds])

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """Bounds do not cross, schedules included, and something scales where they differ."""
        return (
            self._bounds_in_order(),
            self._something_scales(),
            self._schedules_named_once(),
            self._schedules_in_order(),
        )

    def _bounds_in_order(self) -> Iterator[Refusal]:
        if self.min_tasks > self.max_tasks:
            yield Refusal(
                at=("min_tasks",),
                problem=f"Above max_tasks, {self.max_tasks}.",
                allowed=f"1 to {self.max_tasks}, or a larger max_tasks.",
            )

    def _something_scales(self) -> Iterator[Refusal]:
        targets = (self.cpu_percent, self.memory_percent, self.requests_per_minute_per_task)
        if self.max_tasks > self.min_tasks and not self.schedules and not any(targets):
            yield Refusal(
                at=("max_tasks",),
                problem=f"Nothing would ever scale beyond min_tasks, {self.min_tasks}.",
                allowed="the same number, or a target beside it: cpu_percent, memory_percent, "
                "requests_per_minute_per_task or schedules.",
            )

    def _schedules_named_once(self) -> Iterator[Refusal]:
        for position, first in repeats([schedule.name for schedule in self.schedules]):
            yield Refusal(
                at=("schedules", position, "name"),
                problem=f"schedules[{first}] has this name too.",
                allowed="a name of its own for each schedule.",
            )

    def _schedules_in_order(self) -> Iterator[Refusal]:
        # A bound that a schedule leaves out is whatever another one has made of it.
        for position, schedule in enumerate(self.schedules):
            lowest = self.fewest_tasks if schedule.min_tasks is None else schedule.min_tasks
            highest = self.peak_tasks if schedule.max_tasks is None else schedule.max_tasks
            if lowest > highest:
                field = "max_tasks" if schedule.min_tasks is None else "min_tasks"
                yield Refusal(
                    at=("schedules", position, field),
                    problem=f"From then on at least {lowest} and at most {highest} tasks would run.",
                    allowed="bounds that do not cross; give both where both change.",
                )
