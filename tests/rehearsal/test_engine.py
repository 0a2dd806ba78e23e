"""What a deployment does, resource by resource, and in which order."""

import json
import os

import pytest

from rehearsal.in_process import InProcessAws, StackError
from tests.rehearsal.templates import Resources, att, log_group, parameter, ref, template


def names(aws: InProcessAws) -> set[str]:
    return {group["logGroupName"] for group in aws.client("logs").describe_log_groups()["logGroups"]}


def values(aws: InProcessAws) -> dict[str, str]:
    found = aws.client("ssm").get_parameters_by_path(Path="/")["Parameters"]
    return {item["Name"]: item["Value"] for item in found}


def test_every_resource_and_the_stack_get_their_events(aws: InProcessAws) -> None:
    aws.deploy("s", template({"A": parameter("/a", "1")}))

    assert aws.events("s") == [
        ("s", "CREATE_IN_PROGRESS"),
        ("A", "CREATE_IN_PROGRESS"),
        ("A", "CREATE_COMPLETE"),
        ("s", "CREATE_COMPLETE"),
    ]


def test_what_did_not_change_is_left_alone(aws: InProcessAws) -> None:
    aws.deploy("s", template({"A": parameter("/a", "1"), "B": parameter("/b", "1")}))
    aws.deploy("s", template({"A": parameter("/a", "1"), "B": parameter("/b", "2")}))

    assert aws.events("s")[6:] == [
        ("s", "UPDATE_IN_PROGRESS"),
        ("B", "UPDATE_IN_PROGRESS"),
        ("B", "UPDATE_COMPLETE"),
        ("s", "UPDATE_COMPLETE"),
    ]
    assert values(aws) == {"/a": "1", "/b": "2"}


def test_a_replacement_is_made_first_followed_by_its_readers_and_deleted_last(aws: InProcessAws) -> None:
    reader = {"Reader": parameter("/reader", ref("Group"))}
    aws.deploy("s", template({"Group": log_group(LogGroupName="one"), **reader}))
    aws.deploy("s", template({"Group": log_group(LogGroupName="two"), **reader}))

    assert aws.events("s")[6:] == [
        ("s", "UPDATE_IN_PROGRESS"),
        ("Group", "UPDATE_IN_PROGRESS"),
        ("Group", "UPDATE_COMPLETE"),
        ("Reader", "UPDATE_IN_PROGRESS"),
        ("Reader", "UPDATE_COMPLETE"),
        ("s", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("Group", "DELETE_IN_PROGRESS"),
        ("Group", "DELETE_COMPLETE"),
        ("s", "UPDATE_COMPLETE"),
    ]
    assert values(aws)["/reader"] == "two"
    assert names(aws) == {"two"}


def test_a_resource_with_a_fixed_name_cannot_be_replaced(aws: InProcessAws) -> None:
    group = {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup"}
    common = {"Name": "fixed", "Protocol": "HTTP", "VpcId": ref("Vpc"), "TargetType": "ip"}
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    aws.deploy("s", template({"Vpc": vpc, "Group": {**group, "Properties": {**common, "Port": 80}}}))

    with pytest.raises(StackError, match=r"cannot update a stack when a custom-named .* Rename fixed"):
        aws.deploy("s", template({"Vpc": vpc, "Group": {**group, "Properties": {**common, "Port": 81}}}))


def test_deletion_goes_backwards(aws: InProcessAws) -> None:
    aws.deploy("s", template({"Reader": parameter("/r", ref("Group")), "Group": log_group()}))
    stack_id = aws.client("cloudformation").describe_stacks(StackName="s")["Stacks"][0]["StackId"]
    aws.destroy("s")

    deleted = [name for name, status in aws.events(stack_id) if status == "DELETE_COMPLETE"]
    assert deleted == ["Reader", "Group", "s"]
    assert names(aws) == set()
    assert values(aws) == {}


def test_removal_goes_backwards_too(aws: InProcessAws) -> None:
    rest = {"Rest": parameter("/rest", "1")}
    pair = {"Reader": parameter("/r", ref("Group")), "Group": log_group()}
    aws.deploy("s", template({**pair, **rest}))
    aws.deploy("s", template(rest))

    deleted = [name for name, status in aws.events("s") if status == "DELETE_COMPLETE"]
    assert deleted == ["Reader", "Group"]


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_what_is_retained_outlives_its_stack(aws: InProcessAws, policy: str) -> None:
    kept = {**log_group(LogGroupName="kept"), "DeletionPolicy": policy}
    aws.deploy("s", template({"Kept": kept, "Gone": log_group(LogGroupName="gone")}))
    aws.destroy("s")

    assert names(aws) == {"kept"}


def test_what_is_retained_outlives_its_removal_from_the_template(aws: InProcessAws) -> None:
    kept = {**log_group(LogGroupName="kept"), "DeletionPolicy": "Retain"}
    rest = {"Rest": parameter("/rest", "1")}
    aws.deploy("s", template({"Kept": kept, "Gone": log_group(LogGroupName="gone"), **rest}))
    aws.deploy("s", template(rest))

    assert names(aws) == {"kept"}
    assert ("Kept", "DELETE_SKIPPED") in aws.events("s")


def test_what_is_replaced_is_retained_where_the_template_says_so(aws: InProcessAws) -> None:
    for name in ("one", "two"):
        group = {**log_group(LogGroupName=name), "UpdateReplacePolicy": "Retain"}
        aws.deploy("s", template({"Group": group}))

    assert names(aws) == {"one", "two"}


def test_a_failed_creation_names_the_reason_and_leaves_the_rest_for_the_next_attempt(
    aws: InProcessAws,
) -> None:
    first = {"First": parameter("/first", "1")}
    missing = log_group(LogGroupName="late", KmsKeyId=att("First", "NoSuchAttribute"))
    with pytest.raises(StackError, match=r"s/Late \(AWS::Logs::LogGroup\) CREATE_FAILED: .*NoSuchAttribute"):
        aws.deploy("s", template({**first, "Late": missing}))
    status = aws.client("cloudformation").describe_stacks(StackName="s")["Stacks"][0]["StackStatus"]
    assert status == "CREATE_FAILED"

    aws.deploy("s", template({**first, "Late": log_group(LogGroupName="late")}))

    assert names(aws) == {"late"}
    assert aws.events("s").count(("First", "CREATE_COMPLETE")) == 1


def test_the_same_template_is_tried_again_after_a_failure(aws: InProcessAws) -> None:
    cloudformation, logs = aws.client("cloudformation"), aws.client("logs")
    logs.create_log_group(logGroupName="taken")
    text = {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {"Group": log_group(LogGroupName=ref("Name"))},
    }
    arguments = {
        "StackName": "s",
        "TemplateBody": json.dumps(text),
        "Parameters": [{"ParameterKey": "Name", "ParameterValue": "taken"}],
    }

    def status() -> str:
        return cloudformation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"]

    cloudformation.create_stack(**arguments)
    assert status() == "CREATE_FAILED"

    logs.delete_log_group(logGroupName="taken")
    cloudformation.update_stack(**arguments)
    assert status() == "UPDATE_COMPLETE"

    with pytest.raises(cloudformation.exceptions.ClientError, match="No updates are to be performed"):
        cloudformation.update_stack(**arguments)


@pytest.mark.parametrize("ending", ["updated", "destroyed"])
def test_what_a_failed_update_had_replaced_goes_with_the_next_that_works(
    aws: InProcessAws, ending: str
) -> None:
    def resources(name: str, value: object) -> Resources:
        return {"Group": log_group(LogGroupName=name), "Late": parameter("/late", value)}

    aws.deploy("s", template(resources("one", "1")))
    with pytest.raises(StackError, match="s/Late"):
        aws.deploy("s", template(resources("two", att("Group", "NoSuchAttribute"))))
    assert names(aws) == {"one", "two"}

    if ending == "updated":
        aws.deploy("s", template(resources("two", "2")))
        assert names(aws) == {"two"}
    else:
        aws.destroy("s")
        assert names(aws) == set()


def test_an_error_of_the_service_is_the_reason(aws: InProcessAws) -> None:
    with pytest.raises(StackError, match=r"already exists.*\(Service: CreateLogGroup, Code: Resource"):
        aws.deploy("s", template({"A": log_group(LogGroupName="same"), "B": log_group(LogGroupName="same")}))


def test_a_failed_deletion_keeps_the_stack(aws: InProcessAws) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "full"}}
    aws.deploy("s", template({"Bucket": bucket, "Group": log_group(LogGroupName="empty")}))
    aws.client("s3").put_object(Bucket="full", Key="k", Body=b"v")

    with pytest.raises(StackError, match=r"s/Bucket \(AWS::S3::Bucket\) DELETE_FAILED: .*not empty"):
        aws.destroy("s")
    assert names(aws) == set()

    aws.client("s3").delete_object(Bucket="full", Key="k")
    aws.destroy("s")
    assert aws.client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_logical_id_keeps_its_type(aws: InProcessAws) -> None:
    aws.deploy("s", template({"A": log_group()}))

    with pytest.raises(StackError, match="Update of resource type is not permitted"):
        aws.deploy("s", template({"A": parameter("/a", "1")}))


def test_a_profile_of_the_users_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere to be found")
    with InProcessAws() as aws:
        aws.deploy("s", template({"A": parameter("/a", "1")}))
        assert values(aws) == {"/a": "1"}
    assert os.environ["AWS_PROFILE"] == "nowhere to be found"
