"""Commands on tasks: start one, or get into one."""

from typing import Annotated

import typer
from rich.console import Console

from operate.commands import arguments
from operate.commands.arguments import Env, Json, ServiceName


def run(
    environment: Env,
    job: Annotated[str, typer.Argument(metavar="JOB", help="The job.")],
    words: Annotated[
        list[str] | None, typer.Argument(metavar="-- COMMAND", help="The job's own by default.")
    ] = None,
    *,
    env: Annotated[
        list[str] | None,
        typer.Option("--env", metavar="NAME=VALUE", help="A variable; whoever sees the task can read it."),
    ] = None,
    image: Annotated[str | None, typer.Option(metavar="TAG|DIGEST", help="Another image.")] = None,
    attach: Annotated[
        str | None, typer.Option(metavar="TASK", help="Come back to a task, and start none.")
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Start it and leave.")] = False,
    timeout: Annotated[
        float | None,
        typer.Option(metavar="MINUTES", help="Then stop it, exit code 124. Never by default."),
    ] = None,
    stop_on_interrupt: Annotated[
        bool, typer.Option("--stop-on-interrupt", help="Ctrl-C stops the task, and nobody is asked.")
    ] = False,
    as_json: Json = False,
    every: Annotated[float, typer.Option("--every", hidden=True, min=0.0)] = 2.0,
) -> None:
    """Run a job, show its phases and its log, and end with its container's exit code."""
    from operate.releasing.watch import Pace
    from operate.running import run as running
    from operate.running.follow import Manner
    from operate.running.start import Request, variables

    request = Request(command=tuple(words or ()), variables=variables(env or ()))
    manner = Manner(
        pace=Pace(every=every),
        timeout_seconds=None if timeout is None else 60 * timeout,
        stop_on_interrupt=stop_on_interrupt,
        ask=running.asking(),
    )
    choice = running.Choice(request=request, image=image, attach=attach, detach=detach, manner=manner)
    raise typer.Exit(running.perform(arguments.deployed(environment), job, choice, as_json=as_json))


def exec_(
    environment: Env,
    service: ServiceName,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="-- COMMAND", help="/bin/sh by default.")
    ] = None,
    *,
    container: Annotated[
        str | None, typer.Option(help="The one behind the load balancer by default.")
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="Its id, or the beginning. The newest healthy one by default.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Look whether it would work, and no more.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Try although the check says no.")] = False,
) -> None:
    """Run a command or a shell in a running container, by ECS Exec."""
    from operate.entering.enter import Choice, enter

    choice = Choice(words=words or (), container=container, task=task, check=check, force=force)
    raise typer.Exit(enter(arguments.deployed(environment), service, choice, Console(stderr=not check)))


COMMANDS = (run, exec_)
