"""An AWS inside the test's own process: the same models, no server, no CLI."""

import io
import json
import os
import zipfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from moto import mock_aws

from rehearsal import journal, models
from rehearsal.assembly import StackArtifact, files
from rehearsal.models.resource import client
from rehearsal.server import ACCOUNT

_BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"


class StackError(Exception):
    """A deployment failed; the message is the reason of the first resource that did."""


class InProcessAws(AbstractContextManager["InProcessAws"]):
    """moto with the rehearsal's models, for the length of a `with` block, empty at its start.

    Args:
        region: Region of the clients and stacks.
    """

    def __init__(self, region: str = "eu-central-1") -> None:
        self.region = region
        self._users: dict[str, str] = {}
        models.install()
        self._mock = mock_aws()

    def __enter__(self) -> "InProcessAws":
        # moto itself looks for the user's profile, and fails where there is none of that name.
        self._users = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("AWS_")}
        self._mock.start()
        models.install()
        journal.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._mock.stop()
        os.environ.update(self._users)

    def client(self, service: str) -> Any:
        """A boto3 client of this AWS."""
        return client(service, self.region)

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
        self.client("ssm").put_parameter(Name=_BOOTSTRAP_VERSION, Value="31", Type="String", Overwrite=True)
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


def _zipped(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return content.getvalue()
