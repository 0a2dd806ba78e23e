"""`status`: which revision and image runs, where the traffic goes, what happened last, and the jobs."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from operate.outputs import Deployed, ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.reading import jobs
from operate.reading.history import Deployment
from operate.reading.jobs import Job, read_job
from operate.reading.live import Live, read
from operate.reading.tasks import TaskSet
from operate.reading.weights import percent
from operate.releasing.revision import Revision, read_revision
from operate.together import together
from operate.words import revision_name

_Answer = TypeVar("_Answer")

# All clients that the questions below use, made before the threads that ask.
_CLIENTS = ("cloudformation", "ecs", "elbv2", "cloudwatch", "codedeploy")
_STATE = {"OK": "green", "ALARM": "bold red", "INSUFFICIENT_DATA": "yellow", "MISSING": "bold red"}


@dataclass(frozen=True, kw_only=True)
class Status:
    """One service as it runs, and as it is configured.

    Args:
        service: What its stack says.
        live: What runs.
        configured: The configured revision.
    """

    service: ServiceOutputs
    live: Live
    configured: Revision


def status(deployed: Deployed, name: str | None, *, as_json: bool, console: Console) -> ExitCode:
    """Show one service or job, or all of an environment.

    Args:
        deployed: The environment.
        name: The service or job. All by default; then one that is not deployed is shown as such.
        as_json: One JSON document instead of tables.
        console: Where to show it.

    Returns:
        FAILED where AWS refused to answer for one of all services, else DONE.

    Raises:
        OperateError: The service that was asked for is not there, or AWS refused to answer.
    """
    for client in _CLIENTS:
        deployed.aws.client(client)
    answers: Mapping[str, Status | OperateError] = {}
    of_jobs: Mapping[str, Job | OperateError] = {}
    if name is None:
        services, names = deployed.service_names(), deployed.job_names()
        found: list[Any] = together(
            [
                *(lambda each=each: _tried(ask, deployed, each) for each in services),
                *(lambda each=each: _tried(read_job, deployed, each) for each in names),
            ]
        )
        answers = dict(zip(services, found, strict=False))
        of_jobs = dict(zip(names, found[len(services) :], strict=True))
    elif name in deployed.job_names():
        of_jobs = {name: read_job(deployed, name)}
    else:
        answers = {name: ask(deployed, name)}
    if as_json:
        document = {
            "environment": deployed.environment.name,
            "region": deployed.aws.region,
            "account": deployed.aws.account,
            "services": [_document(each, answer) for each, answer in answers.items()],
            "jobs": [_job_document(each, answer) for each, answer in of_jobs.items()],
        }
        console.out(json.dumps(document, indent=2), highlight=False)
    else:
        for each, answer in answers.items():
            _show(console, each, answer if isinstance(answer, OperateError) else _lines(answer))
        for each, answer in of_jobs.items():
            _show(
                console,
                f"{each} (job)",
                answer if isinstance(answer, OperateError) else jobs.lines(answer),
            )
    # A service that is not deployed yet is an answer, and no failure.
    failed = [each for each in (*answers.values(), *of_jobs.values()) if isinstance(each, OperateError)]
    return ExitCode.FAILED if any(each.code is ExitCode.FAILED for each in failed) else ExitCode.DONE


def ask(deployed: Deployed, name: str) -> Status:
    """How a service is.

    Args:
        deployed: The environment.
        name: The service.

    Raises:
        OperateError: It is not there, or AWS refused to answer.
    """
    service = deployed.service(name)
    questions: Sequence[Any] = (
        lambda: read(deployed.aws, service),
        lambda: read_revision(deployed.aws, service, service.task_definition),
    )
    answers: list[Any] = together(questions)
    return Status(service=service, live=answers[0], configured=answers[1])


def _tried(
    question: Callable[[Deployed, str], _Answer], deployed: Deployed, name: str
) -> _Answer | OperateError:
    try:
        return question(deployed, name)
    except OperateError as error:
        return error


def _document(name: str, answer: Status | OperateError) -> dict[str, Any]:
    if isinstance(answer, OperateError):
        return {"name": name, "problem": answer.problem, "next": answer.next_step}
    service, live, configured = answer.service, answer.live, answer.configured
    colours = _colours(service)
    return {
        "name": name,
        "url": service.url,
        "controller": live.controller,
        "revision": revision_name(live.revision),
        "image": live.image,
        "base": live.base,
        "configured": {"revision": configured.name, "image": configured.image.uri},
        "tasks": {"desired": live.desired, "running": live.running, "pending": live.pending},
        "task_sets": [
            {
                "id": each.id,
                "label": each.label,
                "status": each.status,
                "revision": revision_name(each.revision),
                "desired": each.desired,
                "running": each.running,
                "pending": each.pending,
                "steady": each.steady,
                "deployment": each.deployment,
            }
            for each in live.task_sets
        ],
        "production": {colours.get(group, group): weight for group, weight in live.production.items()},
        "test": {colours.get(group, group): weight for group, weight in live.test.items()},
        "alarms": [{"name": each.name, "state": each.state, "reason": each.reason} for each in live.alarms],
        "under_way": _deployment(live.under_way) if live.under_way else None,
        "deployments": [_deployment(each) for each in live.deployments],
        "one_off": [
            {"kind": kind, "command": list(words), "image": image} for kind, words, image in _one_off(answer)
        ],
    }


def _job_document(name: str, answer: Job | OperateError) -> dict[str, Any]:
    if isinstance(answer, OperateError):
        return {"name": name, "problem": answer.problem, "next": answer.next_step}
    return jobs.document(answer)


def _deployment(each: Deployment) -> dict[str, Any]:
    return {
        "id": each.id,
        "status": each.status,
        "creator": each.creator,
        "created": each.created.isoformat(),
        "configuration": each.configuration,
        "revision": revision_name(each.revision) if each.revision else None,
        "error": each.error,
        "rolled_back_by": each.rolled_back_by,
        "old_tasks_wait": each.old_tasks_wait,
    }


def _one_off(answer: Status) -> Sequence[tuple[str, Sequence[str], str]]:
    """What runs beside the service's tasks: kind, command and image."""
    if not answer.service.migration:
        return ()
    return (("migration", answer.service.migration, answer.live.image),)


def _colours(service: ServiceOutputs) -> Mapping[str, str]:
    return {service.blue: "blue", **({service.green: "green"} if service.green else {})}


def _show(console: Console, name: str, answer: Sequence[tuple[str, str | Text]] | OperateError) -> None:
    console.print(Text(name, style="bold"))
    if isinstance(answer, OperateError):
        console.print(str(answer), style="yellow", markup=False, highlight=False)
        return
    if not console.is_terminal:
        # A log has no width: a table would fold lines that someone searches for.
        for label, value in answer:
            console.print(Text(f"  {label:12}  ").append(value), soft_wrap=True)
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in answer:
        table.add_row(label, value)
    console.print(table)


def _lines(answer: Status) -> Sequence[tuple[str, str | Text]]:
    service, live = answer.service, answer.live
    lines: list[tuple[str, str | Text]] = [
        ("url", service.url),
        ("revision", _revision(answer)),
        ("image", live.image),
    ]
    if live.revision != answer.configured.arn:
        lines.append(("configured", f"{answer.configured.name}, {answer.configured.image.uri}"))
    lines.append(("tasks", f"{live.running} of {live.desired} run, {live.pending} start"))
    lines += [("", _task_set(each, live)) for each in live.task_sets]
    lines += [("alarm", _alarm(each.state, each.name, each.reason)) for each in live.alarms]
    lines += [
        (kind, f"{' '.join(words)}, before each release and with its image; the live one is {image}")
        for kind, words, image in _one_off(answer)
    ]
    if not live.deployments:
        lines.append(("deployments", "none"))
    lines += [
        ("" if position else "deployments", _past(each)) for position, each in enumerate(live.deployments)
    ]
    return lines


def _revision(answer: Status) -> str:
    live = answer.live
    name = revision_name(live.revision)
    if live.revision == answer.configured.arn:
        return f"{name}, the configured one"
    return f"{name}, made by a release from {live.base}" if live.base else f"{name}, not the configured one"


def _task_set(each: TaskSet, live: Live) -> str:
    users = percent(live.production, each.target_group)
    share = f"{users} % of users" if each.target_group else "share of users not known"
    if live.test and each.target_group:
        share += f", {percent(live.test, each.target_group)} % of tests"
    return (
        f"{each.label:5} {each.status:8} {revision_name(each.revision)}  {each.running}/{each.desired} run  "
        f"{share}{'' if each.steady else '  not steady'}"
    )


def _alarm(state: str, name: str, reason: str) -> Text:
    text = Text(state, style=_STATE.get(state, ""))
    text.append(f"  {name}", style="default")
    return text.append(f"  {reason}", style="default") if state not in {"OK", "INSUFFICIENT_DATA"} else text


def _past(each: Deployment) -> Text:
    when = f"{each.created.astimezone():%Y-%m-%d %H:%M}"
    waits = " (old tasks wait)" if each.old_tasks_wait else ""
    style = "green" if each.status.lower().startswith("succe") else "yellow" if not each.error else "red"
    text = Text(f"{when}  {each.id.rpartition('/')[2]}  ")
    text.append(f"{each.status}{waits}", style=style)
    text.append(f"  {revision_name(each.revision)}  {each.configuration}, by {each.creator}", style="default")
    if each.rolled_back_by:
        text.append(f"  undone by {each.rolled_back_by.rpartition('/')[2]}", style="default")
    return text.append(f"\n{each.error}", style="red") if each.error else text
