"""Runs every app in turn, round after round, and prints the medians: `make bench`."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3
CASES = {
    "minimal app, one stack": ["benchmarks/minimal_app.py"],
    "this project, three environments": ["app.py"],
    "cdklabs, three environments": ["benchmarks/cdklabs_app.py"],
} | {
    f"dev with {count} services from {image}": ["-m", "benchmarks.services_app", str(count), image]
    for image in ("source", "registry")
    for count in (1, 5, 20)
}


def _seconds(arguments: list[str]) -> float:
    with tempfile.TemporaryDirectory() as outdir:
        # What the CDK CLI gives an app: where to write, and cdk.json's context.
        environment = os.environ | {
            "CDK_OUTDIR": outdir,
            "CDK_CONTEXT_JSON": json.dumps(json.loads((ROOT / "cdk.json").read_text())["context"]),
        }
        environment.pop("CDK_VALIDATION", None)
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return time.perf_counter() - started


def main() -> None:
    """Measure, then print one table."""
    times: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in track(range(ROUNDS), description=f"{ROUNDS} rounds", transient=True):
        for name, arguments in CASES.items():
            times[name].append(_seconds(arguments))
    median = {name: statistics.median(seconds) for name, seconds in times.items()}
    minimal, ours, cdklabs, *services = median.values()
    slopes = [
        (f"each further service from {image}, {start} to {end}", (later - earlier) / (end - start) * 1000)
        for image, (one, five, twenty) in (("source", services[:3]), ("registry", services[3:]))
        for start, end, earlier, later in ((1, 5, one, five), (5, 20, five, twenty))
    ]

    table = Table(title=f"python app.py, validation on: medians of {ROUNDS} rounds, all apps in turn")
    for column in ("what", "median s", "fastest", "slowest"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for name, seconds in times.items():
        table.add_row(name, f"{median[name]:.2f}", f"{min(seconds):.2f}", f"{max(seconds):.2f}")
    budget = Table(title="Budgets")
    for column in ("claim", "measured", "budget", "kept"):
        budget.add_column(column)
    for claim, measured, limit, text in (
        ("against the minimal app", ours / minimal, 1.8, "1.8 times"),
        ("against cdklabs, three environments", ours / cdklabs, 1.0, "1.0 times"),
        *((claim, slope, 60, "60 ms") for claim, slope in slopes),
    ):
        shown = f"{measured:.2f} times" if limit < 10 else f"{measured:.0f} ms"
        budget.add_row(claim, shown, text, "yes" if measured <= limit else "NO")
    console = Console()
    console.print(table, budget)


if __name__ == "__main__":
    main()
