"""The command line: each command finds the environment, calls one function and shows what it says."""

from collections.abc import Sequence

import typer
from rich.console import Console

from operate.commands import deploying, reading, releasing, tasks
from operate.problem import ExitCode, OperateError

app = typer.Typer(
    help="Commands for people and CI on a deployed environment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for room in (reading, deploying, releasing, tasks):
    for command in room.COMMANDS:
        app.command(name=command.__name__.strip("_").replace("_", "-"))(command)


def main(words: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        words: The command line. The process's own by default.

    Returns:
        The exit code.
    """
    try:
        app(list(words) if words is not None else None)
    except OperateError as error:
        Console(stderr=True).print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        return error.code
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else ExitCode.FAILED
    return ExitCode.DONE
