"""`logs`: what a service or a job has written, or writes."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from operate.outputs import Deployed
from operate.problem import ExitCode
from operate.releasing.patience import Patience
from operate.tailing.events import Event, Tail
from operate.tailing.since import since
from operate.words import job_command, plain

SHOWN_OF_ID = 8
"""So much of a task's id is shown; `--task` takes it, too."""

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a person asked for.

    Args:
        follow: Whether to go on until Ctrl-C.
        since: When to begin; see `since`.
        container: One container alone. None is all of them.
        task: One task alone, by its id or the beginning of it. None is all of them.
        pattern: A filter pattern of CloudWatch's. None is everything.
        as_json: A JSON document a line.
        every: Seconds between two looks.
        sleep: How to wait for them.
    """

    follow: bool = False
    since: str = "10m"
    container: str | None = None
    task: str | None = None
    pattern: str | None = None
    as_json: bool = False
    every: float = 2.0
    sleep: Callable[[float], None] = time.sleep

    def wants(self, event: Event) -> bool:
        """Whether an event is of the container and the task."""
        return (self.container is None or event.container == self.container) and (
            self.task is None or event.task.startswith(self.task.rpartition("/")[2])
        )


def logs(deployed: Deployed, name: str, choice: Choice, *, say: Say, aside: Say) -> int:
    """Show the log of a service or a job, oldest line first.

    Args:
        deployed: The environment.
        name: The service or job.
        choice: What was asked for.
        say: Takes the lines.
        aside: Takes what is said about them.

    Returns:
        The exit code: INTERRUPTED after Ctrl-C.

    Raises:
        OperateError: There is no such service, job or moment, or AWS refused to answer.
    """
    begin = since(choice.since, datetime.now(UTC).astimezone())
    group = deployed.log_group(name)
    tail = Tail(deployed.aws, group, begin, pattern=choice.pattern)

    def show() -> int:
        shown = 0
        for event in filter(choice.wants, tail.poll()):
            say(as_json(event) if choice.as_json else line(event))
            shown += 1
        return shown

    try:
        if choice.follow:
            patience = Patience(aside, again=job_command("logs", deployed.aws, name, "--follow"))
            while True:
                patience.ask(show)
                choice.sleep(choice.every)
        if not show():
            aside(f"Nothing in {group} since {begin:%Y-%m-%d %H:%M:%S}.")
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    return ExitCode.DONE


def line(event: Event) -> str:
    """An event in one line: when, of which task and container, and what.

    Args:
        event: The event.
    """
    where = "/".join(part for part in (event.task[:SHOWN_OF_ID], event.container) if part)
    return f"{event.time.astimezone():%Y-%m-%d %H:%M:%S} {where}  {plain(event.message)}"


def as_json(event: Event) -> str:
    """An event as a JSON document in one line.

    Args:
        event: The event.
    """
    return json.dumps(
        {
            "time": event.time.isoformat(timespec="milliseconds"),
            "task": event.task,
            "container": event.container,
            "stream": event.stream,
            "message": event.message,
        }
    )
