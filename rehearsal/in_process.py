"""An AWS inside the test's own process: the same models, no server, no CLI."""

import io
import json
import os
import zipfile
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from moto import mock_aws

from rehearsal import images, journal, models
from rehearsal.assembly import StackArtifact, files, stacks
from rehearsal.clock import CLOCK, SECONDS_PER_MINUTE
from rehearsal.models import codedeploy_running
from rehearsal.models.resource import client
from rehearsal.server import ACCOUNT


class StackError(Exception):
    """A deployment failed; the message is the reason of the first resource that did."""


class InProcessAws(AbstractContextManager["InProcessAws"]):
    """moto with the rehearsal's models, for the length of a `with` block, empty at its start.

    Its clock stands still: a deployment of CodeDeploy and a one-off task go on when a test says so.

        aws.advance(minutes=5)  # a canary of five minutes has now moved all traffic
        watch(sleep=aws.sleep)  # whoever would wait gets a sleep that moves the clock instead
        watch(now=aws.now)      # and reads the time from here, where it shows how much is left

    All that is due in between happens, in order, at its own time. Alarms are looked at when the clock moves
    and with every call to CodeDeploy: `set_alarm_state` first, then `advance`.

    Args:
        region: Region of the clients and stacks.
        seconds_per_minute: Real seconds that a minute lasts; by default 0: `advance` alone moves the clock.
    """

    def __init__(self, region: str = "eu-central-1", *, seconds_per_minute: float = 0) -> None:
        self.region = region
        self._seconds_per_minute = seconds_per_minute
        self._users: dict[str, str] = {}
        models.install()
        self._mock = mock_aws()

    def __enter__(self) -> "InProcessAws":
        # moto itself looks for the user's profile, and fails where there is none of that name.
        self._users = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("AWS_")}
        self._mock.start()
        models.install()
        journal.clear()
        CLOCK.set(self._seconds_per_minute)
        return self

    def __exit__(self, *_: object) -> None:
        self._mock.stop()
        CLOCK.set(SECONDS_PER_MINUTE)
        os.environ.update(self._users)

    def client(self, service: str) -> Any:
        """A boto3 client of this AWS."""
        return client(service, self.region)

    def advance(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Move the clock, and do what is due by then."""
        CLOCK.advance(60 * minutes + seconds)
        codedeploy_running.tick()

    def sleep(self, seconds: float) -> None:
        """Do what `time.sleep` would let happen, at once."""
        self.advance(seconds=seconds)

    def now(self) -> datetime:
        """What time this AWS has: its answers count from here."""
        return CLOCK.stamp(CLOCK.now())

    def push_image(self, repository: str, tag: str, architecture: str = "ARM64") -> str:
        """Put an image under a tag into a repository, as a build elsewhere would; its digest."""
        return images.push(self.client("ecr"), repository, tag, architecture)

    def deploy(self, name: str, template: dict[str, Any]) -> None:
        """Create or update a stack.

        Raises:
            StackError: A resource failed. The stack stays as it is: nothing rolls back.
        """
        cloudformation = self.client("cloudformation")
        exists = any(stack["StackName"] == name for stack in cloudformation.describe_stacks()["Stacks"])
        call = cloudformation.update_stack if exists else cloudformation.create_stack
        call(StackName=name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"])
        self._raise_if_failed(name)

    def deploy_artifact(self, stack: StackArtifact) -> None:
        """Create or update a stack of an assembly, its assets included.

        Raises:
            StackError: A resource failed.
        """
        self.publish(stack.folder)
        self.deploy(stack.name, stack.template)

    def destroy(self, name: str) -> None:
        """Delete a stack.

        Raises:
            StackError: A resource could not be deleted.
        """
        cloudformation = self.client("cloudformation")
        cloudformation.delete_stack(StackName=name)
        if any(stack["StackName"] == name for stack in cloudformation.describe_stacks()["Stacks"]):
            self._raise_if_failed(name)

    def publish(self, folder: Path) -> None:
        """Do what `cdk bootstrap` and the CLI's asset publishing do, as far as stacks notice."""
        # Each qualifier has a version of its own, and the templates name it.
        for name in {_bootstrap_version(stack) for stack in stacks(folder)} - {""}:
            self.client("ssm").put_parameter(Name=name, Value="31", Type="String", Overwrite=True)
        s3 = self.client("s3")
        for path, bucket, key in files(folder):
            name = bucket.replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", self.region)
            if name not in {item["Name"] for item in s3.list_buckets()["Buckets"]}:
                where = {"LocationConstraint": self.region}
                s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
            s3.put_object(Bucket=name, Key=key, Body=_zipped(path) if path.is_dir() else path.read_bytes())

    def outputs(self, name: str) -> dict[str, str]:
        """Outputs of a stack."""
        stack = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def events(self, name: str) -> list[tuple[str, str]]:
        """Logical id and status of every event of a stack, oldest first."""
        events = self.client("cloudformation").describe_stack_events(StackName=name)["StackEvents"]
        return [(event["LogicalResourceId"], event["ResourceStatus"]) for event in reversed(events)]

    def _raise_if_failed(self, name: str) -> None:
        cloudformation = self.client("cloudformation")
        status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        if not status.endswith("_FAILED"):
            return
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        # Newest first: the stack's own event, and before it the resource that made it fail.
        failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
        cause = next((event for event in failed if event["LogicalResourceId"] != name), failed[0])
        raise StackError(
            f"{name}/{cause['LogicalResourceId']} ({cause['ResourceType']}) {cause['ResourceStatus']}: "
            f"{cause['ResourceStatusReason']}"
        )


def _bootstrap_version(stack: StackArtifact) -> str:
    return stack.template.get("Parameters", {}).get("BootstrapVersion", {}).get("Default", "")


def _zipped(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return content.getvalue()
