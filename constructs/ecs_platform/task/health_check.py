"""How ECS asks a container whether it is well."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import aws_ecs as ecs

from ecs_platform import once
from ecs_platform.mistakes import Mistake, refuse


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """A command that ECS runs in the container; exit code 0 means healthy.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html

    Args:
        command: A list runs as it is; a string runs in the container's shell, which the image must then have.
        interval_seconds: Seconds between two runs, 5 to 300. By default 30.
        timeout_seconds: Seconds after which a run counts as failed, 2 to 60 and no more than the interval. By
            default 5.
        retries: Failed runs in a row that make the container unhealthy, 1 to 10. By default 3.
        start_period_seconds: Seconds after the start in which failures do not count, 0 to 300. By default 0.

    Raises:
        ConfigurationError: The command is empty or begins with CMD, a number is out of its range, or a run
            may take longer than the interval.
    """

    command: str | Sequence[str]
    interval_seconds: int = 30
    timeout_seconds: int = 5
    retries: int = 3
    start_period_seconds: int = 0

    def __post_init__(self) -> None:
        refuse([*self._command_mistakes(), *(list(self._number_mistakes()) or self._time_mistakes())])

    def _command_mistakes(self) -> Iterator[Mistake]:
        if not self.command:
            yield Mistake(
                problem="The health check has no command.",
                allowed='a list such as ["/bin/healthy"], or a line for the shell.',
                where="HealthCheck(command=...)",
            )
        elif not isinstance(self.command, str) and self.command[0] in ("CMD", "CMD-SHELL", "NONE"):
            # It would be looked for in the container as a program of that name.
            yield Mistake(
                problem=f"The command of the health check begins with {self.command[0]}.",
                allowed="the command alone: a list for CMD, a line for CMD-SHELL.",
                where="HealthCheck(command=...)",
            )

    def _number_mistakes(self) -> Iterator[Mistake]:
        for field, low, high in (
            ("interval_seconds", 5, 300),
            ("timeout_seconds", 2, 60),
            ("retries", 1, 10),
            ("start_period_seconds", 0, 300),
        ):
            value: int = getattr(self, field)
            if not low <= value <= high:
                yield Mistake(
                    problem=f"{field} of the health check is {value}.",
                    allowed=f"{low} to {high}.",
                    where=f"HealthCheck({field}=...)",
                )

    def _time_mistakes(self) -> Iterator[Mistake]:
        if self.timeout_seconds > self.interval_seconds:
            yield Mistake(
                problem=f"The health check may take {self.timeout_seconds} seconds, and runs every "
                f"{self.interval_seconds}.",
                allowed="a time-out up to the interval.",
                where="HealthCheck(interval_seconds=..., timeout_seconds=...)",
            )

    def bind(self) -> ecs.HealthCheck:
        """The health check as a container definition takes it."""
        command = ["CMD-SHELL", self.command] if isinstance(self.command, str) else ["CMD", *self.command]
        return ecs.HealthCheck(
            command=command,
            interval=once.seconds(self.interval_seconds),
            timeout=once.seconds(self.timeout_seconds),
            retries=self.retries,
            start_period=once.seconds(self.start_period_seconds),
        )
