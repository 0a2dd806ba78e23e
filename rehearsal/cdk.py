"""The real CDK CLI against an embedded AWS; the reason of a failure comes from the stack's own events."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal import process
from rehearsal.journal import Entry, Kind
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
    """

    def __init__(self, command: str, log: str, failed: list[Entry]) -> None:
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
        super().__init__("\n".join(lines))


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
    entries: list[Entry] = field(default_factory=list)

    def events(self, status: str = "") -> list[Entry]:
        """Stack events, of one status where one is given."""
        return [entry for entry in self.entries if entry.kind is Kind.EVENT and status in {"", entry.status}]


class Cdk:
    """The CLI, its app, and one AWS.

    Args:
        aws: Where to deploy.
        assembly: Directory the app is synthesized into; never the project's own cdk.out.
        project: Directory with the app and its cdk.json.
        app: Command that runs the app; the one in cdk.json by default.
        watch: Called with what the embedded AWS noted, while a command runs; nobody by default.
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

    def synth(self, context: Mapping[str, str] | None = None) -> Run:
        """Run the app once; the commands after it read what it wrote. Needs no server and no credentials."""
        app = ["--app", self._app] if self._app else []
        values = [part for key, value in (context or {}).items() for part in ("--context", f"{key}={value}")]
        # The templates' own rules are checked by other tests, and take two seconds.
        environment = {
            name: value for name, value in self._environment().items() if not name.startswith("AWS_ACCESS")
        }
        return self._run(
            ["synth", "--quiet", "--output", str(self._assembly), *app, *values],
            {**environment, "CDK_VALIDATION": "false"},
            listen=False,
        )

    def bootstrap(self) -> Run:
        """Make the account ready for the CDK, as it is done once for a real one."""
        # In a directory without a cdk.json: the CLI would run the app first, only to ask it for environments.
        with tempfile.TemporaryDirectory(prefix="rehearsal-bootstrap-") as empty:
            where = f"aws://{ACCOUNT}/{self._aws.region}"
            return self._run(["bootstrap", where], self._environment(), cwd=Path(empty))

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
        return self._run(["deploy", *stacks, *how, "--app", str(self._assembly)], self._environment())

    def diff(self, *stacks: str) -> Run:
        """Compare the stacks of these patterns with what is deployed."""
        how = ("--method", "template", "--app", str(self._assembly))
        return self._run(["diff", *stacks, *how], self._environment())

    def destroy(self, *stacks: str) -> Run:
        """Destroy the stacks of these patterns, each before those it needs."""
        return self._run(["destroy", *stacks, "--force", "--app", str(self._assembly)], self._environment())

    def _environment(self) -> dict[str, str]:
        return {
            **self._aws.environment(),
            "PATH": tools_path(),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CDK_DISABLE_VERSION_CHECK": "true",
            # localhost has two addresses; node gives each 250 ms to answer, too little on a busy machine.
            "NODE_OPTIONS": "--dns-result-order=ipv4first --no-network-family-autoselection",
        }

    def _run(
        self,
        arguments: list[str],
        environment: dict[str, str],
        *,
        listen: bool = True,
        cwd: Path | None = None,
    ) -> Run:
        started = time.monotonic()
        entries: list[Entry] = []
        position = len(self._aws.journal()) if listen else 0

        def look() -> None:
            if listen:
                new = self._aws.journal(position + len(entries))
                entries.extend(new)
                if self._watch is not None:
                    self._watch(new)

        code, log = process.run(
            ["cdk", *arguments, *_ALWAYS], cwd=cwd or self._project, env=environment, meanwhile=look
        )
        if code != 0:
            failed = [
                entry
                for entry in entries
                if entry.kind is Kind.EVENT and entry.status.endswith("_FAILED") and entry.detail
            ]
            raise CdkError(" ".join(arguments[:2]), log, failed)
        return Run(log=log, seconds=time.monotonic() - started, entries=entries)
