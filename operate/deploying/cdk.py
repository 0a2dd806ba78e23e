"""The CDK CLI of this project as a child: it synthesizes, publishes, prepares change sets, bootstraps."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from operate.problem import ExitCode, OperateError

PROJECT = Path(__file__).resolve().parent.parent.parent
CHANGE_SET = "operate-deploy"
"""The name of our change sets. A constant, so that what an interrupted run left behind is taken away."""

# The CLI writes everything to standard output with --ci, and asks nothing.
_QUIETLY = ("--ci", "--no-notices", "--no-color", "--no-version-reporting")
_LAST_LINES = 40


class Cdk:
    """The CLI, in one project.

    Args:
        project: The directory with cdk.json. This project by default.
        assembly: Where the app is synthesized to. `cdk.out` in the project by default.
        environment: Environment variables of the child. This process's own by default.
    """

    def __init__(
        self,
        project: Path = PROJECT,
        *,
        assembly: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.project = project
        self.assembly = assembly or project / "cdk.out"
        self._environment = dict(os.environ if environment is None else environment)
        # This environment's node and the pinned CLI before whatever the machine has.
        first = (str(Path(sys.executable).parent), str(PROJECT / "node_modules" / ".bin"))
        self._environment["PATH"] = os.pathsep.join((*first, self._environment.get("PATH", "")))

    def synthesize(self) -> None:
        """Run the app once; every later command reads what it wrote.

        Raises:
            OperateError: The app refuses its own values, or a check of the templates does.
        """
        self._run("synth", "--quiet", "--output", str(self.assembly), doing="synthesize the app")

    def prepare(self, stack: str) -> None:
        """Publish the assets of a stack and create its change set, which waits for somebody to execute it.

        Args:
            stack: The stack as the CLI names it, `dev/network`.

        Raises:
            OperateError: It could not be made.
        """
        self._run(
            "deploy",
            stack,
            "--exclusively",
            "--app",
            str(self.assembly),
            "--method",
            "prepare-change-set",
            "--change-set-name",
            CHANGE_SET,
            # The gate asks, once for all stacks and before the first one.
            "--require-approval",
            "never",
            doing=f"prepare the change set of {stack}",
        )

    def diff(self, stacks: Sequence[str]) -> str:
        """What changes, in the CLI's words.

        Args:
            stacks: The stacks as the CLI names them.

        Raises:
            OperateError: A stack could not be compared.
        """
        # By templates: a change set would have to be written, and assets published, only to look.
        compared = ("diff", *stacks, "--exclusively", "--method", "template", "--app", str(self.assembly))
        return self._run(*compared, doing=f"compare {', '.join(stacks)}")

    def bootstrap(self, where: str, options: Sequence[str]) -> str:
        """Bootstrap an account and region.

        Args:
            where: `aws://account/region`.
            options: What it has besides.

        Raises:
            OperateError: It failed.
        """
        # Away from cdk.json: the CLI would run the app, only to ask it for its environments.
        with tempfile.TemporaryDirectory() as elsewhere:
            return self._run("bootstrap", where, *options, doing=f"bootstrap {where}", cwd=Path(elsewhere))

    def destroy(self, stacks: str) -> int:
        """Delete stacks without asking, in the open; the CLI's exit code.

        Args:
            stacks: As the CLI takes them, `dev/*`.
        """
        command = ["cdk", "destroy", stacks, "--force", "--no-notices", "--no-version-reporting"]
        return subprocess.run(command, cwd=self.project, env=self._environment, check=False).returncode  # noqa: S603 - our own command line

    def _run(self, *words: str, doing: str, cwd: Path | None = None) -> str:
        command = ["cdk", *words, *_QUIETLY]
        # Ctrl-C reaches the child too, which then ends by itself: nothing of it is left behind.
        done = subprocess.run(  # noqa: S603 - our own command line
            command,
            cwd=cwd or self.project,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            last = "\n".join(done.stdout.rstrip().splitlines()[-_LAST_LINES:])
            raise OperateError(
                f"The CDK CLI could not {doing}:\n{last}",
                code=ExitCode.REFUSED if words[0] in {"synth", "diff"} else ExitCode.FAILED,
            )
        return done.stdout
