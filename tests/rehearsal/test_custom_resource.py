"""Custom resources: the function really runs, and CloudFormation's rules for its answer hold."""

import json
from typing import Any

import pytest

from rehearsal import journal
from rehearsal.in_process import InProcessAws, StackError
from tests.rehearsal.functions import custom, function
from tests.rehearsal.templates import att, parameter, ref, template


def events(aws: InProcessAws) -> dict[str, Any]:
    """The events the function was called with, by request type and physical id."""
    found = aws.client("ssm").get_parameters_by_path(Path="/events", Recursive=True)["Parameters"]
    return {item["Name"].removeprefix("/events/"): json.loads(item["Value"]) for item in found}


def test_the_event_is_the_documented_one(aws: InProcessAws) -> None:
    thing = custom(Flag=True, Count=3, Nested={"List": [1, False, "x"]})
    aws.deploy("s", template({**function(), "Thing": thing}))

    event = events(aws)["Create/first"]
    token = event["ServiceToken"]
    assert event["ResourceType"] == "Custom::Thing"
    assert event["LogicalResourceId"] == "Thing"
    assert event["StackId"].startswith("arn:aws:cloudformation:eu-central-1:123456789012:stack/s/")
    assert event["ResponseURL"].startswith("http://127.0.0.1:")
    assert event["RequestId"]
    assert event["ResourceProperties"] == {
        "ServiceToken": token,
        "Flag": "true",
        "Count": "3",
        "Nested": {"List": ["1", "false", "x"]},
    }
    assert "PhysicalResourceId" not in event
    assert "OldResourceProperties" not in event
    assert token.startswith("arn:aws:lambda:eu-central-1:123456789012:function:s-Function-")


def test_the_answer_feeds_ref_and_get_att(aws: InProcessAws) -> None:
    body = """
    answer["PhysicalResourceId"] = "made-" + properties["Name"]
    answer["Data"] = {"Greeting": "hello " + properties["Name"], "Nested.Key": 7}
    """
    resources = {
        **function(body),
        "Thing": custom("AWS::CloudFormation::CustomResource", Name="world"),
        "Id": parameter("/id", ref("Thing")),
        "Text": parameter("/text", att("Thing", "Greeting")),
    }
    aws.deploy("s", template(resources, Number=att("Thing", "Nested.Key")))

    ssm = aws.client("ssm")
    assert ssm.get_parameter(Name="/id")["Parameter"]["Value"] == "made-world"
    assert ssm.get_parameter(Name="/text")["Parameter"]["Value"] == "hello world"
    assert aws.outputs("s") == {"Number": "7"}


def test_an_attribute_that_was_not_answered_fails_its_reader(aws: InProcessAws) -> None:
    resources = {**function(), "Thing": custom(), "Text": parameter("/text", att("Thing", "Absent"))}
    with pytest.raises(StackError, match="Vendor response doesn't contain Absent attribute"):
        aws.deploy("s", template(resources))


def test_an_update_brings_both_versions_and_a_deletion_the_last(aws: InProcessAws) -> None:
    aws.deploy("s", template({**function(), "Thing": custom(Size=1)}))
    aws.deploy("s", template({**function(), "Thing": custom(Size=2)}))
    update = events(aws)["Update/first"]
    assert update["PhysicalResourceId"] == "first"
    assert update["ResourceProperties"]["Size"] == "2"
    assert update["OldResourceProperties"]["Size"] == "1"

    aws.destroy("s")
    deletion = events(aws)["Delete/first"]
    assert deletion["PhysicalResourceId"] == "first"
    assert deletion["ResourceProperties"]["Size"] == "2"


def test_another_physical_id_is_a_replacement(aws: InProcessAws) -> None:
    body = """
    if event["RequestType"] == "Update":
        answer["PhysicalResourceId"] = "second"
    """
    for size in (1, 2):
        resources = {
            **function(body),
            "Thing": custom(Size=size),
            "Id": parameter("/id", ref("Thing")),
        }
        aws.deploy("s", template(resources))

    assert aws.client("ssm").get_parameter(Name="/id")["Parameter"]["Value"] == "second"
    # The resource before is deleted at the end, with the properties it was made with.
    assert events(aws)["Delete/first"]["ResourceProperties"]["Size"] == "1"
    sequence = [event for event in aws.events("s") if event[0] == "Thing"][2:]
    assert sequence == [
        ("Thing", "UPDATE_IN_PROGRESS"),
        ("Thing", "UPDATE_COMPLETE"),
        ("Thing", "DELETE_IN_PROGRESS"),
        ("Thing", "DELETE_COMPLETE"),
    ]

    aws.destroy("s")
    assert events(aws)["Delete/second"]["ResourceProperties"]["Size"] == "2"


def test_failed_fails_the_resource_with_its_reason(aws: InProcessAws) -> None:
    body = 'answer.update(Status="FAILED", Reason="no such listener")'
    with pytest.raises(
        StackError,
        match=r"s/Thing \(Custom::Thing\) CREATE_FAILED: Received response status \[FAILED\] from custom "
        r"resource\. Message returned: no such listener",
    ):
        aws.deploy("s", template({**function(body), "Thing": custom()}))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return", "returned without an answer"),
        ("raise ValueError('broken')", "raised ValueError: broken"),
        ('answer["PhysicalResourceId"] = ""', r"Invalid PhysicalResourceId\."),
        ('answer["RequestId"] = "other"', "RequestId is 'other'"),
        ('answer["Status"] = "OK"', "Status is 'OK'"),
        ('answer["Status"] = "FAILED"', "FAILED without a Reason"),
        ('answer["Data"] = {"Long": "x" * 4096}', r"Response object is too long\."),
    ],
)
def test_an_answer_that_cloudformation_would_not_take_fails(
    aws: InProcessAws, body: str, reason: str
) -> None:
    with pytest.raises(StackError, match=reason):
        aws.deploy("s", template({**function(body), "Thing": custom()}))


def test_the_service_token_stays(aws: InProcessAws) -> None:
    aws.deploy("s", template({**function(), "Thing": custom()}))

    with pytest.raises(StackError, match=r"Modifying service token is not allowed\."):
        aws.deploy("s", template({**function(FunctionName="other"), "Thing": custom()}))


def test_the_journal_names_the_function(aws: InProcessAws) -> None:
    aws.deploy("s", template({**function(FunctionName="rules"), "Thing": custom()}))

    executed = [entry for entry in journal.read() if entry.kind is journal.Kind.EXECUTED]
    assert [(e.logical_id, e.type, e.detail) for e in executed] == [
        ("Thing", "Custom::Thing", "Create: rules")
    ]


def test_a_function_that_cannot_run_is_skipped_by_name(aws: InProcessAws) -> None:
    resources = {
        **function(Runtime="nodejs22.x"),
        "Thing": custom("Custom::Elsewhere"),
        "Text": parameter("/text", att("Thing", "Anything")),
    }
    aws.deploy("s", template(resources))

    assert aws.client("ssm").get_parameter(Name="/text")["Parameter"]["Value"] == "skipped-Anything"
    skipped = [entry for entry in journal.read() if entry.kind is journal.Kind.SKIPPED]
    assert [(e.type, e.detail) for e in skipped] == [
        ("Custom::Elsewhere", "Create: its function has the runtime nodejs22.x")
    ]
