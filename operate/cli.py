"""The command line: each command finds the environment, calls one function and shows what it says."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

import typer
from rich.console import Console

from environments import ENVIRONMENTS, FOLDER
from environments.loading.files import load
from environments.loading.report import report, report_unfilled
from operate.aws import Aws
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError

app = typer.Typer(
    help="Commands for people and CI on a deployed environment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def deployed(environment: str) -> Deployed:
    """The stacks of the environment of this name, in its own account.

    Args:
        environment: The name as typed.

    Raises:
        OperateError: There is no such environment, its file has mistakes or placeholders, or the credentials
            belong to another account.
    """
    if environment not in ENVIRONMENTS:
        raise OperateError(
            f"There is no environment {environment!r}.", next_step=f"one of: {', '.join(ENVIRONMENTS)}."
        )
    loaded = load(ENVIRONMENTS, FOLDER)
    if loaded.mistakes:
        raise OperateError(report(loaded.mistakes).rstrip())
    if loaded.unfilled[environment]:
        raise OperateError(report_unfilled(environment, loaded.unfilled[environment]).rstrip())
    aws = Aws(next(each for each in loaded.environments if each.name == environment))
    aws.refuse_wrong_account()
    return Deployed(aws)


def _console() -> Console:
    """Standard output; a log gets its lines whole, as nobody knows how wide it will be read."""
    console = Console()
    return console if console.is_terminal else Console(soft_wrap=True)


@app.command()
def status(
    environment: Annotated[str, typer.Argument(metavar="ENV", help="The environment.")],
    service: Annotated[str | None, typer.Argument(metavar="SERVICE", help="All by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Show revision, image, traffic, tasks, alarms and the last deployments."""
    from operate.reading.status import status as show

    raise typer.Exit(show(deployed(environment), service, as_json=as_json, console=Console()))


@app.command()
def doctor(
    environment: Annotated[str, typer.Argument(metavar="ENV", help="The environment.")],
    repair: Annotated[
        bool, typer.Option("--repair", help="First send users back to the tasks that ECS holds for live.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Repair without asking.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Check everything a release or deployment needs: one line each, with the fix."""
    from operate.checking import doctor as doctors
    from operate.checking import repair as repairs

    stacks = deployed(environment)
    if repair:
        aside = Console(stderr=as_json)
        repairs.repair(stacks, agree=repairs.agreement(yes=yes), console=aside)
    raise typer.Exit(doctors.doctor(stacks, as_json=as_json, console=Console()))


_Environment = Annotated[str, typer.Argument(metavar="ENV", help="The environment.")]
_Service = Annotated[str, typer.Argument(metavar="SERVICE", help="The service.")]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, progress on stderr.")]
_Every = Annotated[float, typer.Option("--every", hidden=True, min=0.0, help="Seconds between two looks.")]
_Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until all traffic has moved.")]


@app.command()
def release(
    environment: _Environment,
    service: _Service,
    *,
    image: Annotated[str | None, typer.Option(metavar="TAG|DIGEST", help="Another image.")] = None,
    use_configured_image: Annotated[
        bool, typer.Option("--use-configured-image", help="Back to the environment file's image.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Although nothing changed: new tasks read rotated secrets.")
    ] = False,
    wait: _Wait = True,
    as_json: _Json = False,
    every: _Every = 5.0,
) -> None:
    """Bring the configured revision, or another image, live."""
    from operate.releasing import commands
    from operate.releasing.release import Choice
    from operate.releasing.watch import Pace

    choice = Choice(image=image, use_configured_image=use_configured_image, force=force, wait=wait)
    commands.perform(
        deployed(environment), service, commands.releasing(choice, Pace(every=every)), as_json=as_json
    )


@app.command()
def approve(
    environment: _Environment, service: _Service, as_json: _Json = False, every: _Every = 5.0
) -> None:
    """Move traffic to the new tasks of a deployment that waits for approval."""
    from operate.releasing import commands
    from operate.releasing.watch import Pace

    commands.perform(deployed(environment), service, commands.approving(Pace(every=every)), as_json=as_json)


@app.command()
def finish(environment: _Environment, service: _Service, as_json: _Json = False, every: _Every = 5.0) -> None:
    """End the old tasks of a deployment now."""
    from operate.releasing import commands
    from operate.releasing.watch import Pace

    commands.perform(deployed(environment), service, commands.finishing(Pace(every=every)), as_json=as_json)


@app.command()
def stop(environment: _Environment, service: _Service, as_json: _Json = False, every: _Every = 5.0) -> None:
    """Stop the deployment under way, and move traffic back."""
    from operate.releasing import commands
    from operate.releasing.watch import Pace

    commands.perform(deployed(environment), service, commands.stopping(Pace(every=every)), as_json=as_json)


@app.command()
def rollback(
    environment: _Environment,
    service: _Service,
    wait: _Wait = True,
    as_json: _Json = False,
    every: _Every = 5.0,
) -> None:
    """Go back to the revision before, by the fastest way there is."""
    from operate.releasing import commands
    from operate.releasing.watch import Pace

    command = commands.rolling_back(Pace(every=every), wait=wait)
    commands.perform(deployed(environment), service, command, as_json=as_json)


@app.command()
def watch(environment: _Environment, service: _Service, as_json: _Json = False, every: _Every = 5.0) -> None:
    """Watch the deployment under way until it has ended."""
    from operate.releasing import commands
    from operate.releasing.watch import Pace

    commands.perform(deployed(environment), service, commands.watching(Pace(every=every)), as_json=as_json)


_Stack = Annotated[str | None, typer.Option("--stack", help="Only this one and those it needs.")]


@app.command()
def deploy(
    environment: _Environment,
    *,
    stack: _Stack = None,
    use_configured_image: Annotated[
        bool, typer.Option("--use-configured-image", help="Back to the environment file's image.")
    ] = False,
    retire: Annotated[
        list[str] | None, typer.Option("--retire", help="May go although a revision in use needs it.")
    ] = None,
    release: Annotated[
        bool, typer.Option("--release/--no-release", help="Leave the release to a command of its own.")
    ] = True,
    yes: Annotated[bool, typer.Option("--yes", help="Deploy without asking.")] = False,
    every: _Every = 5.0,
) -> None:
    """Deploy the stacks, each change set read before it is executed; then release what is due."""
    from operate.deploying import deploy as deploying
    from operate.deploying.tools import tools
    from operate.releasing.watch import Pace

    choice = deploying.Choice(
        stack=stack,
        use_configured_image=use_configured_image,
        retire=retire or (),
        release=release,
        pace=Pace(every=every),
    )
    stacks = deployed(environment)
    deploying.deploy(stacks, choice, tools(stacks, _console(), yes=yes, every=every))


@app.command()
def diff(environment: _Environment, stack: _Stack = None) -> None:
    """Show what a deployment would change, and what of it would be refused."""
    from operate.deploying.diff import diff as compare
    from operate.deploying.tools import tools

    stacks = deployed(environment)
    compare(stacks, tools(stacks, _console(), yes=False), stack=stack)


@app.command()
def bootstrap(environment: _Environment) -> None:
    """Make the account ready for an environment; again after its templates got other types of resources."""
    from operate.deploying.bootstrap import bootstrap as make_ready
    from operate.deploying.tools import tools

    stacks = deployed(environment)
    make_ready(stacks, tools(stacks, _console(), yes=True))


@app.command(name="copy-image")
def copy_image(
    source: Annotated[str, typer.Argument(help="A public image, such as public.ecr.aws/nginx/nginx:1.27.")],
    environment: _Environment,
    service: _Service,
    tag: Annotated[
        str | None, typer.Option(help="Its tag in the repository. The source's by default.")
    ] = None,
) -> None:
    """Copy a public image, with all its platforms, to a service's repository. Needs no Docker."""
    from operate.deploying.copy_image import copy_image as copy

    copy(deployed(environment), source, service, tag=tag, say=typer.echo)


@app.command()
def acceptance(
    environment: _Environment,
    service: Annotated[
        str | None, typer.Argument(metavar="SERVICE", help="The first one by default.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Deploy and destroy without asking.")] = False,
) -> None:
    """Show on a real account what no emulator can: deploys, exercises and destroys an environment."""
    from operate.acceptance.run import accept

    stacks = deployed(environment)
    name = service or next(iter(stacks.service_names()), "")
    raise typer.Exit(accept(stacks, name, agreed=yes, console=Console()))


@app.command(name="exec")
def exec_(
    environment: _Environment,
    service: _Service,
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
    raise typer.Exit(enter(deployed(environment), service, choice, Console(stderr=not check)))


@app.command()
def logs(
    environment: _Environment,
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
    stacks = deployed(environment)
    aside = partial(typer.echo, err=True)
    raise typer.Exit(show(stacks, service, choice, say=typer.echo, aside=aside))


@app.command()
def run(
    environment: _Environment,
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
    as_json: _Json = False,
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
    raise typer.Exit(running.perform(deployed(environment), job, choice, as_json=as_json))


def main(words: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        words: The command line. The process's own by default.

    Returns:
        The exit code.
    """
    try:
        app(list(words) if words is not None else None)
    except OperateError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        return error.code
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else ExitCode.FAILED
    return ExitCode.DONE
