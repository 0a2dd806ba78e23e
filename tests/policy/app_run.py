"""`python app.py` as the CDK CLI runs it, validation on."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Synthesized:
    """What one run of app.py left and said."""

    outdir: Path
    returncode: int
    output: str

    @property
    def templates(self) -> list[Path]:
        """Every template of every environment."""
        return sorted(self.outdir.rglob("*.template.json"))


def run_app(root: Path, outdir: Path, *, validation: bool = True, node: str | None = None) -> Synthesized:
    """Run `root`'s app.py into `outdir`, by another `node` where one is named.

    Validation writes no template, and may be left out.
    """
    environment = (
        os.environ
        | ({"JSII_NODE": node} if node else {})
        | {
            "CDK_OUTDIR": str(outdir),
            # Before the editable install, which always points at this checkout.
            "PYTHONPATH": str(root / "constructs"),
            "CDK_CONTEXT_JSON": json.dumps(json.loads((root / "cdk.json").read_text())["context"]),
        }
    )
    environment["CDK_VALIDATION"] = str(validation).lower()
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    return Synthesized(outdir=outdir, returncode=done.returncode, output=done.stdout + done.stderr)
