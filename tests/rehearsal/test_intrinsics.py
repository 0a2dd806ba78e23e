"""Conditions, parameters and the functions a template uses."""

import json

from rehearsal.in_process import InProcessAws
from tests.rehearsal.templates import log_group, parameter, ref, resource, template


def value(aws: InProcessAws, name: str) -> str:
    return aws.client("ssm").get_parameter(Name=name)["Parameter"]["Value"]


def test_a_resource_exists_only_while_its_condition_holds(aws: InProcessAws) -> None:
    text = {
        "Parameters": {"Wanted": {"Type": "String", "Default": "no"}},
        "Conditions": {"IsWanted": {"Fn::Equals": [ref("Wanted"), "yes"]}},
        "Resources": {
            "Always": parameter("/always", {"Fn::If": ["IsWanted", "with", "without"]}),
            "Maybe": {**log_group(LogGroupName="maybe"), "Condition": "IsWanted"},
        },
        "Outputs": {"Name": {"Value": ref("Maybe"), "Condition": "IsWanted"}},
    }
    cloudformation, logs = aws.client("cloudformation"), aws.client("logs")
    cloudformation.create_stack(StackName="s", TemplateBody=json.dumps(text))
    assert value(aws, "/always") == "without"
    assert logs.describe_log_groups()["logGroups"] == []
    assert aws.outputs("s") == {}

    wanted = [{"ParameterKey": "Wanted", "ParameterValue": "yes"}]
    cloudformation.update_stack(StackName="s", TemplateBody=json.dumps(text), Parameters=wanted)
    assert value(aws, "/always") == "with"
    assert aws.outputs("s") == {"Name": "maybe"}

    same = [{"ParameterKey": "Wanted", "UsePreviousValue": True}]
    text["Resources"]["Always"]["Properties"]["Description"] = "changed"
    cloudformation.update_stack(StackName="s", TemplateBody=json.dumps(text), Parameters=same)
    assert value(aws, "/always") == "with"


def test_a_default_is_a_previous_value_too(aws: InProcessAws) -> None:
    # The CLI sends UsePreviousValue for BootstrapVersion, which nobody ever gave.
    aws.client("ssm").put_parameter(Name="/version", Value="31", Type="String")
    text = {
        "Parameters": {"Version": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/version"}},
        "Resources": {"Copy": parameter("/copy", ref("Version"))},
    }
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(StackName="s", TemplateBody=json.dumps(text))
    stack = cloudformation.describe_stacks(StackName="s")["Stacks"][0]
    assert stack["Parameters"] == [
        {"ParameterKey": "Version", "ParameterValue": "/version", "ResolvedValue": "31"}
    ]

    text["Resources"]["Copy"]["Properties"]["Description"] = "changed"
    previous = [{"ParameterKey": "Version", "UsePreviousValue": True}]
    cloudformation.update_stack(StackName="s", TemplateBody=json.dumps(text), Parameters=previous)
    assert value(aws, "/copy") == "31"


def test_no_value_leaves_no_hole_in_a_list(aws: InProcessAws) -> None:
    tags = [
        {"Key": "a", "Value": "1"},
        {"Fn::If": ["Never", {"Key": "b", "Value": "2"}, ref("AWS::NoValue")]},
    ]
    text = {
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16", Tags=tags)},
    }

    aws.deploy("s", text)

    vpcs = aws.client("ec2").describe_vpcs(Filters=[{"Name": "isDefault", "Values": ["false"]}])["Vpcs"]
    assert vpcs[0]["Tags"] == [{"Key": "a", "Value": "1"}]


def test_a_template_may_be_yaml(aws: InProcessAws) -> None:
    body = """
    Resources:
      Group: {Type: "AWS::Logs::LogGroup", Properties: {LogGroupName: yaml}}
      Copy: {Type: "AWS::SSM::Parameter", Properties: {Name: /copy, Type: String, Value: !GetAtt Group.Arn}}
    """
    aws.client("cloudformation").create_stack(StackName="s", TemplateBody=body)

    assert value(aws, "/copy").endswith("log-group:yaml:*")


def test_a_change_set_deploys_too(aws: InProcessAws) -> None:
    cloudformation = aws.client("cloudformation")
    for kind, text in (("CREATE", "one"), ("UPDATE", "two")):
        body = json.dumps(template({"A": parameter("/a", text)}, Name=ref("A")))
        cloudformation.create_change_set(
            StackName="s", ChangeSetName=kind, ChangeSetType=kind, TemplateBody=body
        )
        cloudformation.execute_change_set(StackName="s", ChangeSetName=kind)
        status = cloudformation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"]

        assert status == f"{kind}_COMPLETE"
        assert value(aws, "/a") == text
        assert aws.outputs("s") == {"Name": "/a"}
