"""`make demo`: bootstrap and deploy dev to an embedded AWS, ask it what exists, release, and roll back."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from rehearsal import assembly, inventory, releases, report
from rehearsal.cdk import Cdk, CdkError
from rehearsal.inventory import Inventory
from rehearsal.journal import Entry
from rehearsal.progress import Progress
from rehearsal.releases import ReleaseError
from rehearsal.server import ROOT, EmbeddedAws, ServerError

ENVIRONMENT = "dev/"
_INTERRUPTED = 130
# A release of dev, some minutes on AWS, is then long enough to be seen moving.
_SECONDS_PER_MINUTE = 4


def demo(project: Path, console: Console) -> None:
    """Run the whole story.

    Args:
        project: Directory with the app and its cdk.json.
        console: Where to write.

    Raises:
        CdkError: A command of the CLI failed.
        ReleaseError: A command of operate failed.
        ServerError: The embedded AWS failed.
    """
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="rehearsal-") as folder,
        EmbeddedAws(seconds_per_minute=_SECONDS_PER_MINUTE) as aws,
    ):
        console.print(f"embedded AWS (moto) on {aws.url}, until this command ends")
        found, entries = _deploy(aws, project, Path(folder) / "cdk.out", console)
        report.show(found, console)
        # The commands read the environments of their own project.
        if project == ROOT and found.deployment_groups:
            releases.show(aws, ENVIRONMENT.rstrip("/"), found.services[0], console)
            entries += aws.news()
    report.show_unreal(entries, console)
    console.print(f"\nThe embedded AWS is stopped. {time.monotonic() - started:.0f} s in all.")


def _deploy(aws: EmbeddedAws, project: Path, out: Path, console: Console) -> tuple[Inventory, list[Entry]]:
    with Progress(console) as progress:
        cdk = Cdk(aws, assembly=out, project=project, watch=progress)
        progress.step("synthesize the app")
        progress.done(cdk.synth().seconds)
        stacks = [stack for stack in assembly.stacks(out) if stack.path.startswith(ENVIRONMENT)]
        aws.region = next((stack.region for stack in stacks if stack.region), aws.region)
        progress.step(f"cdk bootstrap, {aws.region}")
        progress.done(cdk.bootstrap().seconds)
        progress.step(f"cdk deploy '{ENVIRONMENT}*'")
        progress.expect(stacks)
        deployed = cdk.deploy(f"{ENVIRONMENT}*")
        progress.done(deployed.seconds)
        progress.step("take the inventory")
        return inventory.take(aws.client), deployed.entries


def main() -> int:
    """Run the demo; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal", description=__doc__)
    parser.add_argument("project", nargs="?", type=Path, default=ROOT, help="directory with the CDK app")
    project: Path = parser.parse_args().project
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    try:
        demo(project.resolve(), console)
    except KeyboardInterrupt:
        console.print("\nInterrupted; the embedded AWS is stopped.")
        return _INTERRUPTED
    except (CdkError, ReleaseError, ServerError) as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
