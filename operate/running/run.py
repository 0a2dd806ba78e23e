"""`run`: start one task of a job, or come back to one, and end as its container does."""

import json
import math
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from sys import stdin
from typing import Any

import typer
from rich.console import Console

from operate.aws import Aws, explained
from operate.outputs import Deployed
from operate.problem import OperateError
from operate.reading.image import find
from operate.reading.jobs import own_command
from operate.releasing.revision import Revision, derive, read_revision
from operate.running.follow import Follow, Manner, forgotten
from operate.running.outcome import Outcome, Ran, conclude
from operate.running.show import Show
from operate.running.start import Request, start
from operate.words import job_command
from operate.workload import JobOutputs


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the caller asks for.

    Args:
        request: Command and variables.
        image: Tag or digest of another image. The configured one by default.
        attach: The id of a task to come back to, in place of starting one.
        detach: Whether to end once it is started. No by default.
        manner: How it is followed.
    """

    request: Request = field(default_factory=Request)
    image: str | None = None
    attach: str | None = None
    detach: bool = False
    manner: Manner = field(default_factory=Manner)


def perform(deployed: Deployed, name: str, choice: Choice, *, as_json: bool, show: Show | None = None) -> int:
    """Run a job, and say how it ended.

    Args:
        deployed: The environment.
        name: The job in the environment file.
        choice: What to run.
        as_json: One JSON document on standard output, and all else on standard error.
        show: Where to show it. The terminal by default.

    Returns:
        The exit code: the container's where it ended by itself.

    Raises:
        OperateError: Nothing was started, or it goes on without this command.
    """
    with show or Show(Console(stderr=as_json, soft_wrap=True)) as shown:
        outcome = run(deployed, name, choice, shown)
        if outcome.says and not as_json:
            shown.say(outcome.says)
    if as_json:
        document = {"environment": deployed.environment.name, "job": name, **outcome.as_json()}
        print(json.dumps(document, indent=2))  # noqa: T201 - what the caller asked for
    if outcome.problem is not None:
        errors = Console(stderr=True)
        errors.print(str(outcome.problem), style="red", markup=False, highlight=False, soft_wrap=True)
    return int(outcome.code)


def run(deployed: Deployed, name: str, choice: Choice, show: Show) -> Outcome:
    """Start a task, or come back to one, and follow it to its end.

    Args:
        deployed: The environment.
        name: The job in the environment file.
        choice: What to run.
        show: Where to show it.

    Raises:
        OperateError: Nothing was started, or it goes on without this command.
    """
    _refuse_contradictions(choice)
    aws, job = deployed.aws, deployed.job(name)
    if choice.attach is not None:
        return _attach(aws, job, choice.attach, choice, show)
    revision = _revision(aws, job, choice.image)
    words = choice.request.command
    arn = start(aws, job, revision, choice.request)
    ran = Ran(
        task=arn.rpartition("/")[2], revision=revision.name, image=revision.image.uri, command=tuple(words)
    )
    what = shlex.join(words or own_command(revision, job)) or "the image's own command"
    show.say(f"{job.name}: task {ran.task} of {ran.revision} runs {what}")
    show.say(f"{job.name}: with the image {ran.image}")
    if choice.detach:
        again = job_command("run", aws, job.name, f"--attach {ran.task}")
        return Outcome(result="started", code=0, says=f"{again} comes back to it.", **vars(ran))
    follow = Follow(aws, job, arn, revision.arn, show=show, manner=choice.manner)
    return _follow(aws, job, ran, follow, show)


def asking() -> Callable[[str], bool]:
    """How a person is asked whether to stop a task; without a terminal nobody is there to answer."""

    def ask(question: str) -> bool:
        if not stdin.isatty():
            return False
        try:
            return typer.confirm(question, default=False, err=True)
        except typer.Abort:
            return False

    return ask


def _refuse_contradictions(choice: Choice) -> None:
    timeout = choice.manner.timeout_seconds
    wrong = [
        says
        for is_so, says in (
            (
                choice.attach is not None and (choice.request != Request() or choice.image is not None),
                "--attach comes back to a task that runs; command, --env and --image are for a new one.",
            ),
            (choice.attach is not None and choice.detach, "--attach and --detach say two things."),
            (
                choice.detach and (timeout is not None or choice.manner.stop_on_interrupt),
                "--timeout and --stop-on-interrupt take somebody who waits, and --detach does not.",
            ),
            (
                timeout is not None and not 0 < timeout < math.inf,
                "--timeout is a number of minutes above 0.",
            ),
            (choice.image == "", "--image is a tag or a digest, and is empty."),
            (choice.attach == "", "--attach is the id of a task, and is empty."),
        )
        if is_so
    ]
    if wrong:
        raise OperateError("\n".join(wrong), next_step="python -m operate run --help")


def _revision(aws: Aws, job: JobOutputs, image: str | None) -> Revision:
    base = read_revision(aws, job, job.task_definition)
    if image is None:
        return base
    found = find(aws, job, image)
    wanted = base.definition.get("runtimePlatform", {}).get("cpuArchitecture", "X86_64")
    if found.architectures and wanted not in found.architectures:
        raise OperateError(
            f"{found} is built for {', '.join(sorted(found.architectures))}; the job runs on {wanted}.",
            next_step="an image for this processor, or another `architecture` in the environment file.",
        )
    return derive(aws, job, base, found)


def _attach(aws: Aws, job: JobOutputs, id_: str, choice: Choice, show: Show) -> Outcome:
    with explained(f"look at the task {id_}"):
        found: list[Any] = aws.client("ecs").describe_tasks(cluster=job.cluster, tasks=[id_])["tasks"]
    if not found:
        raise forgotten(aws, job, id_)
    task: Mapping[str, Any] = found[0]
    revision = read_revision(aws, job, task["taskDefinitionArn"])
    if revision.name.rpartition(":")[0] != job.family:
        raise OperateError(
            f"The task {id_} is one of {revision.name}, not of {job.name}.",
            next_step=f"{job_command('status', aws, job.name)} shows the job's tasks.",
        )
    ran = Ran(
        task=task["taskArn"].rpartition("/")[2],
        revision=revision.name,
        image=revision.image.uri,
        command=_command(task, job),
    )
    show.say(f"{job.name}: task {ran.task} of {ran.revision}, with the image {ran.image}")
    follow = Follow(aws, job, task["taskArn"], revision.arn, show=show, manner=choice.manner)
    return _follow(aws, job, ran, follow, show)


def _command(task: Mapping[str, Any], job: JobOutputs) -> Sequence[str]:
    overrides = (task.get("overrides") or {}).get("containerOverrides") or []
    return next(
        (tuple(each.get("command") or ()) for each in overrides if each.get("name") == job.container), ()
    )


def _follow(aws: Aws, job: JobOutputs, ran: Ran, follow: Follow, show: Show) -> Outcome:
    task = follow.until_end()
    seen = Ran(**{**vars(ran), "phases": tuple(show.phases)})
    return conclude(aws, job, seen, task, follow.stopped)
