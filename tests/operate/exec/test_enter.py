"""`exec` on dev as it is deployed, with Exec on: up to the request, and the session in the plugin's hands."""

import io
import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from environments.model import Environment
from operate.cli import main
from operate.entering import plugin
from operate.entering.enter import Choice
from operate.outputs import Deployed
from rehearsal import assembly
from rehearsal.in_process import InProcessAws
from tests.operate.rehearsed import RehearsedAws
from tests.synthesis import new_app

SESSION = {"sessionId": "ecs-execute-command-1", "streamUrl": "wss://x", "tokenValue": "secret"}


@pytest.fixture(scope="module")
def opened(dev: Environment) -> Environment:
    """dev with Exec on for its first service."""
    first, *others = dev.services
    services = (first.model_copy(update={"exec_enabled": True}), *others)
    return dev.model_copy(update={"services": services})


@pytest.fixture(scope="module")
def running(opened: Environment) -> Iterator[InProcessAws]:
    """It, deployed."""
    from stacks.environment_stage import EnvironmentStage

    stage = EnvironmentStage(new_app(), environment=opened)
    with InProcessAws() as aws:
        for stack in assembly.stacks(Path(stage.synth().directory)):
            aws.deploy_artifact(stack)
        yield aws


class Terminal(io.StringIO):
    """Somebody types."""

    def isatty(self) -> bool:
        return True


@dataclass
class World:
    """What AWS is asked, and what it answers where moto has no answer."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    agent: str = "RUNNING"
    answer: dict[str, Any] | None = None
    code: int = 200


@pytest.fixture
def world(running: InProcessAws, opened: Environment) -> Iterator[World]:
    """moto knows neither sessions nor agents nor simulations: these are as AWS documents them."""
    aws, here = RehearsedAws(opened), World()

    def tasks(parsed: dict[str, Any], **_: Any) -> None:
        for task in parsed.get("tasks", []):
            task.update(enableExecuteCommand=True, platformVersion="1.4.0", lastStatus="RUNNING")
            for container in task["containers"]:
                container["runtimeId"] = "runtime"
                container["managedAgents"] = [{"name": "ExecuteCommandAgent", "lastStatus": here.agent}]

    def session(params: dict[str, Any], **_: Any) -> Any:
        here.asked.append(json.loads(params["body"]))
        return AWSResponse("", here.code, {}, None), here.answer or {"session": SESSION}

    def simulated(**_: Any) -> Any:
        return AWSResponse("", 200, {}, None), {"EvaluationResults": []}

    handlers = [
        ("ecs", "after-call.ecs.DescribeTasks", tasks),
        ("ecs", "before-call.ecs.ExecuteCommand", session),
        ("iam", "before-call.iam.SimulatePrincipalPolicy", simulated),
    ]
    for service, event, handler in handlers:
        aws.client(service).meta.events.register_first(event, handler)
    yield here
    for service, event, handler in handlers:
        aws.client(service).meta.events.unregister(event, handler)


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the plugin in PATH was called with; it ends with 3, as a session can."""
    path, said = tmp_path / plugin.NAME, tmp_path / "said"
    path.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo 1.2.900.0 && exit\nprintf "%s\\n" "$@" > {said}\nexit 3\n'
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return said


@pytest.fixture
def run(
    opened: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """The command line, in that environment: exit code, stdout and stderr."""
    monkeypatch.setattr("operate.commands.arguments.deployed", lambda _: Deployed(RehearsedAws(opened)))
    monkeypatch.setattr("sys.stdin", Terminal())
    name = opened.services[0].name

    def command(*words: str) -> tuple[int, str, str]:
        code = main(["exec", "dev", name, *words])
        return code, *capsys.readouterr()

    return command


def test_a_shell_in_the_newest_task(run, world: World, said: Path) -> None:
    code, out, err = run()
    assert code == 3
    (request,) = world.asked
    task = request.pop("task")
    assert request == {"cluster": "dev", "container": "app", "command": "/bin/sh", "interactive": True}
    session, region, operation, profile, target, endpoint = said.read_text().splitlines()
    assert json.loads(session) == SESSION
    assert (region, operation, profile) == ("eu-central-1", "StartSession", "")
    assert json.loads(target) == {"Target": f"ecs:dev_{task}_runtime"}
    assert endpoint == "https://ecs.eu-central-1.amazonaws.com"
    # Which task is said beside the session, and nothing that is well.
    assert out == ""
    assert err == f"app in task {task}, the only one (dev-hello:1)\n"


def test_without_a_terminal_it_is_tried_and_said(
    run, world: World, said: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code, _, err = run()
    assert (code, len(world.asked)) == (3, 1)
    (line,) = [each for each in err.splitlines() if each.startswith("warning  terminal ")]
    assert "Cannot perform start session: EOF" in line


def test_another_command_in_the_words_of_a_shell(run, world: World, said: Path) -> None:
    code, *_ = run("--container", "app", "--", "ls", "-la", "/a b")
    assert code == 3
    assert world.asked[0]["command"] == "ls -la '/a b'"


def test_the_deployed_environment_has_what_it_takes(run, world: World, said: Path) -> None:
    code, out, err = run("--check")
    assert (code, world.asked, err) == (0, [], "")
    verdicts = [line.split()[:2] for line in out.splitlines()[1:]]
    assert [verdict for verdict, _ in verdicts] == ["ok"] * 9
    assert not said.exists()


def test_without_the_plugin_nothing_is_asked_for(
    run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, out, err = run()
    assert (code, out, world.asked) == (2, "", [])
    assert "refused  plugin           session-manager-plugin is not in PATH" in err
    assert "No session: plugin stands in the way." in err
    assert run("--force")[0] == 2
    assert world.asked == []


def test_what_stands_in_the_way_is_said_before_anything_is_asked_for(run, world: World, said: Path) -> None:
    world.agent = "STOPPED"
    code, _, err = run()
    assert (code, world.asked) == (2, [])
    assert "refused  agent            STOPPED in app -> what else is refused here" in err
    assert run("--check")[0] == 2


def test_force_tries_all_the_same(run, world: World, said: Path) -> None:
    world.agent = "STOPPED"
    code, _, err = run("--force")
    assert (code, len(world.asked)) == (3, 1)
    assert "refused  agent" in err


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("TargetNotConnectedException", "ECS does not reach the agent in app."),
        (
            "InvalidParameterException",
            "AWS refused to open a session in app: No. (Invalid",
        ),
        ("AccessDeniedException", "Not allowed: open a session in app. No."),
    ],
)
def test_what_ecs_refuses(run, world: World, said: Path, error: str, told: str) -> None:
    world.code = 400
    world.answer = {"Error": {"Code": error, "Message": "No."}}
    code, _, err = run()
    assert code == 1
    assert told in err
    assert not said.exists()


def test_how_to_look_is_said_where_ecs_does_not_reach_the_agent(run, world: World, said: Path) -> None:
    world.code = 400
    world.answer = {"Error": {"Code": "TargetNotConnectedException", "Message": "No."}}
    assert 'Next: make exec ENV=dev SERVICE=hello ARGS="--check"' in run()[2]


@pytest.mark.parametrize(
    ("words", "command"),
    [((), "/bin/sh"), (("bash",), "bash"), (("ls -la",), "ls -la"), (("echo", "a b"), "echo 'a b'")],
)
def test_one_word_goes_as_it_is(words: tuple[str, ...], command: str) -> None:
    assert Choice(words=words).command == command
