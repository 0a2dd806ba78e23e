"""`make cost`: what the environments cost a month while nobody uses them, and what NAT or endpoints would."""

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from costs.bill import Bill, bill
from costs.prices import PRICES, Prices
from costs.ways_out import ways_out
from environments import ENVIRONMENTS, FOLDER
from environments.loading.files import load, not_listed
from environments.loading.report import report
from environments.model import Environment
from operate.deploying.assembly import read_stacks
from operate.deploying.cdk import Cdk
from operate.problem import OperateError

NOTE = "List prices, without taxes, discounts and free tiers (costs/prices.py)."


def chosen(name: str | None) -> Sequence[tuple[Environment, Prices]]:
    """The environments to look at, each with its region's prices.

    Args:
        name: As typed. None for all.

    Raises:
        OperateError: There is no such environment, a file has mistakes, or a region's prices are not known.
    """
    if name is not None and name not in ENVIRONMENTS:
        raise OperateError(
            f"There is no environment {name!r}.", next_step=not_listed(name, ENVIRONMENTS, FOLDER)
        )
    loaded = load(ENVIRONMENTS, FOLDER)
    if loaded.mistakes:
        raise OperateError(report(loaded.mistakes).rstrip())
    found = [each for each in loaded.environments if name in {None, each.name}]
    unknown = sorted({each.region for each in found} - PRICES.keys())
    if unknown:
        raise OperateError(
            f"The prices of {', '.join(unknown)} are not known here; those of {', '.join(PRICES)} are.",
            next_step="add them to PRICES in costs/prices.py.",
        )
    return [(each, PRICES[each.region]) for each in found]


def show(environment: Environment, standing: Bill, sentences: Sequence[str], console: Console) -> None:
    """One environment for a person.

    Args:
        environment: Which.
        standing: Its bill.
        sentences: What there is to say of its ways out.
        console: Where to.
    """
    table = Table(title=f"{environment.name} in {environment.region}, a month", title_justify="left")
    table.add_column("what")
    table.add_column("at least", justify="right")
    table.add_column("at most", justify="right")
    table.add_column("how it comes about")
    for line in standing.lines:
        table.add_row(line.what, f"${line.least:.2f}", f"${line.most:.2f}", line.how)
    table.add_section()
    table.add_row("standing", f"${standing.least:.2f}", f"${standing.most:.2f}", "")
    console.print(table)
    for sentence in sentences:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)
    console.print(
        f"A release that has all tasks twice: ${standing.release_hour:.3f} an hour more.\n"
        f"By use besides: {'; '.join(standing.by_use)}.",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    if standing.unknown:
        console.print(
            f"In no sum, because costs/kinds.py does not know them: {', '.join(standing.unknown)}.",
            style="yellow",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    console.print()


def main(
    environment: Annotated[str | None, typer.Argument(metavar="ENV", help="All by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Synthesize, read the templates, and say what stands in them costs a month."""
    aside = Console(stderr=True)
    wanted = chosen(environment)
    bills: list[tuple[Environment, Bill, Sequence[str]]] = []
    with tempfile.TemporaryDirectory() as folder, aside.status("synthesizing ..."):
        Cdk(assembly=Path(folder)).synthesize()
        for each, prices in wanted:
            templates = [stack.template for stack in read_stacks(Path(folder), each.name)]
            sentences = ways_out(templates, prices, zones=len(each.network.live_zones))
            bills.append((each, bill(templates, prices), sentences))
    if as_json:
        document = {
            each.name: {
                "region": each.region,
                "least": found.least,
                "most": found.most,
                **asdict(found),
                "ways_out": sentences,
            }
            for each, found, sentences in bills
        }
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
        return
    console = Console()
    console = console if console.is_terminal else Console(width=140)
    for each, found, sentences in bills:
        show(each, found, sentences, console)
    console.print(NOTE, markup=False, highlight=False)


if __name__ == "__main__":
    try:
        typer.run(main)
    except OperateError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(error.code)
