"""`make examples`: writes every example's template to cdk.out/examples/, checked by CDK's own rules."""

import argparse
import json
import os
import runpy
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import jsii_node

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
NAMES = sorted(path.stem for path in HERE.glob("[!_]*.py"))


def main(names: Sequence[str], to: Path) -> int:
    """Synthesize examples, one folder each.

    Args:
        names: Which; none for all.
        to: Where the folders go; those of earlier runs are replaced.

    Returns:
        The exit code: 2 where a name is no example.
    """
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        sys.stderr.write(
            f"There is no example {', '.join(unknown)}. Allowed: {', '.join(NAMES)}. Change: NAME=...\n"
        )
        return 2
    # What the CDK CLI would say to an app; Node hears it once, when it starts with the first example.
    os.environ.pop("CDK_OUTDIR", None)
    os.environ["CDK_CONTEXT_JSON"] = json.dumps(json.loads((PROJECT / "cdk.json").read_text())["context"])
    os.environ.update(jsii_node.variables())
    for name in names or NAMES:
        app = runpy.run_path(str(HERE / f"{name}.py"))["app"]
        folder = to / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(app.outdir, folder)
        (template,) = folder.glob("*.template.json")
        resources = len(json.loads(template.read_text())["Resources"])
        sys.stdout.write(f"{name:<24}{resources:>4} resources  {os.path.relpath(template)}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="make examples", description=__doc__)
    parser.add_argument("names", nargs="*", help="all by default")
    parser.add_argument("--to", type=Path, default=PROJECT / "cdk.out" / "examples", help="the folder")
    given = parser.parse_args()
    sys.exit(main(given.names, given.to))
