"""The demo's end: a release and a rollback, by the commands that people type."""

import subprocess
import sys

from rich.console import Console

from rehearsal import images
from rehearsal.inventory.containers import Service
from rehearsal.server import ROOT, EmbeddedAws

TAG = "demo-2"
_EVERY_SECONDS = "0.5"


class ReleaseError(Exception):
    """A command of operate failed; it has said why."""


def show(aws: EmbeddedAws, environment: str, service: Service, console: Console) -> None:
    """Put a second image into the registry, release it, and go back while the old tasks wait.

    Args:
        aws: Where the environment is deployed.
        environment: Its name.
        service: The service.
        console: Where to write.

    Raises:
        ReleaseError: A command failed.
    """
    images.push(aws.client("ecr"), f"{environment}/{service.name}", TAG, service.task_definition.architecture)
    for command in (
        ("release", environment, service.name, "--image", TAG),
        ("rollback", environment, service.name),
    ):
        console.print(f"\n[bold]$ python -m operate {' '.join(command)}[/]", highlight=False)
        _run(aws, *command)


def _run(aws: EmbeddedAws, *command: str) -> None:
    # It writes where we write, so that it shows its progress as a person would see it.
    sys.stdout.flush()
    ended = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", "operate", *command, "--every", _EVERY_SECONDS],
        cwd=ROOT,
        env=aws.environment(),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if ended.returncode != 0:
        raise ReleaseError(f"operate {command[0]} ended with exit code {ended.returncode}.")
