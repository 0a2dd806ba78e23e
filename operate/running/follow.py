"""Follow a task to its end: its phases, its log, a person who leaves, and a time that runs out."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from operate.aws import Aws, explained
from operate.problem import ExitCode, OperateError
from operate.reading.task_log import TaskLog
from operate.releasing.patience import Patience
from operate.releasing.watch import Pace
from operate.running.show import Show
from operate.words import duration, job_command
from operate.workload import JobOutputs

# ECS's answers may lag behind what was just started: so long nothing is lost.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
_LAG_SECONDS = 60
# CloudWatch has a line a few seconds after the container wrote it.
_LOG_DELAY_SECONDS = 3.0

Task = Mapping[str, Any]


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
        clock: Seconds. The machine's monotonic clock by default.
    """

    pace: Pace = field(default_factory=lambda: Pace(every=2.0))
    timeout_seconds: float | None = None
    stop_on_interrupt: bool = False
    ask: Callable[[str], bool] = lambda _: False
    clock: Callable[[], float] = time.monotonic


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
        self._begun = manner.clock()
        self._log = TaskLog(aws, job, revision, self.id)
        self._patience = Patience(show.say, again=self.again, clock=manner.clock)

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
                    return self._look_on()
                except KeyboardInterrupt:
                    self._interrupted()
        finally:
            self._show.rest()

    def _look_on(self) -> Task:
        pace = self._manner.pace
        while True:
            task = self._patience.ask(self._describe)
            if task is not None:
                self._show.phase(task["lastStatus"])
                self._log.tell(self._show.say)
                if task["lastStatus"] in {"STOPPED", "DELETED"}:
                    pace.sleep(min(pace.every, _LOG_DELAY_SECONDS))
                    self._log.tell(self._show.say)
                    return task
            self._end_in_time()
            pace.wait()

    def _describe(self) -> Task | None:
        with explained(f"look at the task {self.id}"):
            found: list[Any] = self._aws.client("ecs").describe_tasks(
                cluster=self._job.cluster, tasks=[self._arn]
            )["tasks"]
        if found:
            return found[0]
        if self._manner.clock() - self._begun < _LAG_SECONDS:
            return None
        raise forgotten(self._aws, self._job, self.id)

    def _end_in_time(self) -> None:
        limit = self._manner.timeout_seconds
        if limit is None or self.stopped or self._manner.clock() - self._begun < limit:
            return
        self._show.say(f"not done after {duration(limit)}: stopping the task")
        self._stop(Stopped.BY_TIMEOUT, f"operate run: not done after {duration(limit)}")

    def _interrupted(self) -> None:
        """Stop the task where that is wanted, and go on looking; else leave."""
        self._show.rest()
        if self.stopped is None:
            try:
                wanted = self._manner.stop_on_interrupt or self._manner.ask(
                    f"Stop the task {self.id}? Otherwise it goes on."
                )
            except KeyboardInterrupt:
                wanted = False
            if wanted:
                self._show.say(f"stopping the task {self.id}; Ctrl-C once more leaves it alone")
                self._stop(Stopped.BY_PERSON, "operate run: interrupted")
                return
        raise OperateError(
            f"Left alone: the task {self.id} {'is being stopped' if self.stopped else 'goes on'}.",
            next_step=f"{self.again} comes back to it; aws ecs stop-task --region {self._aws.region} "
            f"--cluster {self._job.cluster} --task {self.id} stops it.",
            code=ExitCode.INTERRUPTED,
        ) from None

    def _stop(self, why: Stopped, reason: str) -> None:
        self.stopped = why
        with explained(f"stop the task {self.id}"):
            self._aws.client("ecs").stop_task(cluster=self._job.cluster, task=self._arn, reason=reason)


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
