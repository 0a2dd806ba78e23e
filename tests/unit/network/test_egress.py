"""NAT: which gateways there are, who leaves through which, and the addresses the world sees."""

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.network.network import Nat, Zone
from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from tests.unit.network.plan import endpoints, network, resources, synthesized, zone

EVERYWHERE = "0.0.0.0/0"


def ways_out(template: Template) -> dict[str, str]:
    """Letter of the private subnet → letter of the public subnet whose gateway it leaves through."""
    gateways = {
        key: gateway["SubnetId"]["Ref"][len("NetworkPublic")]
        for key, gateway in resources(template, "AWS::EC2::NatGateway").items()
    }
    return {
        route["RouteTableId"]["Ref"][len("NetworkPrivate")]: gateways[route["NatGatewayId"]["Ref"]]
        for route in resources(template, "AWS::EC2::Route").values()
        if "NatGatewayId" in route and route["DestinationCidrBlock"] == EVERYWHERE
    }


def test_no_nat_no_way_out(stack: cdk.Stack) -> None:
    made = network(stack)
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::EC2::NatGateway", 0)
    template.resource_count_is("AWS::EC2::EIP", 0)
    routes = resources(template, "AWS::EC2::Route")
    assert {route["RouteTableId"]["Ref"][: len("NetworkPublic")] for route in routes.values()} == {
        "NetworkPublic"
    }
    assert list(made.egress_addresses) == []
    assert len(made.vpc.isolated_subnets) == 2
    assert made.vpc.private_subnets == []


@pytest.mark.parametrize(
    ("nat", "zones", "expected"),
    [
        (Nat.ONE, [zone("a"), zone("b"), zone("c")], {"A": "A", "B": "A", "C": "A"}),
        (Nat.ONE, [zone("b"), zone("a")], {"A": "B", "B": "B"}),
        (Nat.ONE, [zone("a", retired=True), zone("b"), zone("c")], {"A": "B", "B": "B", "C": "B"}),
        (Nat.ONE_PER_ZONE, [zone("a"), zone("b"), zone("c")], {"A": "A", "B": "B", "C": "C"}),
        (Nat.ONE_PER_ZONE, [zone("a", retired=True), zone("b"), zone("c")], {"A": "A", "B": "B", "C": "C"}),
    ],
)
def test_who_leaves_where(stack: cdk.Stack, nat: Nat, zones: list[Zone], expected: dict[str, str]) -> None:
    made = network(stack, zones, nat=nat)
    template = Template.from_stack(stack)
    assert ways_out(template) == expected
    template.resource_count_is("AWS::EC2::NatGateway", len(set(expected.values())))
    assert len(made.vpc.private_subnets) == len(made.task_subnets)
    assert made.vpc.isolated_subnets == []


def test_gateways_have_addresses_that_stay(stack: cdk.Stack) -> None:
    made = network(stack, nat=Nat.ONE_PER_ZONE)
    template = Template.from_stack(stack)
    addresses = resources(template, "AWS::EC2::EIP")
    gateways = resources(template, "AWS::EC2::NatGateway").values()
    assert {gateway["AllocationId"]["Fn::GetAtt"][0] for gateway in gateways} == set(addresses)
    assert stack.resolve(list(made.egress_addresses)) == [{"Ref": key} for key in addresses]
    # An address can only be had where the VPC already has its internet gateway.
    (attachment,) = resources(template, "AWS::EC2::VPCGatewayAttachment")
    for each in template.find_resources("AWS::EC2::EIP").values():
        assert each["DependsOn"] == [attachment]


def test_from_one_to_one_per_zone_keeps_the_first_gateway_and_its_address() -> None:
    one, per_zone = (
        {**resources(template, "AWS::EC2::EIP"), **resources(template, "AWS::EC2::NatGateway")}
        for template in (synthesized(nat=nat) for nat in (Nat.ONE, Nat.ONE_PER_ZONE))
    )
    assert one.items() < per_zone.items()


@pytest.mark.parametrize(("nat", "egress"), [(Nat.NONE, False), (Nat.ONE, True), (Nat.ONE_PER_ZONE, True)])
def test_says_whether_there_is_a_way_out(stack: cdk.Stack, nat: Nat, egress: bool) -> None:
    assert network(stack, nat=nat).has_egress is egress


@pytest.mark.parametrize("nat", [Nat.ONE, Nat.ONE_PER_ZONE])
def test_with_nat_gateway_endpoints_stand_and_interface_endpoints_do_not(nat: Nat) -> None:
    template = synthesized(nat=nat, reach=tuple(AwsService))
    assert set(endpoints(template)) == {"s3", "dynamodb"}
    template.resource_count_is("AWS::EC2::SecurityGroup", 0)


@pytest.mark.parametrize(
    ("asked", "made"), [([], {"s3"}), ([AwsService.LOGS, AwsService.SQS], {"s3", "logs"})]
)
def test_a_service_beside_nat_has_its_endpoint_once_it_is_asked_for(
    stack: cdk.Stack, asked: list[AwsService], made: set[str]
) -> None:
    network(stack, nat=Nat.ONE, endpoints_beside_nat=[AwsService.LOGS]).reach(*asked)
    assert set(endpoints(Template.from_stack(stack))) == made


def test_refuses_endpoints_beside_no_nat(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as refused:
        network(stack, endpoints_beside_nat=[AwsService.LOGS])
    assert str(refused.value) == (
        "`endpoints_beside_nat` is given, and there is no NAT to be beside. "
        "Allowed: nothing: without NAT every service that is asked for has an endpoint. "
        "Change: the `endpoints_beside_nat` or the `nat` of the Network."
    )


def test_refuses_gateway_endpoints_beside_nat(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as refused:
        network(stack, nat=Nat.ONE, endpoints_beside_nat=[AwsService.S3, AwsService.LOGS])
    assert str(refused.value) == (
        "`endpoints_beside_nat` names S3. "
        "Allowed: services with an interface endpoint; gateway endpoints stand with and without NAT. "
        "Change: the `endpoints_beside_nat` of the Network."
    )


def test_refuses_a_word_that_would_be_a_gateway_in_each_zone(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as refused:
        network(stack, nat="one")
    assert str(refused.value) == (
        "`nat` is 'one'. Allowed: Nat.NONE, Nat.ONE or Nat.ONE_PER_ZONE. Change: the `nat` of the Network."
    )
