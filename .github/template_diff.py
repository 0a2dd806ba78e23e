"""What a pull request changes in the templates, as Markdown: from the sources of both, without credentials.

`python .github/template_diff.py BASE HEAD` synthesizes two checkouts with the packages that are installed for
HEAD, and lets `cdk diff` tell the difference of each stack.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from rehearsal.assembly import StackArtifact, stacks

# GitHub takes a summary of 1 MiB, and shows nothing of a longer one.
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
MOST_CHARACTERS = 900_000


class NotSynthesizedError(Exception):
    """An app that did not run, with what it said."""


def synthesize(checkout: Path, assembly: Path) -> Mapping[str, StackArtifact]:
    """The stacks of a checkout by their path, such as `dev/hello`.

    Args:
        checkout: The root of the project.
        assembly: Where its templates go.

    Raises:
        NotSynthesizedError: Its app.py failed.
    """
    context = json.loads((checkout / "cdk.json").read_text())["context"]
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=checkout,
        env=os.environ
        | {
            "CDK_OUTDIR": str(assembly),
            "CDK_CONTEXT_JSON": json.dumps(context),
            # The tests run the rules; here they would only take time.
            "CDK_VALIDATION": "false",
            # Before the installed library, which is HEAD's.
            "PYTHONPATH": str(checkout / "constructs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotSynthesizedError(done.stdout + done.stderr)
    return {stack.path: stack for stack in stacks(assembly)}


def difference(path: str, base: StackArtifact, assembly: Path) -> str:
    """What `cdk diff` says of one stack.

    Args:
        path: The stack's path.
        base: The stack before.
        assembly: The templates after.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".json") as before:
        json.dump(base.template, before)
        before.flush()
        words = ["cdk", "diff", path, "--app", str(assembly), "--template", before.name]
        done = subprocess.run(  # noqa: S603 - the pinned CDK CLI
            [*words, "--exclusively", "--no-color", "--no-notices", "--no-version-reporting"],
            capture_output=True,
            text=True,
            check=True,
        )
    said = (done.stdout + done.stderr).splitlines()
    return "\n".join(line for line in said if line and not line.startswith(("✨", f"Stack {path}")))


def fenced(text: str) -> str:
    """Text that no line of it can end: a fence longer than any in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def report(base: Mapping[str, StackArtifact], head: Mapping[str, StackArtifact], assembly: Path) -> str:
    """The summary of all stacks.

    Args:
        base: The stacks before.
        head: The stacks after.
        assembly: The templates after.
    """
    new = [path for path in head if path not in base]
    gone = [path for path in base if path not in head]
    changed = [path for path in head if path in base and head[path].template != base[path].template]
    lines = ["## Templates", ""]
    if not (new or gone or changed):
        return "\n".join([*lines, f"No template changes: {len(head)} stacks are as they were.", ""])
    lines += ["| stack | |", "|---|---|"]
    lines += [f"| `{path}` | new, {head[path].resources} resources |" for path in new]
    lines += [f"| `{path}` | gone, had {base[path].resources} resources |" for path in gone]
    lines += [f"| `{path}` | changed |" for path in changed]
    for path in changed:
        text = difference(path, base[path], assembly) or "Only what CloudFormation does not act on."
        lines += ["", f"### {path}", "", fenced(text)]
    return cut("\n".join([*lines, ""]))


def cut(text: str) -> str:
    """As much as GitHub shows."""
    if len(text) <= MOST_CHARACTERS:
        return text
    return (
        fenced(text[:MOST_CHARACTERS])
        + "\n\nThe rest is too long to be shown here: `make diff` has it all.\n"
    )


def main(words: Sequence[str]) -> int:
    """Print the difference.

    Args:
        words: The checkouts of base and head.

    Returns:
        1 where the head cannot be synthesized.
    """
    base, head = (Path(word).resolve() for word in words)
    with tempfile.TemporaryDirectory() as folder:
        after_assembly = Path(folder) / "head"
        try:
            after = synthesize(head, after_assembly)
        except NotSynthesizedError as error:
            sys.stdout.write(f"## Templates\n\nThis change cannot be synthesized.\n\n{fenced(str(error))}\n")
            return 1
        try:
            before = synthesize(base, Path(folder) / "base")
        except NotSynthesizedError as error:
            sys.stdout.write(
                "## Templates\n\nNo comparison: what was there before cannot be synthesized with the "
                f"packages of this change.\n\n{fenced(str(error))}\n"
            )
            return 0
        sys.stdout.write(report(before, after, after_assembly))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
