"""A release that comes while the old tasks of the one before wait for their end, and waits with them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from environments.model import Environment
from operate import cli
from operate.commands import arguments
from operate.problem import ExitCode, OperateError
from operate.releasing import commands
from operate.releasing.outcome import Outcome
from operate.releasing.release import Choice
from operate.releasing.revision import IMAGE_TAG, read_revision
from tests.operate.rehearsed import Rehearsed, rehearsed


@pytest.fixture
def hello(dev: Environment) -> Iterator[Rehearsed]:
    """v2 has all traffic, and v1's tasks wait."""
    with rehearsed(dev) as service:
        for tag in ("v2", "v3"):
            service.push(tag)
        _release(service, image="v2")
        service.forget()
        yield service


def _release(hello: Rehearsed, **choice: Any) -> Outcome:
    return hello.run(commands.releasing(Choice(**choice), hello.pace))


def _meanwhile(hello: Rehearsed, act: Callable[[], Any]) -> None:
    """Have something happen at the first wait."""
    sleep, waited = hello.pace.sleep, []

    def then(seconds: float) -> None:
        if not waited:
            waited.append(act())
        sleep(seconds)

    hello.pace = replace(hello.pace, sleep=then)


def _deployments(hello: Rehearsed) -> list[tuple[str, str]]:
    return [(each.id, each.status) for each in hello.live.deployments]


def test_it_waits_for_their_end_and_goes_on(hello: Rehearsed) -> None:
    ((before, _),) = _deployments(hello)

    outcome = _release(hello, image="v3", wait_for_old_tasks=True)

    assert (outcome.result, outcome.problem) == ("released", None)
    assert outcome.revision is not None
    tags = read_revision(hello.aws, hello.service, outcome.revision).tags
    assert tags[IMAGE_TAG].startswith("v3@")
    assert _deployments(hello) == [(outcome.deployment, "InProgress"), (before, "Succeeded")]
    assert (
        f"{before} has moved all traffic; waiting for the end of its old tasks, which make finish ENV=dev "
        "SERVICE=hello ends at once"
    ) in hello.written


def test_without_being_asked_it_is_refused_at_once(hello: Rehearsed) -> None:
    _meanwhile(hello, lambda: pytest.fail("nobody asked to wait"))
    with pytest.raises(OperateError, match="its old tasks wait for their end"):
        _release(hello, image="v3")


def test_it_believes_the_stages_where_the_flag_is_silent(hello: Rehearsed) -> None:
    def silent(answer: dict[str, Any]) -> None:
        for info in answer["deploymentsInfo"]:
            info["instanceTerminationWaitTimeStarted"] = False

    hello.changes("codedeploy", "BatchGetDeployments", silent)
    assert _release(hello, image="v3", wait_for_old_tasks=True).result == "released"


def test_what_is_live_already_waits_for_nobody(hello: Rehearsed) -> None:
    _meanwhile(hello, lambda: pytest.fail("there is nothing to wait for"))
    assert _release(hello, image="v2", wait_for_old_tasks=True).result == "already live"


def test_while_traffic_still_moves_it_is_refused(hello: Rehearsed) -> None:
    hello.run(commands.finishing(hello.pace))
    _release(hello, image="v3", wait=False)
    _meanwhile(hello, lambda: pytest.fail("who knows how that ends"))
    with pytest.raises(OperateError, match="a service has one at a time"):
        _release(hello, image="v1", wait_for_old_tasks=True)


def test_where_somebody_took_the_one_before_back_nothing_is_released(hello: Rehearsed) -> None:
    """The reason may lie in what this release has as well."""
    ((before, _),) = _deployments(hello)
    stop = hello.embedded.client("codedeploy").stop_deployment
    _meanwhile(hello, lambda: stop(deploymentId=before, autoRollbackEnabled=True))

    with pytest.raises(OperateError) as refused:
        _release(hello, image="v3", wait_for_old_tasks=True)

    assert f"{before} of hello:2 went back while its old tasks waited: " in refused.value.problem
    assert refused.value.problem.endswith("Nothing was released.")
    assert refused.value.code is ExitCode.FAILED
    assert hello.revisions() == ["hello:1", "hello:2"]


def test_what_somebody_else_releases_first_is_looked_at_again(hello: Rehearsed) -> None:
    def another() -> None:
        hello.run(commands.finishing(replace(hello.pace, sleep=hello.embedded.sleep)))
        release = commands.releasing(
            Choice(image="v1", wait=False), replace(hello.pace, sleep=hello.embedded.sleep)
        )
        hello.run(release)

    _meanwhile(hello, another)
    with pytest.raises(OperateError, match="a service has one at a time"):
        _release(hello, image="v3", wait_for_old_tasks=True)


def test_ctrl_c_leaves_all_as_it_is(hello: Rehearsed) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    _meanwhile(hello, interrupt)
    with pytest.raises(OperateError) as left:
        _release(hello, image="v3", wait_for_old_tasks=True)
    assert left.value.code is ExitCode.INTERRUPTED
    ((before, _),) = _deployments(hello)
    assert str(left.value) == (
        f"Nobody waits for the old tasks of {before} any more, and nothing was released: interrupted.\n"
        "Next: make release ENV=dev SERVICE=hello begins anew."
    )
    assert [status for _, status in _deployments(hello)] == ["InProgress"]
    assert hello.revisions() == ["hello:1", "hello:2"]


@pytest.mark.parametrize(("words", "waits"), [((), False), (("--wait-for-old-tasks",), True)])
def test_the_command_line(words: Sequence[str], waits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Choice] = []
    monkeypatch.setattr(arguments, "deployed", lambda _: None)
    monkeypatch.setattr(commands, "releasing", lambda choice, _: asked.append(choice))
    monkeypatch.setattr(commands, "perform", lambda *_, **__: None)
    assert cli.main(["release", "dev", "hello", *words]) == 0
    assert [choice.wait_for_old_tasks for choice in asked] == [waits]
