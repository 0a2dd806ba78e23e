"""`status` on dev as it is deployed, and on what a deployed dev seldom shows."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from environments.model import Environment
from operate import cli
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError
from operate.reading.history import Deployment
from operate.reading.image import reference
from operate.reading.live import Alarm, Live
from operate.reading.status import Status, status
from operate.releasing.revision import Revision
from rehearsal.in_process import InProcessAws
from tests.operate.reading import (
    BLUE,
    ENDED,
    FAMILY,
    GREEN,
    LIVE,
    REGISTRY,
    SERVICE,
    TASKS,
    UNDER_WAY,
    StubbedAws,
)


def shown(
    deployed: Deployed, name: str | None = None, *, as_json: bool = False, terminal: bool = False
) -> str:
    """What the command writes to stdout."""
    out = io.StringIO()
    console = Console(file=out, width=100, force_terminal=terminal, color_system=None)
    status(deployed, name, as_json=as_json, console=console)
    return out.getvalue()


def document(deployed: Deployed, name: str | None = None) -> dict[str, Any]:
    return json.loads(shown(deployed, name, as_json=True))


def test_dev_as_json(dev_deployed: Deployed, dev_aws: InProcessAws) -> None:
    found = document(dev_deployed)
    assert (found["environment"], found["region"], found["account"]) == (
        "dev",
        "eu-central-1",
        "123456789012",
    )
    (hello,) = found["services"]
    outputs = dev_aws.outputs("dev-hello")
    assert hello["revision"] == outputs["TaskDefinitionArn"].rpartition("/")[2]
    assert hello["image"].startswith("123456789012.dkr.ecr.eu-central-1.amazonaws.com/dev/hello")
    assert hello["configured"] == {"revision": hello["revision"], "image": hello["image"]}
    assert (hello["url"], hello["controller"]) == (dev_aws.outputs("dev-platform")["Url"], "CODE_DEPLOY")
    assert hello["production"] == hello["test"] == {"blue": 100, "green": 0}
    assert hello["tasks"] == {"desired": 1, "running": 1, "pending": 0}
    (tasks,) = hello["task_sets"]
    assert (tasks["label"], tasks["status"], tasks["running"]) == ("blue", "PRIMARY", 1)
    assert len(hello["alarms"]) == 4
    assert (hello["under_way"], hello["deployments"]) == (None, [])


def test_dev_by_the_command_line(dev_aws: InProcessAws, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status", "dev", "hello", "--json"]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)["services"]] == ["hello"]
    assert cli.main(["status", "dev"]) == 0
    assert capsys.readouterr().out.startswith("hello\n  url           http://")


def test_dev_in_a_log_is_one_line_a_fact(dev_deployed: Deployed) -> None:
    lines = shown(dev_deployed).splitlines()
    starts = [line[:14].strip() for line in lines]
    assert starts == ["hello", "url", "revision", "image", "tasks", "", *["alarm"] * 4, "deployments"]
    assert lines[4] == "  tasks         1 of 1 run, 0 start"
    assert lines[5].startswith("                blue  PRIMARY  dev-hello:")
    assert lines[5].endswith("1/1 run  100 % of users, 100 % of tests")


def test_a_service_that_is_not_deployed_is_shown_beside_the_others(
    dev_aws: InProcessAws, dev_deployed: Deployed, dev: Environment
) -> None:
    (hello,) = dev.services
    other = hello.model_copy(update={"name": "other"})
    dev_deployed.aws.environment = dev.model_copy(update={"services": (hello, other)})
    try:
        both = Deployed(dev_deployed.aws)
        found = document(both)["services"]
        text = shown(both)
        with pytest.raises(OperateError, match="The stack dev-other does not exist"):
            document(both, "other")
    finally:
        dev_deployed.aws.environment = dev
    assert [each["name"] for each in found] == ["hello", "other"]
    assert "revision" in found[0]
    assert found[1]["problem"] == "The stack dev-other does not exist in eu-central-1."
    assert found[1]["next"] == "make deploy ENV=dev"
    assert "other\nThe stack dev-other does not exist" in text


def test_the_environment_that_is_not_deployed(dev: Environment, stubbed: StubbedAws) -> None:
    message = "Stack with id dev-hello does not exist"
    stubbed.refuses("cloudformation", "describe_stacks", "ValidationError", message)
    (hello,) = document(Deployed(stubbed))["services"]
    assert hello["problem"] == "The stack dev-hello does not exist in eu-central-1."


def test_an_answer_that_aws_refuses_is_a_failure_for_ci(stubbed: StubbedAws) -> None:
    console = Console(file=io.StringIO())
    stubbed.refuses("cloudformation", "describe_stacks", "AccessDenied")
    assert status(Deployed(stubbed), None, as_json=True, console=console) is ExitCode.FAILED
    stubbed.refuses("cloudformation", "describe_stacks", "ValidationError", "It does not exist")
    assert status(Deployed(stubbed), None, as_json=False, console=console) is ExitCode.DONE


CONFIGURED = Revision(
    arn=f"{FAMILY}:5",
    status="ACTIVE",
    image=reference(f"{REGISTRY}/dev/hello:v5"),
    base=None,
    definition={},
    tags={},
)
FAILED = Deployment(
    id="d-BAD",
    status="Failed",
    creator="user",
    created=ENDED.created - timedelta(hours=1),
    configuration="Canary",
    revision=None,
    error="ALARM_ACTIVE: An alarm fired.",
    rolled_back_by="d-BACK",
)
GREEN_TASKS = replace(
    TASKS,
    id="ecs-svc/2",
    label="green",
    status="ACTIVE",
    target_group=GREEN,
    running=1,
    pending=1,
    steady=False,
)
MOVING = replace(
    LIVE,
    base="dev-hello:2",
    task_sets=(TASKS, replace(GREEN_TASKS, revision=f"{FAMILY}:4")),
    production={BLUE: 80, GREEN: 20},
    test={BLUE: 0, GREEN: 100},
    alarms=(
        Alarm(name="errors", state="OK", reason="fine"),
        Alarm(name="late", state="ALARM", reason="3 > 1"),
    ),
    under_way=UNDER_WAY,
    deployments=(UNDER_WAY, replace(ENDED, old_tasks_wait=True), FAILED),
)
MIGRATING = replace(SERVICE, migration=("python", "-m", "migrate"))


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch, stubbed: StubbedAws) -> Deployed:
    """A deployed environment in the middle of a release, without asking AWS."""

    def ask(deployed: Deployed, name: str, live: Live = MOVING) -> Status:
        return Status(service=MIGRATING, live=live, configured=CONFIGURED)

    monkeypatch.setattr("operate.reading.status.read_service", ask)
    return Deployed(stubbed)


def test_a_release_in_the_middle(made_up: Deployed) -> None:
    text = shown(made_up, "hello")
    assert "revision      dev-hello:3, made by a release from dev-hello:2\n" in text
    assert f"configured    dev-hello:5, {REGISTRY}/dev/hello:v5\n" in text
    assert "blue  PRIMARY  dev-hello:3  2/2 run  80 % of users, 0 % of tests\n" in text
    assert "green ACTIVE   dev-hello:4  1/2 run  20 % of users, 100 % of tests  not steady\n" in text
    assert "alarm         OK  errors\n" in text
    assert "alarm         ALARM  late  3 > 1\n" in text
    assert "d-NEW  InProgress  dev-hello:4  CodeDeployDefault.ECSAllAtOnce, by user\n" in text
    assert "d-OLD  Succeeded (old tasks wait)" in text
    assert "d-BAD  Failed  an unknown revision  Canary, by user  undone by d-BACK\n" in text
    assert "ALARM_ACTIVE: An alarm fired.\n" in text


def test_the_image_of_a_migration(made_up: Deployed) -> None:
    assert (
        f"python -m migrate, before each release and with its image; the live one is {LIVE.image}\n"
        in shown(made_up, "hello")
    )
    assert document(made_up, "hello")["services"][0]["one_off"] == [
        {"kind": "migration", "command": ["python", "-m", "migrate"], "image": LIVE.image}
    ]


def test_a_release_in_the_middle_as_json(made_up: Deployed) -> None:
    (hello,) = document(made_up, "hello")["services"]
    assert (hello["revision"], hello["base"]) == ("dev-hello:3", "dev-hello:2")
    assert hello["configured"] == {"revision": "dev-hello:5", "image": f"{REGISTRY}/dev/hello:v5"}
    assert hello["production"] == {"blue": 80, "green": 20}
    assert hello["test"] == {"blue": 0, "green": 100}
    assert [(each["label"], each["steady"]) for each in hello["task_sets"]] == [
        ("blue", True),
        ("green", False),
    ]
    assert hello["alarms"][1] == {"name": "late", "state": "ALARM", "reason": "3 > 1"}
    assert hello["under_way"]["id"] == "d-NEW"
    assert hello["deployments"][2] == {
        "id": "d-BAD",
        "status": "Failed",
        "creator": "user",
        "created": "2026-11-22T08:00:00+00:00",
        "configuration": "Canary",
        "revision": None,
        "error": "ALARM_ACTIVE: An alarm fired.",
        "rolled_back_by": "d-BACK",
        "old_tasks_wait": False,
    }


def test_on_a_terminal_it_is_a_table_as_wide_as_that(made_up: Deployed) -> None:
    lines = shown(made_up, "hello", terminal=True).splitlines()
    assert max(len(line) for line in lines) <= 100
    assert any(line.startswith("configured   ") for line in lines)


def test_a_live_revision_that_nobody_made(made_up: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown = Status(service=SERVICE, live=replace(LIVE, base=None), configured=CONFIGURED)
    monkeypatch.setattr("operate.reading.status.read_service", lambda *_: unknown)
    assert "revision      dev-hello:3, not the configured one\n" in shown(made_up, "hello")
