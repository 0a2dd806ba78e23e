"""How a function's code is run: where it comes from, what it sees, and what it leaves behind."""

import io
import os
import sys
import zipfile
from typing import Any

import pytest

from rehearsal.in_process import InProcessAws
from tests.rehearsal.functions import custom, function
from tests.rehearsal.templates import att, resource, template


def deploy(aws: InProcessAws, body: str, **properties: Any) -> dict[str, str]:
    """Deploy a function that answers with what `body` puts into `data`; that data."""
    lines = ["data = {}", *body.splitlines(), 'answer["Data"] = data']
    resources = {**function("\n".join(lines), **properties), "Thing": custom()}
    names = ("One", "Two")
    aws.deploy("s", template(resources, **{name: att("Thing", name) for name in names}))
    return aws.outputs("s")


def test_it_sees_its_environment_and_not_the_users(
    aws: InProcessAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "mine")
    body = 'data["One"] = os.environ["COLOUR"] + " " + os.environ["AWS_REGION"]\n'
    body += 'data["Two"] = str({"AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"} & set(os.environ))'

    assert deploy(aws, body, Environment={"Variables": {"COLOUR": "blue"}}) == {
        "One": "blue eu-central-1",
        "Two": "set()",
    }
    assert os.environ["AWS_SESSION_TOKEN"] == "mine"
    assert "COLOUR" not in os.environ


def test_every_call_starts_with_a_fresh_module(aws: InProcessAws) -> None:
    body = 'data["One"] = str(len(seen))\ndata["Two"] = context.function_name[:2]'
    before = set(sys.modules)

    for size in (1, 2):
        outputs = deploy(aws, body, Description=str(size))
        assert outputs == {"One": "1", "Two": "s-"}
    assert not [name for name in set(sys.modules) - before if name.startswith("_rehearsed_")]


def test_code_comes_from_the_zip_in_s3_with_the_files_beside_it(aws: InProcessAws) -> None:
    handler = (
        "import json, urllib.request\n"
        "from pack.helper import TEXT\n"
        "def run(event, context):\n"
        "    answer = {k: event[k] for k in ('StackId', 'RequestId', 'LogicalResourceId')}\n"
        "    answer.update(Status='SUCCESS', PhysicalResourceId='x', Data={'Text': TEXT})\n"
        "    urllib.request.urlopen(urllib.request.Request(\n"
        "        event['ResponseURL'], json.dumps(answer).encode(), method='PUT'))\n"
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("code/main.py", handler)
        archive.writestr("pack/__init__.py", "")
        archive.writestr("pack/helper.py", "TEXT = 'from the zip'")
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="code", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="code", Key="function.zip", Body=content.getvalue())
    stored = {"S3Bucket": "code", "S3Key": "function.zip"}
    resources = function(Handler="code/main.run")
    resources["Function"]["Properties"]["Code"] = stored

    aws.deploy("s", template({**resources, "Thing": custom()}, Text=att("Thing", "Text")))

    assert aws.outputs("s") == {"Text": "from the zip"}
    assert "pack" not in sys.modules


def test_its_boto3_calls_reach_the_same_aws(aws: InProcessAws) -> None:
    body = 'boto3.client("logs").create_log_group(logGroupName="by-function")\n'
    body += 'data["One"], data["Two"] = "done", boto3.client("sts").get_caller_identity()["Account"]'

    assert deploy(aws, body) == {"One": "done", "Two": "123456789012"}
    groups = aws.client("logs").describe_log_groups()["logGroups"]
    assert [group["logGroupName"] for group in groups] == ["by-function"]


def test_new_code_runs_at_the_next_request(aws: InProcessAws) -> None:
    for word in ("old", "new"):
        body = f'answer["Data"] = {{"Word": "{word}"}}'
        resources = {
            **function(body),
            "Thing": resource("Custom::Thing", ServiceToken=att("Function", "Arn")),
        }
        resources["Thing"]["Properties"]["Word"] = word
        aws.deploy("s", template(resources, Word=att("Thing", "Word")))
        assert aws.outputs("s") == {"Word": word}
