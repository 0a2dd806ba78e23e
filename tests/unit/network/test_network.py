"""The VPC, its subnets, and the security of both."""

import json
from collections.abc import Callable
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Match, Template

from ecs_platform.network.interface import INetwork
from ecs_platform.network.network import Nat
from ecs_platform.network.reach import EVERY_TASK, AwsService
from tests.unit.network.plan import ACCOUNT, CIDR, network, resources, subnet_of, synthesized, zone

WITH_RETIRED = (zone("a"), zone("b"), zone("c", retired=True))


def test_is_a_network(stack: cdk.Stack) -> None:
    made: INetwork = network(stack)
    assert made.cidr == CIDR
    assert made.vpc.vpc_cidr_block == CIDR  # literal, for rules that tools can read
    assert [s.availability_zone for s in made.public_subnets] == ["eu-central-1a", "eu-central-1b"]
    assert [s.availability_zone for s in made.task_subnets] == ["eu-central-1a", "eu-central-1b"]


def test_each_subnet_has_the_range_and_zone_of_the_plan() -> None:
    template = synthesized((zone("b"), zone("d")))
    subnets = resources(template, "AWS::EC2::Subnet")
    placed = {key[:15]: (each["AvailabilityZone"], each["CidrBlock"]) for key, each in subnets.items()}
    assert placed == {
        "NetworkPublicBS": ("eu-central-1b", "10.0.1.0/24"),
        "NetworkPrivateB": ("eu-central-1b", "10.0.32.0/20"),
        "NetworkPublicDS": ("eu-central-1d", "10.0.3.0/24"),
        "NetworkPrivateD": ("eu-central-1d", "10.0.64.0/20"),
    }
    template.has_resource_properties(
        "AWS::EC2::VPC", {"CidrBlock": CIDR, "EnableDnsSupport": True, "EnableDnsHostnames": True}
    )


@pytest.mark.parametrize("nat", Nat)
def test_no_subnet_hands_out_public_addresses(nat: Nat) -> None:
    subnets = resources(synthesized(WITH_RETIRED, nat=nat), "AWS::EC2::Subnet")
    assert len(subnets) == 6
    assert not any(subnet.get("MapPublicIpOnLaunch") for subnet in subnets.values())


@pytest.mark.parametrize("nat", Nat)
def test_no_task_subnet_has_a_route_to_the_internet_gateway(nat: Nat) -> None:
    template = synthesized(WITH_RETIRED, nat=nat)
    tables = {
        each["SubnetId"]["Ref"]: each["RouteTableId"]["Ref"]
        for each in resources(template, "AWS::EC2::SubnetRouteTableAssociation").values()
    }
    to_gateway = {
        route["RouteTableId"]["Ref"]
        for route in resources(template, "AWS::EC2::Route").values()
        if "GatewayId" in route
    }
    for letter in "ABC":
        assert tables[subnet_of(template, f"NetworkPrivate{letter}")] not in to_gateway
        assert tables[subnet_of(template, f"NetworkPublic{letter}")] in to_gateway
    assert len(set(tables.values())) == 6  # one table a subnet, so that no route is shared by accident


def test_nothing_is_looked_up_whatever_the_stack_knows(
    app: cdk.App,
) -> None:
    for account, region in ((ACCOUNT, "eu-central-1"), (None, "eu-central-1"), (None, None)):
        env = cdk.Environment(account=account, region=region)
        network(cdk.Stack(app, f"in-{account}-{region}", env=env), nat=Nat.ONE).reach(*EVERY_TASK)
    assembly = app.synth()
    assert "missing" not in json.loads(Path(assembly.directory, "manifest.json").read_text())


def test_is_free_of_findings(app: cdk.App, findings: Callable[[], list[str]]) -> None:
    for nat in Nat:
        env = cdk.Environment(account=ACCOUNT, region="eu-central-1")
        network(cdk.Stack(app, nat.value.replace("_", "-"), env=env), nat=nat).reach(*AwsService)
    assert findings() == []


def test_retention_and_removal_of_every_log_group(stack: cdk.Stack) -> None:
    network(stack, flow_log_retention=logs.RetentionDays.ONE_WEEK, removal_policy=cdk.RemovalPolicy.DESTROY)
    template = Template.from_stack(stack)
    template.all_resources("AWS::Logs::LogGroup", {"DeletionPolicy": "Delete"})
    template.all_resources_properties("AWS::Logs::LogGroup", {"RetentionInDays": 7})


def test_keeps_logs_for_three_months_and_past_the_stack_unless_told_otherwise() -> None:
    template = synthesized()
    template.all_resources("AWS::Logs::LogGroup", {"DeletionPolicy": "Retain"})
    template.all_resources_properties(
        "AWS::Logs::LogGroup", {"RetentionInDays": 90, "KmsKeyId": Match.absent()}
    )


def test_a_key_encrypts_every_log_group_and_admits_cloudwatch_logs(stack: cdk.Stack) -> None:
    key = kms.Key(stack, "Key")
    network(stack, encryption_key=key)
    template = Template.from_stack(stack)
    template.all_resources_properties("AWS::Logs::LogGroup", {"KmsKeyId": stack.resolve(key.key_arn)})
    template.has_resource_properties(
        "AWS::KMS::Key",
        {
            "KeyPolicy": {
                "Statement": Match.array_with(
                    [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "logs.eu-central-1.amazonaws.com"},
                            "Action": [
                                "kms:Decrypt*",
                                "kms:Describe*",
                                "kms:Encrypt*",
                                "kms:GenerateDataKey*",
                                "kms:ReEncrypt*",
                            ],
                            "Resource": "*",
                            "Condition": {
                                "ArnLike": {
                                    "kms:EncryptionContext:aws:logs:arn": (
                                        "arn:aws:logs:eu-central-1:111122223333:log-group:*"
                                    )
                                }
                            },
                        }
                    ]
                )
            }
        },
    )


def test_a_key_of_another_stack_makes_no_cycle(app: cdk.App, stack: cdk.Stack) -> None:
    keys = cdk.Stack(app, "keys", env=cdk.Environment(account="111122223333", region="eu-central-1"))
    network(stack, encryption_key=kms.Key(keys, "Key"))
    app.synth()


def test_flow_logs_of_all_traffic_by_a_role_for_this_group_and_account_alone() -> None:
    template = synthesized()
    (flow_log,) = resources(template, "AWS::EC2::FlowLog").values()
    group = flow_log["LogGroupName"]["Ref"]
    role = resources(template, "AWS::IAM::Role")[flow_log["DeliverLogsPermissionArn"]["Fn::GetAtt"][0]]
    assert flow_log["TrafficType"] == "ALL"
    assert [flow_log["ResourceId"]["Ref"]] == list(resources(template, "AWS::EC2::VPC"))
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "111122223333"},
                "ArnLike": {"aws:SourceArn": "arn:aws:ec2:eu-central-1:111122223333:vpc-flow-log/*"},
            },
        }
    ]
    assert [policy["PolicyDocument"]["Statement"] for policy in role["Policies"]] == [
        [
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                "Resource": {"Fn::GetAtt": [group, "Arn"]},
            }
        ]
    ]
    # What the L2 adds by itself would be a policy beside the role: PassRole on itself.
    assert resources(template, "AWS::IAM::Policy") == {}
