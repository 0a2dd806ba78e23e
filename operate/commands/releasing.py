"""Commands that decide which version of a service is live."""

from typing import Annotated

import typer

from operate.commands import arguments
from operate.commands.arguments import Env, Every, Json, ServiceName, WaitForOldTasks

Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until all traffic has moved.")]


def release(
    environment: Env,
    service: ServiceName,
    *,
    image: Annotated[str | None, typer.Option(metavar="TAG|DIGEST", help="Another image.")] = None,
    use_configured_image: Annotated[
        bool, typer.Option("--use-configured-image", help="Back to the environment file's image.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Although nothing changed: new tasks read rotated secrets.")
    ] = False,
    wait: Wait = True,
    wait_for_old_tasks: WaitForOldTasks = False,
    as_json: Json = False,
    every: Every = 5.0,
) -> None:
    """Bring the configured revision, or another image, live."""
    from operate.releasing import commands
    from operate.releasing.release import Choice
    from operate.releasing.watch import Pace

    choice = Choice(
        image=image,
        use_configured_image=use_configured_image,
        force=force,
        wait=wait,
        wait_for_old_tasks=wait_for_old_tasks,
    )
    commands.perform(
        arguments.deployed(environment),
        service,
        commands.releasing(choice, Pace(every=every)),
        as_json=as_json,
    )


def approve(environment: Env, service: ServiceName, as_json: Json = False, every: Every = 5.0) -> None:
    """Move traffic to the new tasks of a deployment that waits for approval."""
    from operate.releasing import commands
    from operate.releasing.watch import Pace

    commands.perform(
        arguments.deployed(environment), service, commands.approving(Pace(every=every)), as_json=as_json
    )


def finish(environment: Env, service: ServiceName, as_json: Json = False, every: Every = 5.0) -> None:
    """End the old tasks of a deployment now."""
    from operate.releasing import commands
    from operate.releasing.watch import Pace

    commands.perform(
        arguments.deployed(environment), service, commands.finishing(Pace(every=every)), as_json=as_json
    )


def stop(environment: Env, service: ServiceName, as_json: Json = False, every: Every = 5.0) -> None:
    """Stop the deployment under way, and move traffic back."""
    from operate.releasing import commands
    from operate.releasing.watch import Pace

    commands.perform(
        arguments.deployed(environment), service, commands.stopping(Pace(every=every)), as_json=as_json
    )


def rollback(
    environment: Env,
    service: ServiceName,
    wait: Wait = True,
    as_json: Json = False,
    every: Every = 5.0,
) -> None:
    """Go back to the revision before, by the fastest way there is."""
    from operate.releasing import commands
    from operate.releasing.watch import Pace

    command = commands.rolling_back(Pace(every=every), wait=wait)
    commands.perform(arguments.deployed(environment), service, command, as_json=as_json)


def watch(environment: Env, service: ServiceName, as_json: Json = False, every: Every = 5.0) -> None:
    """Watch the deployment under way until it has ended."""
    from operate.releasing import commands
    from operate.releasing.watch import Pace

    commands.perform(
        arguments.deployed(environment), service, commands.watching(Pace(every=every)), as_json=as_json
    )


COMMANDS = (release, watch, approve, finish, stop, rollback)
