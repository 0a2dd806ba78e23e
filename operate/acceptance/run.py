"""`make acceptance ENV=dev`: what it costs, the question, the story, the table."""

import subprocess
import sys
from collections.abc import Mapping, Sequence

import typer
from rich.console import Console
from rich.table import Table

from operate.acceptance.claims import CLAIMS, ELSEWHERE, Outcome, Verdict
from operate.acceptance.story import Story
from operate.deploying.cdk import PROJECT, Cdk
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError

# On-demand prices differ by region and change; the order of magnitude does not.
_COSTS = (
    "It takes an hour or two and costs what the environment costs in that time: the load balancer, the "
    "interface endpoints in each zone, and twice the tasks while a release runs. For dev as shipped that is "
    "less than two US dollars; see https://calculator.aws for your region."
)


def accept(deployed: Deployed, name: str, *, agreed: bool, console: Console) -> ExitCode:
    """Say what will happen, ask, and do it.

    Args:
        deployed: The environment.
        name: The service that is released.
        agreed: Do not ask.
        console: Where to write.

    Returns:
        `DONE` if no claim was broken.

    Raises:
        OperateError: The environment stands already, or is one that is meant to stay; or it was declined.
    """
    _refuse(deployed, name)
    environment = deployed.environment.name
    console.print(
        f"This deploys {environment} to account {deployed.aws.account}, {deployed.aws.region}; releases "
        f"{name} four times, one after the other; updates its stack while traffic moves; and then DESTROYS "
        f"{environment}. {_COSTS}\n",
        markup=False,
        highlight=False,
    )
    for claim in CLAIMS.values():
        console.print(f"  - {claim}", markup=False, highlight=False)
    if not agreed and not sys.stdin.isatty():
        raise OperateError(
            "Nobody is there to be asked. Nothing was done.",
            next_step=f"make acceptance ENV={environment} YES=1 goes on.",
        )
    if not agreed and not typer.confirm(f"\nDeploy, exercise and destroy {environment}?"):
        raise OperateError("Nothing was done.")
    outcomes = Story(
        deployed=deployed,
        name=name,
        operate=lambda words: _run([sys.executable, "-m", "operate", *words]),
        destroy=lambda: Cdk().destroy(f"{environment}/*"),
        console=console,
    ).run()
    show(outcomes, console)
    return exit_code(outcomes)


def _refuse(deployed: Deployed, name: str) -> None:
    environment = deployed.environment
    if name not in deployed.service_names():
        raise OperateError(
            f"{environment.name} has no service {name!r}.",
            next_step=f"one of: {', '.join(deployed.service_names())}.",
        )
    if not environment.removable:
        raise OperateError(
            f"{environment.name} is not removable, and the run ends by destroying what it deployed.",
            next_step="take dev, or an environment of your own with `removable=True`.",
        )
    standing = deployed.stacks()
    if standing:
        raise OperateError(
            f"{environment.name} stands already ({', '.join(standing)}), and the run would destroy it.",
            next_step=f"make destroy ENV={environment.name}, if nobody needs it.",
        )


def show(outcomes: Mapping[str, Outcome], console: Console) -> None:
    """The table of claims, and what else only an account can show."""
    table = Table(title="Claims and outcomes", title_justify="left")
    for column in ("claim", "outcome", "seen"):
        table.add_column(column)
    style = {Verdict.HELD: "green", Verdict.BROKEN: "bold red", Verdict.NOT_SHOWN: "yellow"}
    for claim, outcome in outcomes.items():
        table.add_row(CLAIMS[claim], outcome.verdict.value, outcome.seen, style=style[outcome.verdict])
    console.print(table)
    console.print("\nNot part of this run, and no emulator shows it either:")
    for each in ELSEWHERE:
        console.print(f"  - {each}", markup=False, highlight=False)


def exit_code(outcomes: Mapping[str, Outcome]) -> ExitCode:
    """`FAILED` unless every claim held: what was not shown is not accepted."""
    held = all(outcome.verdict is Verdict.HELD for outcome in outcomes.values())
    return ExitCode.DONE if held else ExitCode.FAILED


def _run(command: Sequence[str]) -> int:
    return subprocess.run(command, cwd=PROJECT, check=False).returncode  # noqa: S603 - this program's own commands
