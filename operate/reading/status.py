"""`status`: which revision and image runs, where the traffic goes, what happened last, and the jobs."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError
from operate.reading import jobs, services
from operate.reading.jobs import Job, read_job
from operate.reading.services import Status, read_service
from operate.together import together

_Answer = TypeVar("_Answer")

# All clients that the questions below use, made before the threads that ask.
_CLIENTS = ("cloudformation", "ecs", "elbv2", "cloudwatch", "codedeploy")


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
        own, names = deployed.service_names(), deployed.job_names()
        found: list[Any] = together(
            [
                *(lambda each=each: _tried(read_service, deployed, each) for each in own),
                *(lambda each=each: _tried(read_job, deployed, each) for each in names),
            ]
        )
        answers = dict(zip(own, found, strict=False))
        of_jobs = dict(zip(names, found[len(own) :], strict=True))
    elif name in deployed.job_names():
        of_jobs = {name: read_job(deployed, name)}
    else:
        answers = {name: read_service(deployed, name)}
    if as_json:
        document = {
            "environment": deployed.environment.name,
            "region": deployed.aws.region,
            "account": deployed.aws.account,
            "services": [_document(each, answer, services.document) for each, answer in answers.items()],
            "jobs": [_document(each, answer, jobs.document) for each, answer in of_jobs.items()],
        }
        console.out(json.dumps(document, indent=2), highlight=False)
    else:
        for each, answer in answers.items():
            _show(console, each, answer if isinstance(answer, OperateError) else services.lines(answer))
        for each, answer in of_jobs.items():
            _show(
                console,
                f"{each} (job)",
                answer if isinstance(answer, OperateError) else jobs.lines(answer),
            )
    # A service that is not deployed yet is an answer, and no failure.
    failed = [each for each in (*answers.values(), *of_jobs.values()) if isinstance(each, OperateError)]
    return ExitCode.FAILED if any(each.code is ExitCode.FAILED for each in failed) else ExitCode.DONE


def _tried(
    question: Callable[[Deployed, str], _Answer], deployed: Deployed, name: str
) -> _Answer | OperateError:
    try:
        return question(deployed, name)
    except OperateError as error:
        return error


def _document(
    name: str, answer: _Answer | OperateError, of: Callable[[_Answer], dict[str, Any]]
) -> dict[str, Any]:
    if isinstance(answer, OperateError):
        return {"name": name, "problem": answer.problem, "next": answer.next_step}
    return of(answer)


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
