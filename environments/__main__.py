"""Ask about environments without AWS or synthesis: `list` them, or `check` one before it is deployed."""

import argparse
import sys
from collections.abc import Sequence

from environments import ENVIRONMENTS, FOLDER, GITHUB
from environments.loading.files import load, not_listed
from environments.loading.report import report, report_unfilled


def main(words: Sequence[str] | None = None) -> int:
    """Answer one question.

    Args:
        words: The command line. The process's own by default.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m environments", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="print the names of the environments")
    check = commands.add_parser(
        "check", help="refuse mistakes, and placeholders that are still to be filled in"
    )
    check.add_argument("environment", help="the environment that is about to be deployed")
    arguments = parser.parse_args(words)
    if arguments.command == "list":
        sys.stdout.write("".join(f"{name}\n" for name in ENVIRONMENTS))
        return 0
    return _check(arguments.environment)


def _check(name: str) -> int:
    if name not in ENVIRONMENTS:
        next_step = not_listed(name, ENVIRONMENTS, FOLDER)
        sys.stderr.write(f"There is no environment {name!r}.\nNext: {next_step}\n")
        return 2
    loaded = load(ENVIRONMENTS, FOLDER, GITHUB)
    if loaded.mistakes:
        sys.stderr.write(report(loaded.mistakes))
        return 2
    unfilled = loaded.unfilled[name]
    if len(unfilled) == 0:
        return 0
    sys.stderr.write(report_unfilled(name, unfilled))
    return 2


if __name__ == "__main__":
    sys.exit(main())
