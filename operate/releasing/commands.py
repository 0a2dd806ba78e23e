"""The commands that change what is live: who deploys the service, how it ended, and for whom that is said."""

import json
from collections.abc import Callable

from rich.console import Console

from operate.aws import Aws
from operate.outputs import Deployed, ServiceOutputs
from operate.releasing import native, release, rollback, waits
from operate.releasing.outcome import Outcome
from operate.releasing.progress import Progress
from operate.releasing.release import Choice
from operate.releasing.watch import Pace

Command = Callable[[Aws, ServiceOutputs, Progress], Outcome]


def perform(
    stacks: Deployed, name: str, command: Command, *, as_json: bool, progress: Progress | None = None
) -> None:
    """Run a command on a service, and say how it ended.

    Args:
        stacks: The environment's.
        name: The service in the environment file.
        command: One of the below.
        as_json: One JSON document on standard output, and progress on standard error.
        progress: Where to show it. The terminal by default.

    Raises:
        OperateError: It did not end well.
    """
    service = stacks.service(name)
    with progress or Progress(Console(stderr=as_json, soft_wrap=True)) as shown:
        outcome = command(stacks.aws, service, shown)
        if outcome.says and not as_json:
            shown.say(outcome.says)
    if as_json:
        document = {"environment": stacks.environment.name, "service": name, **outcome.as_json()}
        print(json.dumps(document, indent=2))  # noqa: T201 - what the caller asked for
    if outcome.problem is not None:
        raise outcome.problem


def releasing(choice: Choice, pace: Pace) -> Command:
    """`release`."""

    def run(aws: Aws, service: ServiceOutputs, progress: Progress) -> Outcome:
        start = release.release if service.by_code_deploy else native.release
        return start(aws, service, choice, progress, pace)

    return run


def rolling_back(pace: Pace, *, wait: bool) -> Command:
    """`rollback`."""

    def run(aws: Aws, service: ServiceOutputs, progress: Progress) -> Outcome:
        if service.by_code_deploy:
            return rollback.rollback(aws, service, progress, pace, wait=wait)
        return native.rollback(aws, service, progress, pace, wait=wait)

    return run


def stopping(pace: Pace) -> Command:
    """`stop`; ECS itself knows no other way to stop than to go back."""

    def run(aws: Aws, service: ServiceOutputs, progress: Progress) -> Outcome:
        stop = rollback.stop if service.by_code_deploy else native.rollback
        return stop(aws, service, progress, pace)

    return run


def watching(pace: Pace) -> Command:
    """`watch`."""

    def run(aws: Aws, service: ServiceOutputs, progress: Progress) -> Outcome:
        look = waits.watch if service.by_code_deploy else native.watch
        return look(aws, service, progress, pace)

    return run


def approving(pace: Pace) -> Command:
    """`approve`."""

    def run(aws: Aws, service: ServiceOutputs, progress: Progress) -> Outcome:
        if not service.by_code_deploy:
            raise native.refuse_wait(service, "approve")
        return waits.approve(aws, service, progress, pace)

    return run


def finishing(pace: Pace) -> Command:
    """`finish`."""

    def run(aws: Aws, service: ServiceOutputs, progress: Progress) -> Outcome:
        if not service.by_code_deploy:
            raise native.refuse_wait(service, "finish")
        return waits.finish(aws, service, progress, pace)

    return run
