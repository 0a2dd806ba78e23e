"""Change sets tell what CloudFormation's tell: properties, replacement, and what follows from it."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.in_process import InProcessAws
from tests.rehearsal.templates import Resources, att, log_group, parameter, ref, template


def prepare(
    aws: InProcessAws, resources: Resources, kind: str = "UPDATE", stack: str = "s"
) -> dict[str, Any]:
    cloudformation = aws.client("cloudformation")
    cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName="review",
        ChangeSetType=kind,
        TemplateBody=json.dumps(template(resources)),
    )
    return cloudformation.describe_change_set(
        StackName=stack, ChangeSetName="review", IncludePropertyValues=True
    )


def told(described: dict[str, Any]) -> dict[str, Any]:
    return {
        each["ResourceChange"]["LogicalResourceId"]: {
            key: value
            for key, value in each["ResourceChange"].items()
            if key not in {"LogicalResourceId", "ResourceType", "PhysicalResourceId"}
        }
        for each in described["Changes"]
    }


def test_creating_adds_and_the_stack_waits_for_review(aws: InProcessAws) -> None:
    described = prepare(aws, {"A": parameter("/a", "1")}, "CREATE")
    assert told(described) == {"A": {"Action": "Add"}}
    stack = aws.client("cloudformation").describe_stacks(StackName="s")["Stacks"][0]
    assert stack["StackStatus"] == "REVIEW_IN_PROGRESS"
    aws.client("cloudformation").execute_change_set(StackName="s", ChangeSetName=described["ChangeSetId"])
    assert aws.client("ssm").get_parameter(Name="/a")["Parameter"]["Value"] == "1"


def test_a_change_in_place_names_its_property(aws: InProcessAws) -> None:
    aws.deploy("s", template({"A": parameter("/a", "1"), "Gone": log_group()}))
    changes = told(prepare(aws, {"A": parameter("/a", "2")}))
    assert changes["Gone"] == {"Action": "Remove"}
    assert changes["A"] == {
        "Action": "Modify",
        "Replacement": "False",
        "Scope": ["Properties"],
        "Details": [
            {
                "Target": {"Attribute": "Properties", "Name": "Value", "RequiresRecreation": "Never"},
                "Evaluation": "Static",
                "ChangeSource": "DirectModification",
            }
        ],
    }


def test_a_replacement_and_those_that_refer_to_it(aws: InProcessAws) -> None:
    readers = {"ByName": parameter("/r", ref("Group")), "Far": parameter("/f", att("ByName", "Value"))}
    aws.deploy("s", template({"Group": log_group(LogGroupName="one"), **readers}))
    changes = told(prepare(aws, {"Group": log_group(LogGroupName="two"), **readers}))
    assert changes["Group"]["Replacement"] == "True"
    (detail,) = changes["ByName"]["Details"]
    assert detail["Evaluation"] == "Dynamic"
    assert detail["CausingEntity"] == "Group"
    (detail,) = changes["Far"]["Details"]
    assert detail["CausingEntity"] == "ByName.Value"


def test_nothing_changed(aws: InProcessAws) -> None:
    aws.deploy("s", template({"A": parameter("/a", "1")}))
    described = prepare(aws, {"A": parameter("/a", "1")})
    assert described["Status"] == "FAILED"
    assert "didn't contain changes" in described["StatusReason"]


def test_each_stack_has_its_own_and_a_deleted_one_is_gone(aws: InProcessAws) -> None:
    aws.deploy("s", template({"A": parameter("/a", "1")}))
    aws.deploy("t", template({"B": parameter("/b", "1")}))
    prepare(aws, {"A": parameter("/a", "2")})
    prepare(aws, {"B": parameter("/b", "2")}, stack="t")
    cloudformation = aws.client("cloudformation")
    mine = cloudformation.describe_change_set(StackName="s", ChangeSetName="review")
    assert list(told(mine)) == ["A"]
    cloudformation.delete_change_set(StackName="s", ChangeSetName="review")
    cloudformation.delete_change_set(StackName="s", ChangeSetName="review")
    with pytest.raises(ClientError) as refused:
        cloudformation.describe_change_set(StackName="s", ChangeSetName="review")
    assert refused.value.response["Error"]["Code"] == "ChangeSetNotFound"
    assert list(told(cloudformation.describe_change_set(StackName="t", ChangeSetName="review"))) == ["B"]


def test_the_previous_value_of_a_parameter_in_the_store_is_its_name(aws: InProcessAws) -> None:
    aws.client("ssm").put_parameter(Name="/version", Value="31", Type="String")
    slot = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/version"}
    text = {**template({"A": parameter("/a", ref("Version"))}), "Parameters": {"Version": slot}}
    aws.deploy("s", text)
    text["Resources"]["B"] = parameter("/b", ref("Version"))
    cloudformation = aws.client("cloudformation")
    made = cloudformation.create_change_set(
        StackName="s",
        ChangeSetName="review",
        ChangeSetType="UPDATE",
        TemplateBody=json.dumps(text),
        Parameters=[{"ParameterKey": "Version", "UsePreviousValue": True}],
    )
    cloudformation.execute_change_set(ChangeSetName=made["Id"])
    assert aws.client("ssm").get_parameter(Name="/b")["Parameter"]["Value"] == "31"
