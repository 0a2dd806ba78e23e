"""The real CDK CLI against an embedded AWS; the reason of a failure comes from the stack's own events."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal.journal import Entry, Kind
from rehearsal.process import Running
from rehearsal.server import ACCOUNT, ROOT, EmbeddedAws

Watch = Callable[[list[Entry]], None]
_ALWAYS = ("--ci", "--no-notices", "--no-color", "--no-version-reporting")
_LAST_LINES = 40


def tools_path() -> str:
    """PATH with this environment's node and the project's CDK CLI in front, whatever the machine has."""
    first = (str(Path(sys.executable).parent), str(ROOT / "node_modules" / ".bin"))
    return os.pathsep.join((*first, os.environ.get("PATH", "")))


class CdkError(Exception):
    """A command of the CLI failed; the message is what a person needs.

    Args:
        command: The command, `deploy dev/*`.
        log: Everything the CLI wrote.
        failed: Events of the resources that failed, the first one being the cause.
        trouble: What the embedded AWS wrote about an error of its own.
    """

    def __init__(self, command: str, log: str, failed: list[Entry], trouble: str = "") -> None:
        self.log = log
        self.failed = failed
        lines = [f"cdk {command} failed."]
        for event in failed:
            lines += [
                f"  {event.stack}/{event.logical_id} ({event.type}) {event.status}",
                f"    {event.detail}",
            ]
        if not failed:
            lines += [f"  {line}" for line in log.rstrip().splitlines()[-_LAST_LINES:]]
        super().__init__("\n".join([*lines, trouble]).rstrip())


@dataclass(frozen=True, kw_only=True)
class Run:
    """A command of the CLI that succeeded.

    Args:
        log: Everything the CLI wrote.
        seconds: How long it took.
        entries: What the embedded AWS noted meanwhile.
    """

    log: str
    seconds: float
    entries: list[Entry] = field(default_factory=list[Entry])

    def events(self, status: str = "") -> list[Entry]:
        """Stack events, of one status where one is given."""
        return [e for e in self.entries if e.kind is Kind.EVENT and status in {"", e.status}]


class Command(AbstractContextManager["Command"]):
    """A started command of the CLI; the end of the `with` block stops it, should it still run.

    Args:
        aws: Where it works; None for a command that needs no AWS.
        arguments: The command and its arguments.
        cwd: Working directory.
        env: The whole environment.
    """

    def __init__(
        self, aws: EmbeddedAws | None, arguments: list[str], *, cwd: Path, env: Mapping[str, str]
    ) -> None:
        self._aws = aws
        self._name = " ".join(arguments[:2])
        self._started = time.monotonic()
        self._running = Running(["cdk", *arguments, *_ALWAYS], cwd=cwd, env=env)

    def __exit__(self, *_: object) -> None:
        self._running.__exit__(None, None, None)

    def wait(self, watch: Watch | None = None) -> Run:
        """Wait for its end.

        Args:
            watch: Called with what the embedded AWS notes meanwhile.

        Raises:
            CdkError: It failed.
        """
        entries: list[Entry] = []

        def look() -> None:
            if self._aws is None:
                return
            new = self._aws.news()
            entries.extend(new)
            if watch is not None:
                watch(new)

        code, log = self._running.wait(look)
        if code != 0:
            failed = [
                e for e in entries if e.kind is Kind.EVENT and e.status.endswith("_FAILED") and e.detail
            ]
            raise CdkError(self._name, log, failed, self._aws.trouble() if self._aws else "")
        return Run(log=log, seconds=time.monotonic() - self._started, entries=entries)


class Cdk:
    """The CLI, its app, and one AWS.

    Args:
        aws: Where to deploy.
        assembly: Directory the app is synthesized into; never the project's own cdk.out.
        project: Directory with the app and its cdk.json.
        app: Command that runs the app; the one in cdk.json by default.
        watch: Called with what the embedded AWS notes while a command runs; nobody by default.
    """

    def __init__(
        self,
        aws: EmbeddedAws,
        *,
        assembly: Path,
        project: Path = ROOT,
        app: str | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._aws = aws
        self._assembly = assembly
        self._project = project
        self._app = app
        self._watch = watch

    def synthesizing(self, context: Mapping[str, str] | None = None) -> Command:
        """Start the app, once; the commands after it read what it writes. Needs no server, no credentials."""
        app = ["--app", self._app] if self._app else []
        values = [part for key, value in (context or {}).items() for part in ("--context", f"{key}={value}")]
        # Without keys the CLI does not ask for the account, and so need not wait for moto to start. CDK's own
        # template validation belongs to other tests, and takes two seconds.
        env = {key: value for key, value in self._environment().items() if "ACCESS_KEY" not in key}
        return Command(
            None,
            ["synth", "--quiet", "--output", str(self._assembly), *app, *values],
            cwd=self._project,
            env={**env, "CDK_VALIDATION": "false"},
        )

    def synth(self, context: Mapping[str, str] | None = None) -> Run:
        """Run the app once."""
        with self.synthesizing(context) as command:
            return command.wait()

    def bootstrapping(self) -> Command:
        """Start to make the account ready for the CDK, as it is done once for a real one."""
        where = f"aws://{ACCOUNT}/{self._aws.region}"
        # Away from cdk.json: the CLI would run the app first, only to ask it for its environments.
        return Command(self._aws, ["bootstrap", where], cwd=Path("/"), env=self._environment())

    def bootstrap(self) -> Run:
        """Make the account ready."""
        with self.bootstrapping() as command:
            return command.wait(self._watch)

    def deploy(self, *stacks: str) -> Run:
        """Deploy the stacks of these patterns, each after those it needs."""
        # Direct: without change sets, which moto accepts and which only cost time here.
        how = (
            "--require-approval",
            "never",
            "--progress",
            "events",
            "--method",
            "direct",
            "--concurrency",
            "4",
        )
        return self._run(["deploy", *stacks, *how, "--app", str(self._assembly)])

    def diff(self, *stacks: str) -> Run:
        """Compare the stacks of these patterns with what is deployed."""
        return self._run(["diff", *stacks, "--method", "template", "--app", str(self._assembly)])

    def destroy(self, *stacks: str) -> Run:
        """Destroy the stacks of these patterns, each before those it needs."""
        return self._run(["destroy", *stacks, "--force", "--app", str(self._assembly)])

    def _run(self, arguments: list[str]) -> Run:
        with Command(self._aws, arguments, cwd=self._project, env=self._environment()) as command:
            return command.wait(self._watch)

    def _environment(self) -> dict[str, str]:
        return {
            **self._aws.environment(),
            "PATH": tools_path(),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "true",
            # localhost has two addresses; node gives each 250 ms to answer, too little on a busy machine.
            "NODE_OPTIONS": "--dns-result-order=ipv4first --no-network-family-autoselection",
        }
