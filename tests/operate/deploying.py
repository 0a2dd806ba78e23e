"""A project whose templates a test edits, and a CDK CLI that works in the test's own process."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console

from environments.model import Environment
from operate.aws import Aws
from operate.deploying.cdk import CHANGE_SET, Cdk
from operate.deploying.change_set import Follow
from operate.deploying.deploy import Choice, deploy
from operate.deploying.diff import diff
from operate.deploying.tools import Tools
from operate.outputs import Deployed
from operate.releasing.watch import Pace
from rehearsal import assembly
from rehearsal.in_process import InProcessAws
from tests.operate.aws_calls import as_listed

Template = dict[str, Any]


class InProcessCdk(Cdk):
    """Prepares change sets as the CLI does, without a process; the app has been run before."""

    def __init__(self, aws: InProcessAws, folder: Path) -> None:
        super().__init__(assembly=folder)
        self._aws = aws
        self.prepared: list[str] = []
        self.interrupted_at: str | None = None

    def synthesize(self) -> None:
        """Nothing: the assembly is there."""

    def prepare(self, stack: str) -> None:
        """CreateChangeSet; the assets are published."""
        if stack == self.interrupted_at:
            raise KeyboardInterrupt
        self.prepared.append(stack)
        artifact = next(each for each in assembly.stacks(self.assembly) if each.path == stack)
        cloudformation = self._aws.client("cloudformation")
        found = [each["StackName"] for each in cloudformation.describe_stacks()["Stacks"]]
        cloudformation.create_change_set(
            StackName=artifact.name,
            ChangeSetName=CHANGE_SET,
            ChangeSetType="UPDATE" if artifact.name in found else "CREATE",
            TemplateBody=json.dumps(artifact.template),
            Tags=[{"Key": key, "Value": value} for key, value in self._tags(stack).items()],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )

    def diff(self, stacks: Sequence[str]) -> str:
        """Which stacks were compared."""
        return ", ".join(stacks)

    def _tags(self, path: str) -> Mapping[str, str]:
        from operate.deploying.assembly import read_stacks

        environment = path.partition("/")[0]
        return next(each.tags for each in read_stacks(self.assembly, environment) if each.path == path)


class Project:
    """dev's assembly, to be edited, and `deploy` on it.

    Args:
        aws: Where to deploy.
        environment: dev.
        synthesized: The directory of dev's stacks, as the app writes them; its assets are published.
        folder: An empty directory.
    """

    def __init__(self, aws: InProcessAws, environment: Environment, synthesized: Path, folder: Path) -> None:
        self.aws = aws
        self.environment = environment
        self._folder = folder / "cdk.out"
        self._stage = self._folder / "assembly-dev"
        self._synthesized = synthesized
        self.undo()
        self.cdk = InProcessCdk(aws, self._folder)
        self.asked: list[str] = []
        self.written = ""

    def undo(self) -> None:
        """The templates as the app wrote them."""
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(self._synthesized, self._stage)
        stage = {
            "type": "cdk:cloud-assembly",
            "properties": {"directoryName": "assembly-dev", "displayName": "dev"},
        }
        manifest = {"version": "36.0.0", "artifacts": {"assembly-dev": stage}}
        (self._folder / "manifest.json").write_text(json.dumps(manifest))

    def edit(self, stack: str, change: Callable[[Template], None]) -> None:
        """Change the template of a stack, such as "hello"."""
        (file,) = self._stage.glob(f"dev{stack}*.template.json")
        template = json.loads(file.read_text())
        change(template)
        file.write_text(json.dumps(template))
        # The CLI publishes what it has not published yet, by the hash that the assembly gives.
        (assets,) = self._stage.glob(f"dev{stack}*.assets.json")
        manifest = self._stage / "manifest.json"
        text = manifest.read_text()
        (artifact,) = [
            each["properties"]
            for each in json.loads(text)["artifacts"].values()
            if each.get("properties", {}).get("stackName") == f"dev-{stack}"
        ]
        before = artifact["stackTemplateAssetObjectUrl"].rpartition("/")[2].removesuffix(".json")
        after = hashlib.sha256(file.read_bytes()).hexdigest()
        manifest.write_text(text.replace(before, after))
        assets.write_text(assets.read_text().replace(before, after))

    def deploy(self, *, agree: bool = True, **choice: Any) -> str:
        """Run `deploy`; what it wrote."""
        text = StringIO()
        console = Console(file=text, width=400)
        # Made anew, so that what it asks is heard.
        deployed = self.deployed

        def ask(what: str) -> bool:
            self.asked.append(what)
            return agree

        self.cdk.prepared.clear()
        self.asked.clear()
        follow = Follow(aws=deployed.aws, console=console, every=0, sleep=self.aws.sleep)
        tools = Tools(console=console, cdk=self.cdk, agree=ask, follow=follow)
        pace = Pace(every=30, sleep=self.aws.sleep)
        try:
            with as_listed("deploy"):
                deploy(deployed, Choice(**choice, pace=pace), tools)
        finally:
            self.written = text.getvalue()
        return self.written

    def diff(self) -> str:
        """Run `diff`; what it wrote."""
        text, deployed = StringIO(), self.deployed
        console = Console(file=text, width=400)
        follow = Follow(aws=deployed.aws, console=console)
        tools = Tools(console=console, cdk=self.cdk, agree=lambda _: False, follow=follow)
        with as_listed("diff"):
            diff(deployed, tools)
        return text.getvalue()

    @property
    def deployed(self) -> Deployed:
        """The way of `operate` into it, with nothing remembered."""
        return Deployed(Aws(self.environment))


def resource(template: Template, kind: str) -> tuple[str, dict[str, Any]]:
    """The logical id and the first resource of a type."""
    return next((id_, each) for id_, each in template["Resources"].items() if each["Type"] == kind)


def setting(kind: str, **properties: Any) -> Callable[[Template], None]:
    """An edit that sets properties of the first resource of a type."""

    def change(template: Template) -> None:
        resource(template, kind)[1]["Properties"].update(properties)

    return change


def removing(kind: str, where: str = "") -> Callable[[Template], None]:
    """An edit that takes the first resource of a type out whose logical id has a part."""

    def change(template: Template) -> None:
        for id_, each in template["Resources"].items():
            if each["Type"] == kind and where in id_:
                del template["Resources"][id_]
                return
        raise AssertionError(f"no {kind} with {where!r} in its id")

    return change
