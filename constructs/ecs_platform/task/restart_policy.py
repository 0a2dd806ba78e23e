"""Whether a container that exits is started again in its task."""

from collections.abc import Sequence
from dataclasses import dataclass

from ecs_platform.mistakes import Mistake, out_of_range, refuse


@dataclass(frozen=True, kw_only=True)
class RestartPolicy:
    """A container that exits is started again, and its task goes on.

    Without it the exit of an essential container stops the task, and that of another leaves it stopped.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html

    Args:
        ignored_exit_codes: Exit codes after which it is not started again, 50 at most. By default none.
        attempt_period_seconds: Seconds it must have run before it is started again, 60 to 1800; one that
            exits sooner is not. By default 300.

    Raises:
        ConfigurationError: A code that no process exits with, too many of them, or a period out of range.
    """

    ignored_exit_codes: Sequence[int] = ()
    attempt_period_seconds: int = 300

    def __post_init__(self) -> None:
        where = "RestartPolicy(ignored_exit_codes=...)"
        mistakes = [
            mistake
            for code in self.ignored_exit_codes
            for mistake in out_of_range(code, 0, 255, what="An ignored exit code", where=where)
        ]
        if len(self.ignored_exit_codes) > 50:
            mistakes.append(
                Mistake(
                    problem=f"There are {len(self.ignored_exit_codes)} ignored exit codes.",
                    allowed="50 of them at most.",
                    where=where,
                )
            )
        refuse(
            [
                *mistakes,
                *out_of_range(
                    self.attempt_period_seconds,
                    60,
                    1800,
                    what="attempt_period_seconds",
                    where="RestartPolicy(attempt_period_seconds=...)",
                ),
            ]
        )
