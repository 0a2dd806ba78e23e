"""`doctor --repair`: what it says before, and when it refuses."""

import io
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from operate.checking.repair import agreement, repair
from operate.outputs import Deployed, ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.reading.live import Live
from tests.operate.reading import (
    BLUE,
    GREEN,
    LIVE,
    NATIVE,
    PRODUCTION_RULE,
    ROLLING,
    SERVICE,
    TASKS,
    TEST_RULE,
    UNDER_WAY,
    StubbedAws,
    rules,
)

WRONG = {BLUE: 0, GREEN: 100}
SWAPPED = replace(LIVE, production=WRONG, test=WRONG)


class Repair:
    """A repair of dev's one service, which is what a test says whenever it is read."""

    def __init__(self, aws: StubbedAws, monkeypatch: pytest.MonkeyPatch) -> None:
        self.aws = aws
        self._monkeypatch = monkeypatch
        self.asked: list[str] = []
        self.said = ""

    def run(self, *states: Live, service: ServiceOutputs = SERVICE, agreed: bool = True) -> None:
        left: Iterable[Live] = iter(states)
        self._monkeypatch.setattr("operate.checking.repair.read", lambda *_: next(left))
        self._monkeypatch.setattr(Deployed, "service", lambda *_: service)

        def agree(question: str) -> bool:
            self.asked.append(question)
            return agreed

        out = io.StringIO()
        try:
            repair(Deployed(self.aws), agree=agree, console=Console(file=out, width=60))
        finally:
            self.said = out.getvalue()

    def refused(self, *states: Live, **options: Any) -> OperateError:
        with pytest.raises(OperateError) as raised:
            self.run(*states, **options)
        assert raised.value.code is ExitCode.REFUSED
        return raised.value

    def healthy(self, group: str, *health: str) -> None:
        """How the tasks of a target group are."""
        targets = [
            {"Target": {"Id": f"10.0.0.{position}"}, "TargetHealth": {"State": state}}
            for position, state in enumerate(health)
        ]
        answer = {"TargetHealthDescriptions": targets}
        self.aws.answers("elbv2", "describe_target_health", answer, {"TargetGroupArn": group})

    def writes(self, rule: str, weights: dict[str, int]) -> None:
        """The rule is read, and written with these weights."""
        self.aws.answers("elbv2", "describe_rules", rules(0, 100), {"RuleArns": [rule]})
        groups = [{"TargetGroupArn": group, "Weight": weight} for group, weight in weights.items()]
        action = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
        self.aws.answers("elbv2", "modify_rule", {"Rules": []}, {"RuleArn": rule, "Actions": [action]})


@pytest.fixture
def hand(stubbed: StubbedAws, monkeypatch: pytest.MonkeyPatch) -> Repair:
    return Repair(stubbed, monkeypatch)


@pytest.mark.parametrize("service", [SERVICE, NATIVE], ids=["CodeDeploy", "native"])
def test_both_rules_go_back_to_the_live_tasks(hand: Repair, service: ServiceOutputs) -> None:
    hand.healthy(BLUE, "healthy")
    hand.writes(PRODUCTION_RULE, {BLUE: 100, GREEN: 0})
    hand.writes(TEST_RULE, {BLUE: 100, GREEN: 0})
    hand.run(SWAPPED, SWAPPED, service=service)
    hand.aws.all_was_asked()
    assert hand.asked == ["Change these rules now?"]
    assert hand.said.splitlines() == [
        f"hello: the production rule goes from blue 0, green 100 to blue 100, green 0 ({PRODUCTION_RULE}).",
        f"hello: the test rule goes from blue 0, green 100 to blue 100, green 0 ({TEST_RULE}).",
        "hello: the production rule is changed.",
        "hello: the test rule is changed.",
    ]


def test_only_the_rule_that_is_wrong_is_written(hand: Repair) -> None:
    hand.healthy(BLUE, "healthy")
    hand.writes(TEST_RULE, {BLUE: 100, GREEN: 0})
    hand.run(replace(LIVE, test=WRONG), replace(LIVE, test=WRONG))
    hand.aws.all_was_asked()


def test_live_tasks_may_be_green(hand: Repair) -> None:
    green = replace(SWAPPED, task_sets=(replace(TASKS, label="green", target_group=GREEN),))
    stale = replace(green, production={BLUE: 100, GREEN: 0})
    hand.healthy(GREEN, "healthy")
    hand.writes(PRODUCTION_RULE, {BLUE: 0, GREEN: 100})
    hand.run(stale, stale)
    hand.aws.all_was_asked()


def test_a_rolling_update_has_one_group(hand: Repair) -> None:
    away = replace(LIVE, production={GREEN: 1}, test={})
    hand.healthy(BLUE, "healthy")
    hand.writes(PRODUCTION_RULE, {BLUE: 100})
    hand.run(away, away, service=ROLLING)
    hand.aws.all_was_asked()


def test_nothing_to_repair_asks_nothing(hand: Repair) -> None:
    hand.run(LIVE)
    assert hand.asked == []
    assert hand.said.startswith("Nothing to repair")


def test_without_a_yes_nothing_is_written(hand: Repair) -> None:
    hand.healthy(BLUE, "healthy")
    error = hand.refused(SWAPPED, agreed=False)
    assert error.problem == "Nothing was changed."
    assert "goes from" in hand.said


def test_a_deployment_that_is_under_way_owns_the_weights(hand: Repair) -> None:
    error = hand.refused(replace(SWAPPED, under_way=UNDER_WAY))
    assert error.problem == "hello: the deployment d-NEW is under way, and the weights are its own."
    assert "make watch ENV=dev SERVICE=hello" in str(error)
    assert hand.asked == []


@pytest.mark.parametrize(
    "now",
    [
        replace(SWAPPED, under_way=UNDER_WAY),
        replace(SWAPPED, production={BLUE: 50, GREEN: 50}),
        replace(SWAPPED, task_sets=(replace(TASKS, target_group=GREEN),)),
    ],
    ids=["a deployment began", "weights moved", "other tasks are live"],
)
def test_what_changed_while_the_question_stood(hand: Repair, now: Live) -> None:
    hand.healthy(BLUE, "healthy")
    assert "hello has changed meanwhile" in hand.refused(SWAPPED, now).problem


@pytest.mark.parametrize("health", [(), ("unhealthy", "initial"), ("draining",)])
def test_users_are_not_sent_where_nobody_is_healthy(hand: Repair, health: tuple[str, ...]) -> None:
    hand.healthy(BLUE, *health)
    error = hand.refused(SWAPPED)
    assert error.problem == (
        f"hello: none of the {len(health)} tasks that users would be sent to is healthy."
    )
    assert hand.asked == []


def test_tasks_of_which_ecs_tells_no_group(hand: Repair) -> None:
    unknown = replace(SWAPPED, task_sets=(replace(TASKS, target_group=None, label="?"),))
    assert "ECS names no target group" in hand.refused(unknown, service=NATIVE).problem


def test_a_rule_that_does_more_than_forward(hand: Repair) -> None:
    hand.healthy(BLUE, "healthy")
    actions = [{"Type": "authenticate-oidc", "Order": 1}, {"Type": "forward", "Order": 2}]
    hand.aws.answers("elbv2", "describe_rules", {"Rules": [{"Actions": actions}]})
    error = hand.refused(replace(LIVE, production=WRONG), replace(LIVE, production=WRONG))
    assert "does more than forward: authenticate-oidc, forward" in error.problem


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "answer"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_a_person_is_asked(monkeypatch: pytest.MonkeyPatch, typed: str, answer: bool) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert agreement(yes=False)("Really?") is answer


def test_nobody_is_asked_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert agreement(yes=False)("Really?") is False
    assert agreement(yes=True)("Really?") is True
