"""`bootstrap` and `deploy` with the real CDK CLI and an embedded AWS, from nothing to a refused change."""

import json
import time
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from environments.model import Environment
from operate.aws import Aws
from operate.deploying.bootstrap import bootstrap
from operate.deploying.cdk import Cdk
from operate.deploying.change_set import Follow
from operate.deploying.deploy import Choice, deploy
from operate.deploying.tools import Tools
from operate.outputs import Deployed
from operate.problem import OperateError
from rehearsal.assembly import StackArtifact
from rehearsal.server import EmbeddedAws
from tests.operate.deploying import Project, setting


class PreparedCdk(Cdk):
    """The real CLI, on an app that has been run before: that takes seconds, and the rehearsal does it."""

    def synthesize(self) -> None:
        """Nothing: the assembly is there."""


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedAws]:
    with EmbeddedAws() as started, pytest.MonkeyPatch.context() as patch:
        for name, value in started.environment().items():
            patch.setenv(name, value)
        yield started


class Cli:
    """dev's deployment, with all that is really run."""

    def __init__(self, server: EmbeddedAws, dev: Environment, stacks: Sequence[StackArtifact], folder: Path):
        # Next to each other, as the assets lie in the folder above the stage's.
        self.project = Project(server, dev, stacks[0].folder, folder)  # type: ignore[arg-type]
        self.server = server
        self.dev = dev
        for asset in stacks[0].folder.parent.glob("asset.*"):
            (folder / "cdk.out" / asset.name).symlink_to(asset)
        self.cdk = PreparedCdk(assembly=folder / "cdk.out", environment=server.environment())

    def tools(self, text: StringIO) -> tuple[Deployed, Tools]:
        deployed = Deployed(Aws(self.dev))
        console = Console(file=text, width=200)
        follow = Follow(aws=deployed.aws, console=console, every=0.05, sleep=time.sleep)
        return deployed, Tools(console=console, cdk=self.cdk, agree=lambda _: True, follow=follow)

    def bootstrap(self) -> str:
        text = StringIO()
        bootstrap(*self.tools(text))
        return text.getvalue()

    def deploy(self) -> str:
        text = StringIO()
        deployed, tools = self.tools(text)
        deploy(deployed, Choice(), tools)
        return text.getvalue()

    def templates(self) -> dict[str, Any]:
        cloudformation = self.server.client("cloudformation")
        return {
            stack["StackName"]: cloudformation.get_template(StackName=stack["StackName"])["TemplateBody"]
            for stack in cloudformation.describe_stacks()["Stacks"]
        }


def test_from_nothing_to_a_refused_change(
    server: EmbeddedAws,
    dev: Environment,
    dev_stacks: Sequence[StackArtifact],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cli = Cli(server, dev, dev_stacks, tmp_path)
    with pytest.raises(OperateError, match="is not bootstrapped") as refused:
        cli.deploy()
    assert "make bootstrap ENV=dev" in str(refused.value)

    assert "is ready for dev" in cli.bootstrap()
    first = cli.deploy()
    for stack in ("network", "registry", "platform", "hello"):
        assert f"dev-{stack}: created." in first
    assert "hello runs dev-hello:1 already" in first

    started = time.monotonic()
    assert "4 stacks are as the templates say: nothing to deploy." in cli.deploy()
    assert time.monotonic() - started < 5

    before = json.dumps(cli.templates(), sort_keys=True)
    cli.project.edit("hello", setting("AWS::ElasticLoadBalancingV2::TargetGroup", Port=81))
    with pytest.raises(OperateError, match="Would be replaced by its Port"):
        cli.deploy()
    # And were the templates not compared: CloudFormation's own change set tells as well.
    monkeypatch.setattr("operate.deploying.deploy_stacks.examine", lambda *_: [])
    with pytest.raises(OperateError, match="Would be replaced by its Port"):
        cli.deploy()
    assert json.dumps(cli.templates(), sort_keys=True) == before

    # An interrupted run leaves its change set behind; the next one takes it away.
    cli.cdk.prepare("dev/hello")
    cli.project.undo()
    cli.project.edit("hello", setting("AWS::CloudWatch::Alarm", Threshold=7))
    assert "dev-hello: updated." in cli.deploy()
