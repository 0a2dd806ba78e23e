"""What becomes of a scheduled task that ECS does not start."""

from dataclasses import dataclass

from ecs_platform.mistakes import out_of_range, refuse


@dataclass(frozen=True, kw_only=True)
class Retry:
    """What EventBridge Scheduler does when ECS does not take the call to start the task.

    A task that started and failed is never run again. Follows
    https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html

    Args:
        attempts: How many times it calls again, with growing pauses, 0 to 185. By default 185.
        max_age_seconds: How long after the planned time it still calls, 60 to 86400. By default 3600 and not
            EventBridge's day: a job that starts that late meets its next runs.

    Raises:
        ConfigurationError: A number is out of its range; both, if both are.
    """

    attempts: int = 185
    max_age_seconds: int = 3600

    def __post_init__(self) -> None:
        refuse(
            [
                *out_of_range(self.attempts, 0, 185, what="attempts", where="Retry(attempts=...)"),
                *out_of_range(
                    self.max_age_seconds,
                    60,
                    86_400,
                    what="max_age_seconds",
                    where="Retry(max_age_seconds=...)",
                ),
            ]
        )
