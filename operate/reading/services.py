"""A service as it runs, and as it is configured: as a JSON document, and as lines for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from operate.outputs import Deployed, ServiceOutputs
from operate.reading.history import Deployment
from operate.reading.live import Live, read
from operate.reading.tasks import TaskSet
from operate.reading.weights import percent
from operate.releasing.revision import Revision, read_revision
from operate.together import together
from operate.words import revision_name

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


def read_service(deployed: Deployed, name: str) -> Status:
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


def document(answer: Status) -> dict[str, Any]:
    """A service for `status --json`.

    Args:
        answer: The service.
    """
    service, live, configured = answer.service, answer.live, answer.configured
    colours = _colours(service)
    return {
        "name": service.name,
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


def lines(answer: Status) -> Sequence[tuple[str, str | Text]]:
    """A service for a person, each fact with its label.

    Args:
        answer: The service.
    """
    service, live = answer.service, answer.live
    found: list[tuple[str, str | Text]] = [
        ("url", service.url),
        ("revision", _revision(answer)),
        ("image", live.image),
    ]
    if live.revision != answer.configured.arn:
        found.append(("configured", f"{answer.configured.name}, {answer.configured.image.uri}"))
    found.append(("tasks", f"{live.running} of {live.desired} run, {live.pending} start"))
    found += [("", _task_set(each, live)) for each in live.task_sets]
    found += [("alarm", _alarm(each.state, each.name, each.reason)) for each in live.alarms]
    found += [
        (kind, f"{' '.join(words)}, before each release and with its image; the live one is {image}")
        for kind, words, image in _one_off(answer)
    ]
    if not live.deployments:
        found.append(("deployments", "none"))
    found += [
        ("" if position else "deployments", _past(each)) for position, each in enumerate(live.deployments)
    ]
    return found


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
