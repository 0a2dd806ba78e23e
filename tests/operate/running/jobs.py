"""dev with two jobs as it is deployed, and what a person reads of `run`."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from rich.console import Console

from environments.model import Environment
from operate.outputs import Deployed
from operate.releasing.watch import Pace
from operate.running.follow import Manner
from operate.running.outcome import Outcome
from operate.running.run import Choice, run
from operate.running.show import Show
from operate.running.start import Request
from rehearsal.clock import CLOCK
from rehearsal.in_process import InProcessAws
from tests.operate.rehearsed import Rehearsed, RehearsedAws

TASK = "arn:aws:ecs:eu-central-1:123456789012:task/dev/4711"


class Jobs(Rehearsed):
    """Runs jobs in a deployed environment; seconds pass when somebody waits."""

    def __init__(self, embedded: InProcessAws, environment: Environment) -> None:  # no service, no release
        self.embedded = embedded
        self.aws = RehearsedAws(environment)
        self.deployed = Deployed(self.aws)
        self.console = Console(file=io.StringIO(), width=500)
        self._faults: list[tuple[Any, str, Any]] = []

    def manner(self, **changes: Any) -> Manner:
        """How it is followed: a look every five seconds of the embedded AWS's clock."""
        pace = Pace(every=5, sleep=self.embedded.sleep, clock=CLOCK.now)
        return replace(Manner(pace=pace), **changes)

    def run_job(
        self,
        name: str = "report",
        *,
        command: Sequence[str] = (),
        variables: Mapping[str, str] | None = None,
        manner: Manner | None = None,
        **choice: Any,
    ) -> Outcome:
        """`run`, without the command line."""
        request = Request(command=tuple(command), variables=variables or {})
        asked = Choice(request=request, manner=manner or self.manner(), **choice)
        with Show(self.console, now=self.embedded.now) as show:
            return run(self.deployed, name, asked, show)

    def tasks(self) -> list[dict[str, Any]]:
        """All tasks, tags included."""
        ecs = self.embedded.client("ecs")
        arns = [
            arn
            for status in ("RUNNING", "STOPPED")
            for arn in ecs.list_tasks(cluster="dev", desiredStatus=status)["taskArns"]
        ]
        return ecs.describe_tasks(cluster="dev", tasks=arns, include=["TAGS"])["tasks"]

    def task(self, arn: str) -> dict[str, Any]:
        """One of them."""
        return self.embedded.client("ecs").describe_tasks(cluster="dev", tasks=[arn])["tasks"][0]

    def ends(
        self,
        *,
        exit_code: int | None,
        reason: str = "",
        stop_code: str = "EssentialContainerExited",
        said: str = "Essential container in task exited",
        ran: bool = True,
        **changes: Any,
    ) -> None:
        """Let ECS answer what it documents for a task that ended so: moto's containers all end with 0."""

        def change(parsed: dict[str, Any]) -> None:
            for task in parsed.get("tasks", []):
                if task.get("lastStatus") != "STOPPED":
                    continue
                task.update(stopCode=stop_code, stoppedReason=said, **changes)
                if not ran:
                    task.pop("startedAt", None)
                for container in task["containers"]:
                    container.pop("exitCode", None)
                    container["reason"] = reason
                    if exit_code is not None:
                        container["exitCode"] = exit_code

        self.changes("ecs", "DescribeTasks", change)
