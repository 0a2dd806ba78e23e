"""Follow a task to its end: its phases, its log, a person who leaves, and a time that runs out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from operate.aws import Aws, explained
from operate.one_task import OneTask, Task
from operate.problem import ExitCode, OperateError
from operate.releasing.patience import Patience
from operate.releasing.watch import Pace
from operate.running.show import Show
from operate.words import duration, job_command
from operate.workload import JobOutputs


class Stopped(Enum):
    """Why this command stopped the task."""

    BY_TIMEOUT = "timed out"
    BY_PERSON = "interrupted"


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a task is followed.

    Args:
        pace: How often AWS is asked.
        timeout_seconds: After how long the task is stopped. Never by default.
        stop_on_interrupt: Whether Ctrl-C stops the task without asking. No by default.
        ask: Asks a person whether to stop it. Nobody is there by default.
    """

    pace: Pace = field(default_factory=lambda: Pace(every=2.0))
    timeout_seconds: float | None = None
    stop_on_interrupt: bool = False
    ask: Callable[[str], bool] = lambda _: False


class Follow:
    """Follows one task.

    Args:
        aws: The way to the environment's account.
        job: The job.
        arn: The task.
        revision: ARN of the revision it runs.
        show: Where to show it.
        manner: How.
    """

    def __init__(
        self, aws: Aws, job: JobOutputs, arn: str, revision: str, *, show: Show, manner: Manner
    ) -> None:
        self._aws, self._job, self._arn = aws, job, arn
        self._show, self._manner = show, manner
        self.id = arn.rpartition("/")[2]
        self.again = job_command("run", aws, job.name, f"--attach {self.id}")
        self.stopped: Stopped | None = None
        self._to_stop: tuple[Stopped, str] | None = None
        self._task = OneTask(
            aws, job, arn, revision, pace=manner.pace, gone=lambda: forgotten(aws, job, self.id)
        )
        self._patience = Patience(show.say, again=self.again, clock=manner.pace.clock)

    def until_end(self) -> Task:
        """Look again and again.

        Returns:
            The task as ECS shows it after its end.

        Raises:
            OperateError: A person left, the credentials ended, or AWS refused to answer. The task goes on in
                each case, and the error says how to come back.
        """
        try:
            while True:
                try:
                    return self._task.until_end(
                        self._patience,
                        say=self._show.say,
                        seen=lambda task: self._show.phase(task["lastStatus"]),
                        between=self._between,
                    )
                except KeyboardInterrupt:
                    self._interrupted()
        finally:
            self._show.rest()

    def _between(self) -> None:
        limit = self._manner.timeout_seconds
        if limit is not None and self._to_stop is None and self._task.age >= limit:
            self._show.say(f"not done after {duration(limit)}: stopping the task")
            self._to_stop = (Stopped.BY_TIMEOUT, f"operate run: not done after {duration(limit)}")
        if self._to_stop is not None and self.stopped is None:
            self._stop(*self._to_stop)

    def _interrupted(self) -> None:
        """Stop the task where that is wanted, and go on looking; else leave."""
        self._show.rest()
        if self._to_stop is None:
            try:
                wanted = self._manner.stop_on_interrupt or self._manner.ask(
                    f"Stop the task {self.id}? Otherwise it goes on."
                )
            except KeyboardInterrupt:
                wanted = False
            if wanted:
                self._show.say(f"stopping the task {self.id}; Ctrl-C once more leaves it alone")
                self._to_stop = (Stopped.BY_PERSON, "operate run: interrupted")
                self._stop(*self._to_stop)
                return
        raise OperateError(
            f"Left alone: the task {self.id} {'is being stopped' if self.stopped else 'goes on'}.",
            next_step=f"{self.again} comes back to it; aws ecs stop-task --region {self._aws.region} "
            f"--cluster {self._job.cluster} --task {self.id} stops it.",
            code=ExitCode.INTERRUPTED,
        ) from None

    def _stop(self, why: Stopped, reason: str) -> None:
        """Ask ECS to stop it; without an answer the next look asks again."""

        def ask() -> bool:
            with explained(f"stop the task {self.id}"):
                self._aws.client("ecs").stop_task(cluster=self._job.cluster, task=self._arn, reason=reason)
            return True

        if self._patience.ask(ask):
            self.stopped = why


def forgotten(aws: Aws, job: JobOutputs, id_: str) -> OperateError:
    """What is said of a task that ECS does not know, or not any more.

    Args:
        aws: The way to the environment's account.
        job: The job.
        id_: The task's id.
    """
    return OperateError(
        f"ECS does not know the task {id_} of {job.name}.",
        cause="ECS forgets a task about an hour after its end; its log stays.",
        next_step=f"{job_command('logs', aws, job.name, '--since 1d')}, or the log group {job.log_group}",
        code=ExitCode.FAILED,
    )
