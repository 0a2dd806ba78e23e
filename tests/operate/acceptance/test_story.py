"""The run's own logic, told against the embedded AWS: what it concludes from what it sees."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from rich.console import Console

from environments.model import Environment
from operate.acceptance import updates
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

    def operate(self, words: Sequence[str]) -> int:
        command = words[0]
        self.said.append(" ".join(words))
        self.before.get(command, lambda: None)()
        if command == "deploy":
            for stack in self.stacks:
                self.aws.deploy_artifact(stack)
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
            reachable=False,
            pause=self.aws.sleep,
            every=30,
            **settings,
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


def test_each_broken_claim_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    update = updates.update

    def resetting(aws: Any, stack: str, template: Any, **rest: Any) -> str:
        """What CloudFormation's own listener rule does."""
        status = update(aws, stack, template, **rest)
        service = world.deployed.service("hello")
        groups = [(service.blue, 100), (service.green, 0)]
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
    outcomes = world.story().run()
    broken = {claim for claim, outcome in outcomes.items() if outcome.verdict is Verdict.BROKEN}
    assert {"update", "alarm", "destroy"} <= broken, outcomes
    assert outcomes["update"].seen == "20 percent on the new tasks, UPDATE_COMPLETE, 0 percent"


def test_a_command_that_fails_ends_the_run_and_leaves_all_standing(world: World) -> None:
    destroyed: list[str] = []

    def refuse(_: Sequence[str]) -> int:
        return ExitCode.REFUSED

    story = world.story()
    story.operate = refuse
    story.destroy = lambda: destroyed.append("dev") or 0
    outcomes = story.run()
    assert {outcome.verdict for outcome in outcomes.values()} == {Verdict.NOT_SHOWN}
    assert destroyed == []
    assert "`operate deploy dev --yes` ended with 2" in story.console.file.getvalue()  # type: ignore[attr-defined]


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
