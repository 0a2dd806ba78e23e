"""The command line: each command finds the environment, calls one function and shows what it says."""

from collections.abc import Sequence

import typer
from rich.console import Console

from environments import ENVIRONMENTS, FOLDER
from environments.loading.files import load
from environments.loading.report import report
from operate.aws import Aws
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError

app = typer.Typer(
    help=__doc__,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def deployed(environment: str) -> Deployed:
    """The stacks of the environment of this name, in its own account.

    Args:
        environment: The name as typed.

    Raises:
        OperateError: There is no such environment, its file has mistakes or placeholders, or the credentials
            belong to another account.
    """
    if environment not in ENVIRONMENTS:
        raise OperateError(
            f"There is no environment {environment!r}.", next_step=f"one of: {', '.join(ENVIRONMENTS)}."
        )
    loaded = load(ENVIRONMENTS, FOLDER)
    if loaded.mistakes:
        raise OperateError(report(loaded.mistakes).rstrip())
    if loaded.unfilled[environment]:
        places = "; ".join(f"{each.file}: {each.field}" for each in loaded.unfilled[environment])
        raise OperateError(
            f"{environment} still has placeholders: {places}.",
            next_step=f"make diff ENV={environment} says what belongs there.",
        )
    aws = Aws(next(each for each in loaded.environments if each.name == environment))
    aws.refuse_wrong_account()
    return Deployed(aws)


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
        Console(stderr=True).print(str(error), style="red", markup=False, highlight=False)
        return error.code
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else ExitCode.FAILED
    return ExitCode.DONE
