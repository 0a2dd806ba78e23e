"""Commands that look and change nothing, but for `doctor --repair`."""

from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from operate.commands import arguments
from operate.commands.arguments import Env


def status(
    environment: Env,
    service: Annotated[str | None, typer.Argument(metavar="SERVICE", help="All by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Show revision, image, traffic, tasks, alarms and the last deployments."""
    from operate.reading.status import status as show

    raise typer.Exit(show(arguments.deployed(environment), service, as_json=as_json, console=Console()))


def doctor(
    environment: Env,
    repair: Annotated[
        bool, typer.Option("--repair", help="First send users back to the tasks that ECS holds for live.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Repair without asking.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check everything a release or deployment needs: one line each, with the fix."""
    from operate.checking import doctor as doctors
    from operate.checking import repair as repairs

    stacks = arguments.deployed(environment)
    if repair:
        aside = Console(stderr=as_json)
        repairs.repair(stacks, agree=repairs.agreement(yes=yes), console=aside)
    raise typer.Exit(doctors.doctor(stacks, as_json=as_json, console=Console()))


def logs(
    environment: Env,
    service: Annotated[str, typer.Argument(metavar="SERVICE|JOB", help="The service or job.")],
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    since: Annotated[str, typer.Option(help="30s, 10m, 2h, 1d, or a moment.")] = "10m",
    container: Annotated[str | None, typer.Option(help="One container alone.")] = None,
    task: Annotated[str | None, typer.Option(help="One task alone: its id, or the beginning.")] = None,
    pattern: Annotated[
        str | None, typer.Option("--filter", metavar="PATTERN", help="A filter pattern of CloudWatch's.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document a line.")] = False,
    every: Annotated[float, typer.Option("--every", hidden=True, min=0.0)] = 2.0,
) -> None:
    """Show what a service or a job writes, one line an event."""
    from operate.tailing.logs import Choice
    from operate.tailing.logs import logs as show

    choice = Choice(
        follow=follow,
        since=since,
        container=container,
        task=task,
        pattern=pattern,
        as_json=as_json,
        every=every,
    )
    stacks = arguments.deployed(environment)
    aside = partial(typer.echo, err=True)
    raise typer.Exit(show(stacks, service, choice, say=typer.echo, aside=aside))


COMMANDS = (status, doctor, logs)
