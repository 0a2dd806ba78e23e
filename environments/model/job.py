"""One job: its image, its task, and when it starts by itself."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, Tag

from environments.model.fields import ScheduleName, ServiceName, VariableName, between, matching
from environments.model.image import PublicImage, RegistryImage, SourceImage
from environments.model.task import (
    Architecture,
    Secret,
    Word,
    fargate_size,
    in_use_or_retired,
    not_taken,
    plain_or_secret,
)
from environments.model.value import BY_CLASS, Items, Refusal, Value, repeats


class ServiceImage(Value):
    """The image that the environment file gives to a service, pulled from the service's repository.

    Not the image that a release brought live: docs/decisions/image-of-a-job.md. A `SourceImage` is built
    once more, for the job's stack, from the same directory.

    Args:
        service: A service of the environment.
    """

    service: ServiceName


class Retry(Value):
    """What EventBridge Scheduler does when ECS does not take the call to start the job.

    A job that started and failed is never run again.

    Args:
        attempts: How many times it calls again, with growing pauses. 185 by default.
        max_age_seconds: How long after the planned time it still calls. An hour by default.
    """

    attempts: Annotated[int, between(0, 185)] = 185
    max_age_seconds: Annotated[int, between(60, 86_400, unit="seconds")] = 3600


class JobSchedule(Value):
    """When a job starts by itself.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html

    Args:
        name: What the schedule is for, unique in the job, such as `nightly`.
        expression: `cron(0 2 * * ? *)`, minutes to year, `rate(5 minutes)` or `at(2027-01-31T18:30:00)`.
        time_zone: An IANA name such as `Europe/Berlin`, with cron and at. UTC by default.
        command: What the container runs at these times. The job's command by default.
        retry: What becomes of a start that ECS refuses. It is tried again for an hour by default.
        flexible_window_minutes: Within how many minutes after the planned time the start may be. At the
            planned minute by default.
        enabled: Whether it runs. With False it stays and pauses.
    """

    name: ScheduleName
    expression: Annotated[
        str,
        matching(
            r"(cron|rate|at)\([^()]+\)",
            problem="Not a schedule of EventBridge Scheduler.",
            allowed="cron(0 2 * * ? *), that is minutes to year, rate(5 minutes) or at(2027-01-31T18:30:00).",
        ),
    ]
    time_zone: str = "UTC"
    command: Items[Word] = ()
    retry: Retry = Retry()
    flexible_window_minutes: Annotated[int, between(1, 1440, unit="minutes")] | None = None
    enabled: bool = True

    @property
    def kind(self) -> str:
        """`cron`, `rate` or `at`."""
        return self.expression.partition("(")[0]

    @property
    def inner(self) -> str:
        """What stands in the parentheses."""
        return self.expression.partition("(")[2].removesuffix(")")

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """EventBridge takes the expression and the time zone."""
        return (self._expression_taken(), self._zone_exists(), self._rate_without_zone())

    def _expression_taken(self) -> Iterator[Refusal]:
        # The library owns the rules; these modules of it load no aws_cdk.
        from ecs_platform.jobs import cron
        from ecs_platform.jobs.schedule import OneTime, Rate
        from ecs_platform.problem import ConfigurationError

        if self.kind == "cron":
            for mistake in cron.mistakes_in(self.inner.upper().split()):
                yield Refusal(at=("expression",), problem=mistake.problem, allowed=mistake.allowed)
            return
        try:
            if self.kind == "rate":
                Rate(every=self.inner)
            else:
                OneTime(at=self.inner, time_zone="UTC" if any(self._zone_exists()) else self.time_zone)
        except ConfigurationError as error:
            yield Refusal(at=("expression",), problem=error.problem, allowed=error.allowed)

    def _zone_exists(self) -> Iterator[Refusal]:
        from ecs_platform.jobs import time_zone

        for mistake in time_zone.mistakes_in(self.time_zone, where="time_zone"):
            yield Refusal(at=("time_zone",), problem=mistake.problem, allowed=mistake.allowed)

    def _rate_without_zone(self) -> Iterator[Refusal]:
        if self.kind == "rate" and self.time_zone != "UTC":
            yield Refusal(
                at=("time_zone",),
                problem="A rate counts from the deployment on, and no clock of a zone changes it.",
                allowed="a rate without time_zone, or cron(...) for a time of day.",
            )


class JobSettings(Value):
    """A task that somebody or a schedule starts, and that ends.

    Args:
        name: Names the stack, and the repository unless it runs the image of a service.
        image: `ServiceImage(service=...)`, `SourceImage(...)`, `RegistryImage(...)` or, with NAT,
            `PublicImage(...)`.
        cpu: CPU units of a task; 1024 are one vCPU.
        memory_mib: Memory of a task in MiB, one that Fargate offers with `cpu`.
        architecture: Processor that the image is built for; with `ServiceImage` the service's. ARM64 by
            default.
        command: What the container runs. The image's own command by default.
        environment: Environment variables. None by default.
        secrets: Environment variables whose values are secrets. None by default.
        retired: Secrets that the job does without from now on, moved here from `secrets` for one deployment:
            tasks that start while it is under way still fetch them. None by default.
        schedules: When it starts by itself. Only when somebody starts it by default.
        stop_timeout_seconds: How long a task may take to end once it is asked to. 30 by default.
    """

    name: Annotated[ServiceName, AfterValidator(not_taken)]
    image: Annotated[
        Annotated[ServiceImage, Tag("ServiceImage")]
        | Annotated[SourceImage, Tag("SourceImage")]
        | Annotated[RegistryImage, Tag("RegistryImage")]
        | Annotated[PublicImage, Tag("PublicImage")],
        BY_CLASS,
    ]
    cpu: int
    memory_mib: int
    architecture: Architecture = "ARM64"
    command: Items[Word] = ()
    environment: Mapping[VariableName, str] = {}
    secrets: Mapping[VariableName, Secret] = {}
    retired: Items[Secret] = ()
    schedules: Items[JobSchedule] = ()
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_timeout
    stop_timeout_seconds: Annotated[int, between(2, 120, unit="seconds")] = 30

    @property
    def peak_tasks(self) -> int:
        """The most tasks that are counted on: one of each schedule, and one that somebody starts."""
        return 1 + len(self.schedules)

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """Fargate offers the size, and nothing is said twice over."""
        return (
            fargate_size(self),
            plain_or_secret(self),
            in_use_or_retired(self),
            self._schedules_named_once(),
        )

    def _schedules_named_once(self) -> Iterator[Refusal]:
        for position, first in repeats([schedule.name for schedule in self.schedules]):
            yield Refusal(
                at=("schedules", position, "name"),
                problem=f"schedules[{first}] has this name too.",
                allowed="a name of its own for each schedule.",
            )
