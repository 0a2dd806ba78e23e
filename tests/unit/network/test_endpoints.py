"""Which endpoints there are, where they stand and who gets in."""

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.network.reach import EVERY_TASK, AwsService
from tests.unit.network.plan import CIDR, endpoints, network, resources, subnet_of, synthesized, zone

THREE = (zone("a"), zone("b", retired=True), zone("c"))


def test_nothing_asked_leaves_the_free_one() -> None:
    assert set(endpoints(synthesized())) == {"s3"}


def test_every_task_needs_these() -> None:
    assert {service.value for service in EVERY_TASK} == {"ecr.api", "ecr.dkr", "s3", "logs"}


def test_each_service_asked_for_has_one_endpoint_however_often_it_is_asked(stack: cdk.Stack) -> None:
    made = network(stack)
    made.reach(*EVERY_TASK)
    made.reach(*EVERY_TASK, AwsService.DYNAMODB)
    template = Template.from_stack(stack)
    assert set(endpoints(template)) == {"ecr.api", "ecr.dkr", "s3", "logs", "dynamodb"}
    template.resource_count_is("AWS::EC2::VPCEndpoint", 5)


@pytest.mark.parametrize("service", AwsService)
def test_a_service_is_of_the_kind_aws_offers_for_it(service: AwsService) -> None:
    assert service.is_gateway == (service.value in {"s3", "dynamodb"})


def test_the_order_of_asking_leaves_no_trace() -> None:
    asked = (AwsService.SSM, AwsService.ECR_API, AwsService.DYNAMODB, AwsService.KMS)
    # As text, since the order of keys is that of the template file.
    one, other = (synthesized(reach=order).to_json() for order in (asked, asked[::-1]))
    assert one == other


def test_interface_endpoints_stand_in_the_task_subnets_of_the_zones_in_use() -> None:
    template = synthesized(THREE, reach=(AwsService.LOGS, AwsService.DYNAMODB))
    logs = endpoints(template)["logs"]
    assert logs["ServiceName"] == "com.amazonaws.eu-central-1.logs"
    assert logs["VpcEndpointType"] == "Interface"
    assert logs["PrivateDnsEnabled"] is True
    assert logs["SubnetIds"] == [
        {"Ref": subnet_of(template, "NetworkPrivateA")},
        {"Ref": subnet_of(template, "NetworkPrivateC")},
    ]


def test_gateway_endpoints_are_on_the_way_of_every_private_subnet_and_of_no_other() -> None:
    template = synthesized(THREE, reach=(AwsService.LOGS, AwsService.DYNAMODB))
    for service in ("s3", "dynamodb"):
        gateway = endpoints(template)[service]
        assert gateway["VpcEndpointType"] == "Gateway"
        tables = [table["Ref"] for table in gateway["RouteTableIds"]]
        assert [table[: len("NetworkPrivateA")] for table in tables] == [
            "NetworkPrivateA",
            "NetworkPrivateB",
            "NetworkPrivateC",
        ]


def test_one_group_for_all_admits_https_from_the_vpc_and_nothing_else() -> None:
    template = synthesized(reach=tuple(AwsService))
    ((group_id, group),) = resources(template, "AWS::EC2::SecurityGroup").items()
    assert group["SecurityGroupIngress"] == [
        {
            "CidrIp": CIDR,
            "Description": "HTTPS from the VPC",
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
        }
    ]
    # How a group without egress is written: a rule that matches nothing, in the place of the default one.
    assert [rule["CidrIp"] for rule in group["SecurityGroupEgress"]] == ["255.255.255.255/32"]
    template.resource_count_is("AWS::EC2::SecurityGroupIngress", 0)
    template.resource_count_is("AWS::EC2::SecurityGroupEgress", 0)
    groups = [each.get("SecurityGroupIds") for each in endpoints(template).values()]
    interfaces = [each for each in groups if each]
    assert len(interfaces) == len(AwsService) - 2
    assert all(each == [{"Fn::GetAtt": [group_id, "GroupId"]}] for each in interfaces)
