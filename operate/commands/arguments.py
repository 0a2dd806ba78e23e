"""What the commands have in common: their arguments, the environment's stacks, the console."""

from typing import Annotated

import typer
from rich.console import Console

from environments import ENVIRONMENTS, FOLDER
from environments.loading.files import load, not_listed
from environments.loading.report import report, report_unfilled
from operate.aws import Aws
from operate.outputs import Deployed
from operate.problem import OperateError

Env = Annotated[str, typer.Argument(metavar="ENV", help="The environment.")]
ServiceName = Annotated[str, typer.Argument(metavar="SERVICE", help="The service.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, progress on stderr.")]
WaitForOldTasks = Annotated[
    bool,
    typer.Option(
        "--wait-for-old-tasks", help="Wait for those of the release before instead of refusing (CodeDeploy)."
    ),
]
Every = Annotated[float, typer.Option("--every", hidden=True, min=0.0, help="Seconds between two looks.")]


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
            f"There is no environment {environment!r}.",
            next_step=not_listed(environment, ENVIRONMENTS, FOLDER),
        )
    loaded = load(ENVIRONMENTS, FOLDER)
    if loaded.mistakes:
        raise OperateError(report(loaded.mistakes).rstrip())
    if loaded.unfilled[environment]:
        raise OperateError(report_unfilled(environment, loaded.unfilled[environment]).rstrip())
    aws = Aws(next(each for each in loaded.environments if each.name == environment))
    aws.refuse_wrong_account()
    return Deployed(aws)


def console() -> Console:
    """Standard output; a log gets its lines whole, as nobody knows how wide it will be read."""
    console = Console()
    return console if console.is_terminal else Console(soft_wrap=True)
