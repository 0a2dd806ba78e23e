"""The run: deploy, release, updates in the middle of a canary, a failing release, rollback, destroy."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field

from rich.console import Console

from operate.acceptance import updates
from operate.acceptance.claims import CLAIMS, Outcome, Verdict
from operate.acceptance.probe import Probe
from operate.aws import Aws, explained
from operate.outputs import Deployed, ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.reading import live
from operate.reading.weights import percent, read_weights

# ECS gives up on tasks that do not come up, and CodeDeploy on stages that do not end, within the hour.
_PATIENCE_SECONDS = 3_600.0
_ROLLBACK_SECONDS = 120.0


@dataclass(kw_only=True)
class Story:
    """One run over one service.

    Args:
        deployed: The environment.
        name: The service in the environment file.
        operate: Runs one command of this program, such as `["release", "dev", "hello"]`; its exit code.
        destroy: Deletes the environment's stacks; the exit code.
        console: Where to write.
        reachable: Whether the service's URL can be asked, which it cannot in an embedded AWS.
        pause: Waits a number of seconds.
        clock: Tells the seconds that pass.
        every: Seconds between two looks.
    """

    deployed: Deployed
    name: str
    operate: Callable[[Sequence[str]], int]
    destroy: Callable[[], int]
    console: Console
    reachable: bool = True
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    every: float = 5.0
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])

    def run(self) -> Mapping[str, Outcome]:
        """Tell the story. A step that cannot end leaves the claims after it `not shown`, and all standing.

        Returns:
            An outcome for every claim.

        Raises:
            OperateError: Somebody pressed Ctrl-C; all is left standing then, too.
        """
        try:
            self._deploy()
            service = self.deployed.service(self.name)
            with Probe(self._url(service)) if self.reachable else nullcontext() as probe:
                self._canary(service)
                self._alarm(service)
                self._rollback(service)
            self._requests(probe)
            self._destroy()
        except KeyboardInterrupt:
            raise OperateError(
                f"Interrupted; what of {self._environment} stands costs money until it is destroyed.",
                next_step=f"make destroy ENV={self._environment}, once nothing of it is under way.",
                code=ExitCode.INTERRUPTED,
            ) from None
        except OperateError as error:
            self.console.print(f"The run ends here: {error}", style="red", markup=False, highlight=False)
            self.console.print(
                f"{self._environment} is left standing, to be looked at; "
                f"make destroy ENV={self._environment} takes it away.",
                highlight=False,
            )
        unseen = Outcome(verdict=Verdict.NOT_SHOWN, seen="the run did not get here")
        return {claim: self.outcomes.get(claim, unseen) for claim in CLAIMS}

    @property
    def _aws(self) -> Aws:
        return self.deployed.aws

    @property
    def _environment(self) -> str:
        return self.deployed.environment.name

    def _url(self, service: ServiceOutputs) -> str:
        settings = next(each for each in self.deployed.environment.services if each.name == self.name)
        return service.url.rstrip("/") + settings.health_check_path

    def _deploy(self) -> None:
        self._step("deploy")
        self._command("deploy", self._environment, "--yes")
        service = self.deployed.service(self.name)
        now = live.read(self._aws, service)
        answer = Probe(self._url(service)).answers() if self.reachable else "the URL was not asked"
        tasks = f"{now.running} of {now.desired} tasks run"
        if not self.reachable:
            self._note("first deploy", None, f"{tasks}; {answer}")
        else:
            held = 0 < now.desired <= now.running and answer is None
            self._note("first deploy", held, f"{tasks}; {answer or 'the URL answers'}")
        with explained("look for the tasks' output"):
            streams = self._aws.client("logs").describe_log_streams(
                logGroupName=service.log_group, orderBy="LastEventTime", descending=True, limit=1
            )["logStreams"]
        written = [each for each in streams if each.get("lastEventTimestamp")]
        self._note("logs", bool(written) if self.reachable else None, f"{len(written)} streams with output")

        self._step("deploy again")
        before = self._ids(service)
        self._command("deploy", self._environment, "--yes")
        started = len(self._ids(service) - before)
        self._note("second deploy", started == 0, f"{started} deployments started")

    def _canary(self, service: ServiceOutputs) -> None:
        template = updates.read(self._aws, service.stack)
        for claim, changed, wanted in (
            ("update", updates.with_another_path(template), "UPDATE_COMPLETE"),
            ("failed update", updates.that_fails(template), "UPDATE_ROLLBACK_COMPLETE"),
        ):
            self._step(f"release, and in the middle of it: {claim}")
            new = self._start(service)
            share = self._first_share(service, new)
            status = updates.update(self._aws, service.stack, changed, pause=self.pause)
            after = self._share(service, new)
            seen = f"{share} percent on the new tasks, {status}, {after} percent"
            # The canary may move on in the meantime; only a share that shrinks was taken away.
            self._note(claim, None if share == 100 or status != wanted else after >= share, seen)
            if status == "UPDATE_COMPLETE":
                updates.update(self._aws, service.stack, template, pause=self.pause)
            self._all_moved(service, new)
            self._note("canary", 0 < share < 100, f"{share} percent first, then 100")
            self._command("finish", self._environment, self.name)

    def _alarm(self, service: ServiceOutputs) -> None:
        self._step("release, and an alarm in the middle of it")
        watched = live.read(self._aws, service).alarms
        if not watched:
            self._note("alarm", None, "deployments of this service watch no alarm")
            return
        new = self._start(service)
        self._first_share(service, new)
        with explained("set an alarm"):
            self._aws.client("cloudwatch").set_alarm_state(
                AlarmName=watched[0].name, StateValue="ALARM", StateReason="acceptance run"
            )
        self._until(lambda: self._under_way(service) is None, "the deployment ends")
        share = self._share(service, new)
        status = live.read(self._aws, service).deployments[0].status
        self._note("alarm", share == 0, f"{share} percent on the new tasks afterwards, {status}")
        with explained("set the alarm back"):
            self._aws.client("cloudwatch").set_alarm_state(
                AlarmName=watched[0].name, StateValue="OK", StateReason="acceptance run"
            )

    def _rollback(self, service: ServiceOutputs) -> None:
        self._step("release, then roll back while the old tasks wait")
        new = self._start(service)
        self._all_moved(service, new)
        started = self.clock()
        self._command("rollback", self._environment, self.name)
        self._until(lambda: self._share(service, new) == 0, "the traffic is back")
        took = self.clock() - started
        self._note("rollback", took < _ROLLBACK_SECONDS, f"the traffic was back after {took:.0f} s")
        self._until(lambda: self._under_way(service) is None, "the rollback ends")

    def _requests(self, probe: Probe | None) -> None:
        if probe is None:
            self._note("no request lost", None, "the URL was not asked")
            return
        first = f", the first at {probe.failures[0]}" if probe.failures else ""
        self._note(
            "no request lost", not probe.failures, f"{len(probe.failures)} of {probe.sent} failed{first}"
        )

    def _destroy(self) -> None:
        self._step("destroy")
        code = self.destroy()
        left = self.deployed.stacks()
        self._note("destroy", code == 0 and not left, f"stacks left: {', '.join(left) or 'none'}")

    def _start(self, service: ServiceOutputs) -> str:
        """Start a release; ARN of the target group that gets the traffic."""
        weights = read_weights(self._aws, service.production_rule)
        groups = [group for group in (service.blue, service.green) if group]
        new = min(groups, key=lambda group: percent(weights, group))
        self._command("release", self._environment, self.name, "--force", "--no-wait")
        return new

    def _first_share(self, service: ServiceOutputs, new: str) -> int:
        self._until(lambda: self._share(service, new) > 0, "the new tasks get traffic")
        return self._share(service, new)

    def _all_moved(self, service: ServiceOutputs, new: str) -> None:
        self._until(lambda: self._share(service, new) == 100, "all traffic has moved")
        self._until(lambda: self._waits(service), "the old tasks wait")

    def _share(self, service: ServiceOutputs, group: str) -> int:
        return percent(read_weights(self._aws, service.production_rule), group)

    def _under_way(self, service: ServiceOutputs) -> str | None:
        deployment = live.read(self._aws, service).under_way
        return deployment.id if deployment else None

    def _waits(self, service: ServiceOutputs) -> bool:
        deployment = live.read(self._aws, service).under_way
        return deployment is None or deployment.old_tasks_wait

    def _ids(self, service: ServiceOutputs) -> set[str]:
        return {deployment.id for deployment in live.read(self._aws, service).deployments}

    def _until(self, done: Callable[[], bool], what: str) -> None:
        for _ in range(int(_PATIENCE_SECONDS / self.every)):
            if done():
                return
            self.pause(self.every)
        raise OperateError(
            f"Waited {_PATIENCE_SECONDS / 60:.0f} minutes until {what}.",
            next_step=f"python -m operate status {self._environment} {self.name}",
            code=ExitCode.FAILED,
        )

    def _command(self, *words: str) -> None:
        code = self.operate(words)
        if code != ExitCode.DONE:
            raise OperateError(f"`operate {' '.join(words)}` ended with {code}.", code=ExitCode.FAILED)

    def _step(self, title: str) -> None:
        self.console.rule(title, align="left")

    def _note(self, claim: str, held: bool | None, seen: str) -> None:
        """What was seen; None is a claim that this run could not show. A claim once broken stays so."""
        verdict = {True: Verdict.HELD, False: Verdict.BROKEN, None: Verdict.NOT_SHOWN}[held]
        before = self.outcomes.get(claim)
        if before is None or before.verdict is not Verdict.BROKEN:
            self.outcomes[claim] = Outcome(verdict=verdict, seen=seen)
        self.console.print(f"{verdict.value}: {CLAIMS[claim]} ({seen})", markup=False, highlight=False)
