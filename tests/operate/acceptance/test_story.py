"""The run's own logic, told against the embedded AWS: what it concludes from what it sees."""

import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from rich.console import Console

from environments.model import Environment
from operate.acceptance import story, updates
from operate.acceptance.claims import CLAIMS, Verdict
from operate.acceptance.story import Story
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError
from operate.releasing import commands
from operate.releasing.progress import Progress
from operate.releasing.release import Choice
from operate.releasing.watch import Pace
from rehearsal.assembly import StackArtifact
from rehearsal.in_process import InProcessAws
from tests.operate.rehearsed import RehearsedAws


@dataclass
class World:
    """dev in an embedded AWS, and the commands of `operate` as the story calls them."""

    aws: InProcessAws
    stacks: Sequence[StackArtifact]
    deployed: Deployed
    said: list[str] = field(default_factory=list)
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    after: dict[str, Callable[[], None]] = field(default_factory=dict)

    def operate(self, words: Sequence[str]) -> int:
        command = words[0]
        self.said.append(" ".join(words))
        self.before.get(command, lambda: None)()
        if command == "deploy":
            for stack in self.stacks:
                self.aws.deploy_artifact(stack)
            self.after.get(command, lambda: None)()
            return ExitCode.DONE
        pace = Pace(every=30, sleep=self.aws.sleep)
        run = {
            "release": lambda: commands.releasing(Choice(force=True, wait=False), pace),
            "finish": lambda: commands.finishing(pace),
            "rollback": lambda: commands.rolling_back(pace, wait=True),
        }[command]()
        service = self.deployed.service("hello")
        with Progress(Console(file=io.StringIO()), now=self.aws.now) as progress:
            outcome = run(self.deployed.aws, service, progress)
        return ExitCode.DONE if outcome.problem is None else ExitCode.FAILED

    def destroy(self) -> int:
        for stack in reversed(self.stacks):
            self.aws.destroy(stack.name)
        return 0

    def story(self, **settings: Any) -> Story:
        return Story(
            deployed=self.deployed,
            name="hello",
            operate=self.operate,
            destroy=self.destroy,
            console=Console(file=io.StringIO(), width=200),
            **{"reachable": False, "pause": self.aws.sleep, "every": 30, **settings},
        )


@pytest.fixture
def world(dev: Environment, dev_stacks: Sequence[StackArtifact]) -> Iterator[World]:
    with InProcessAws() as aws:
        yield World(aws=aws, stacks=dev_stacks, deployed=Deployed(RehearsedAws(dev)))


def test_the_whole_run(world: World) -> None:
    outcomes = world.story().run()
    assert set(outcomes) == set(CLAIMS)
    verdicts = {claim: outcome.verdict for claim, outcome in outcomes.items()}
    held = {claim for claim, verdict in verdicts.items() if verdict is Verdict.HELD}
    assert held == {"second deploy", "canary", "update", "alarm", "rollback", "destroy"}
    # What only an account can show, and the run says so instead of guessing.
    assert Verdict.BROKEN not in verdicts.values(), outcomes
    assert outcomes["update"].seen.startswith("20 percent on the new tasks, UPDATE_COMPLETE, ")
    assert world.deployed.stacks() == []


@dataclass
class Answering:
    """A probe of an address that nobody listens at."""

    failure: str | None
    sent: int = 7

    def __call__(self, url: str) -> "Answering":
        assert url.endswith(".amazonaws.com/healthz")
        return self

    def __enter__(self) -> "Answering":
        return self

    def __exit__(self, *_: object) -> None:
        return

    def answers(self) -> str | None:
        return self.failure

    @property
    def failures(self) -> list[str]:
        return [f"12:00:00 {self.failure}"] if self.failure else []


def written(world: World) -> None:
    """A line in the log of the service, once."""
    logs, name = world.aws.client("logs"), {"logGroupName": "/ecs/dev/hello", "logStreamName": "hello/app/1"}
    logs.create_log_stream(**name)
    logs.put_log_events(**name, logEvents=[{"timestamp": int(time.time() * 1000), "message": "ready"}])
    world.after.clear()


def test_where_the_url_answers_that_is_shown_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "Probe", Answering(failure=None))
    world.after["deploy"] = lambda: written(world)
    outcomes = world.story(reachable=True).run()
    not_held = {claim for claim, outcome in outcomes.items() if outcome.verdict is not Verdict.HELD}
    # The embedded CloudFormation rolls nothing back.
    assert not_held == {"failed update"}, outcomes
    assert outcomes["no request lost"].seen == "0 of 7 failed"


def test_what_is_not_answered_not_written_or_done_twice_is_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "Probe", Answering(failure="status 503"))
    deployed: list[int] = []

    def release_the_second_time() -> None:
        deployed.append(1)
        if len(deployed) == 2:
            world.operate(["release", "dev", "hello"])
            world.aws.advance(minutes=60)

    world.after["deploy"] = release_the_second_time
    outcomes = world.story(reachable=True).run()
    broken = {claim for claim, outcome in outcomes.items() if outcome.verdict is Verdict.BROKEN}
    assert broken == {"first deploy", "logs", "second deploy", "no request lost"}, outcomes
    assert outcomes["no request lost"].seen == "1 of 7 failed, the first at 12:00:00 status 503"


def test_all_traffic_at_once_is_no_canary(world: World) -> None:
    # Whoever looks every ten minutes misses it.
    outcomes = world.story(pause=lambda _: world.aws.sleep(600)).run()
    assert outcomes["canary"].verdict is Verdict.BROKEN
    assert outcomes["update"].verdict is Verdict.NOT_SHOWN


def test_each_broken_claim_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    update = updates.update

    def resetting(aws: Any, stack: str, template: Any, **rest: Any) -> str:
        """What CloudFormation's own listener rule does, and less is enough to be seen."""
        status = update(aws, stack, template, **rest)
        service = world.deployed.service("hello")
        groups = [(service.blue, 90), (service.green, 10)]
        action = {
            "Type": "forward",
            "ForwardConfig": {
                "TargetGroups": [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in groups]
            },
        }
        world.aws.client("elbv2").modify_rule(RuleArn=service.production_rule, Actions=[action])
        return status

    monkeypatch.setattr(updates, "update", resetting)
    # The alarm goes quiet before anybody looks, and one stack is forgotten.
    real = world.deployed.aws.client("cloudwatch").set_alarm_state
    monkeypatch.setattr(
        world.deployed.aws.client("cloudwatch"),
        "set_alarm_state",
        lambda **words: real(**{**words, "StateValue": "OK"}),
    )
    monkeypatch.setattr(world, "destroy", lambda: world.aws.destroy("dev-hello") or 0)
    # Each look at the clock is ten minutes after the last one.
    outcomes = world.story(clock=count(0, 600).__next__).run()
    broken = {claim for claim, outcome in outcomes.items() if outcome.verdict is Verdict.BROKEN}
    assert broken == {"update", "alarm", "rollback", "destroy"}, outcomes
    assert outcomes["update"].seen == "20 percent on the new tasks, UPDATE_COMPLETE, 10 percent"


def test_ctrl_c_says_that_it_goes_on_costing(world: World) -> None:
    def press() -> None:
        raise KeyboardInterrupt

    world.before["release"] = press
    with pytest.raises(OperateError, match="what of dev stands costs money") as left:
        world.story().run()
    assert left.value.code is ExitCode.INTERRUPTED
    assert str(left.value.next_step).startswith("make destroy ENV=dev")


def test_a_command_that_fails_ends_the_run_and_leaves_all_standing(world: World) -> None:
    destroyed: list[str] = []

    def refuse(_: Sequence[str]) -> int:
        return ExitCode.REFUSED

    refused = world.story()
    refused.operate = refuse
    refused.destroy = lambda: destroyed.append("dev") or 0
    outcomes = refused.run()
    assert {outcome.verdict for outcome in outcomes.values()} == {Verdict.NOT_SHOWN}
    assert destroyed == []
    said = refused.console.file.getvalue()  # type: ignore[attr-defined]
    assert "`operate deploy dev --yes` ended with 2" in said
    assert "make destroy ENV=dev takes it away." in said


def test_a_rule_without_room_for_a_path_is_said() -> None:
    rule = {"Type": "Custom::SwapSafeListenerRule", "Properties": {"Hosts": ["a"], "Paths": list("bcde")}}
    with pytest.raises(OperateError, match="five conditions"):
        updates.with_another_path({"Resources": {"Rule": rule}})
    with pytest.raises(OperateError, match=r"no Custom::SwapSafeListenerRule"):
        updates.with_another_path({"Resources": {}})


def test_the_failing_update_makes_the_same_change_before_it_fails() -> None:
    rule = {"Type": "Custom::SwapSafeListenerRule", "Properties": {"Hosts": [], "Paths": ["/*"]}}
    failing = updates.that_fails({"Resources": {"Rule": rule}})["Resources"]
    assert failing["Rule"]["Properties"]["Paths"] == ["/*", updates.EXTRA_PATH]
    assert failing["AcceptanceNever"]["DependsOn"] == ["Rule"]
    assert rule["Properties"]["Paths"] == ["/*"]
