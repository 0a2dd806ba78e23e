"""A stack as CloudFormation has it, and whether a deployment would change it."""

import json
from typing import Any

import pytest

from operate.deploying.assembly import Stack
from operate.problem import OperateError
from operate.reading.stack_state import StackState, read_roles, read_state
from tests.operate.reading import StubbedAws

CFN = "cloudformation"
TEMPLATE = {"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}


def stack(**changes: Any) -> Stack:
    values = {"template": TEMPLATE, "tags": {"owner": "team"}, **changes}
    return Stack(id="hello", path="dev/hello", name="dev-hello", bootstrap=6, needs=[], **values)


def state(status: str | None = "UPDATE_COMPLETE") -> StackState:
    return StackState(name="dev-hello", status=status, template=TEMPLATE, tags={"owner": "team"})


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_the_same_template_and_tags(status: str) -> None:
    assert state(status).is_as(stack())
    assert not state(status).is_as(stack(template={}))
    assert not state(status).is_as(stack(tags={}))


@pytest.mark.parametrize("status", ["UPDATE_FAILED", "CREATE_FAILED", "UPDATE_IN_PROGRESS", None])
def test_what_failed_is_deployed_again_with_the_same_template(status: str | None) -> None:
    assert not state(status).is_as(stack())


@pytest.mark.parametrize(
    ("status", "deployed", "busy"),
    [
        (None, False, False),
        ("REVIEW_IN_PROGRESS", False, False),
        ("ROLLBACK_COMPLETE", False, False),
        ("CREATE_IN_PROGRESS", True, True),
        ("UPDATE_ROLLBACK_IN_PROGRESS", True, True),
        ("UPDATE_ROLLBACK_FAILED", True, False),
        ("UPDATE_COMPLETE", True, False),
    ],
)
def test_statuses(status: str | None, deployed: bool, busy: bool) -> None:
    assert (state(status).deployed, state(status).busy) == (deployed, busy)


def described(status: str) -> dict[str, Any]:
    return {
        "Stacks": [
            {
                "StackName": "dev-hello",
                "CreationTime": 0,
                "StackStatus": status,
                "Tags": [{"Key": "owner", "Value": "team"}],
                "Outputs": [{"OutputKey": "Url", "OutputValue": "x"}],
            }
        ]
    }


def test_a_stack_is_read_with_its_template(stubbed: StubbedAws) -> None:
    stubbed.answers(CFN, "describe_stacks", described("UPDATE_COMPLETE"), {"StackName": "dev-hello"})
    asked = {"StackName": "dev-hello", "TemplateStage": "Original"}
    stubbed.answers(CFN, "get_template", {"TemplateBody": json.dumps(TEMPLATE)}, asked)
    found = read_state(stubbed, "dev-hello")
    assert (found.template, found.tags, found.outputs) == (TEMPLATE, {"owner": "team"}, {"Url": "x"})


def test_one_that_never_stood_has_no_template_to_ask_for(stubbed: StubbedAws) -> None:
    stubbed.answers(CFN, "describe_stacks", described("REVIEW_IN_PROGRESS"))
    assert read_state(stubbed, "dev-hello").template == {}
    stubbed.all_was_asked()


def test_no_such_stack(stubbed: StubbedAws) -> None:
    stubbed.refuses(CFN, "describe_stacks", "ValidationError", "Stack with id dev-hello does not exist")
    assert read_state(stubbed, "dev-hello") == StackState(name="dev-hello")


def test_any_other_refusal_is_one(stubbed: StubbedAws) -> None:
    stubbed.refuses(CFN, "describe_stacks", "AccessDenied")
    with pytest.raises(OperateError, match="Not allowed: read the stack dev-hello"):
        read_state(stubbed, "dev-hello")


def test_roles_of_every_page(stubbed: StubbedAws) -> None:
    def page(name: str, kind: str = "AWS::IAM::Role", **more: Any) -> dict[str, Any]:
        resource = {
            "LogicalResourceId": name.title(),
            "PhysicalResourceId": name,
            "ResourceType": kind,
            "LastUpdatedTimestamp": 0,
            "ResourceStatus": "CREATE_COMPLETE",
        }
        return {"StackResourceSummaries": [resource], **more}

    stubbed.answers(CFN, "list_stack_resources", page("one", NextToken="2"))
    stubbed.answers(CFN, "list_stack_resources", page("two", "AWS::SNS::Topic", NextToken="3"))
    stubbed.answers(CFN, "list_stack_resources", page("three"))
    assert read_roles(stubbed, "dev-hello") == {"one": "One", "three": "Three"}
