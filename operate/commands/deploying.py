"""Commands on the stacks of an environment, and on what they need."""

from typing import Annotated

import typer
from rich.console import Console

from operate.commands import arguments
from operate.commands.arguments import Env, Every, ServiceName, WaitForOldTasks, console

Stack = Annotated[str | None, typer.Option("--stack", help="Only this one and those it needs.")]


def deploy(
    environment: Env,
    *,
    stack: Stack = None,
    use_configured_image: Annotated[
        bool, typer.Option("--use-configured-image", help="Back to the environment file's image.")
    ] = False,
    retire: Annotated[
        list[str] | None, typer.Option("--retire", help="May go although a revision in use needs it.")
    ] = None,
    release: Annotated[
        bool, typer.Option("--release/--no-release", help="Leave the release to a command of its own.")
    ] = True,
    wait_for_old_tasks: WaitForOldTasks = False,
    yes: Annotated[bool, typer.Option("--yes", help="Deploy without asking.")] = False,
    every: Every = 5.0,
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
        wait_for_old_tasks=wait_for_old_tasks,
        pace=Pace(every=every),
    )
    stacks = arguments.deployed(environment)
    deploying.deploy(stacks, choice, tools(stacks, console(), yes=yes, every=every))


def diff(environment: Env, stack: Stack = None) -> None:
    """Show what a deployment would change, and what of it would be refused."""
    from operate.deploying.diff import diff as compare
    from operate.deploying.tools import tools

    stacks = arguments.deployed(environment)
    compare(stacks, tools(stacks, console(), yes=False), stack=stack)


def bootstrap(environment: Env) -> None:
    """Make the account ready for an environment; again after its templates got other types of resources."""
    from operate.deploying.bootstrap import bootstrap as make_ready
    from operate.deploying.tools import tools

    stacks = arguments.deployed(environment)
    make_ready(stacks, tools(stacks, console(), yes=True))


def copy_image(
    source: Annotated[str, typer.Argument(help="A public image, such as public.ecr.aws/nginx/nginx:1.27.")],
    environment: Env,
    service: ServiceName,
    tag: Annotated[
        str | None, typer.Option(help="Its tag in the repository. The source's by default.")
    ] = None,
) -> None:
    """Copy a public image, with all its platforms, to a service's repository. Needs no Docker."""
    from operate.deploying.copy_image import copy_image as copy

    copy(arguments.deployed(environment), source, service, tag=tag, say=typer.echo)


def acceptance(
    environment: Env,
    service: Annotated[
        str | None, typer.Argument(metavar="SERVICE", help="The first one by default.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Deploy and destroy without asking.")] = False,
) -> None:
    """Show on a real account what no emulator can: deploys, exercises and destroys an environment."""
    from operate.acceptance.run import accept

    stacks = arguments.deployed(environment)
    name = service or next(iter(stacks.service_names()), "")
    raise typer.Exit(accept(stacks, name, agreed=yes, console=Console()))


COMMANDS = (deploy, diff, bootstrap, copy_image, acceptance)
