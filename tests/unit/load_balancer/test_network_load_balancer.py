from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Match, Template

from ecs_platform.load_balancer.network_load_balancer import NetworkLoadBalancer
from ecs_platform.load_balancer.network_routing import NetworkProtocol, NetworkRouting
from ecs_platform.problem import ConfigurationError
from tests.unit.fakes import FakeNetwork

NLB = "AWS::ElasticLoadBalancingV2::LoadBalancer"
INGRESS = "AWS::EC2::SecurityGroupIngress"


def _nlb(stack: cdk.Stack, **options: Any) -> NetworkLoadBalancer:
    return NetworkLoadBalancer(stack, "Nlb", network=FakeNetwork(stack), **options)


def _attributes(template: Template) -> dict[str, Any]:
    (found,) = template.find_resources(NLB).values()
    return {each["Key"]: each["Value"] for each in found["Properties"]["LoadBalancerAttributes"]}


def test_by_default_it_faces_the_internet_protected_logged_and_across_zones(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    _nlb(stack)
    made = template()
    made.has_resource_properties(
        NLB,
        {
            "Type": "network",
            "Scheme": "internet-facing",
            "Subnets": ["subnet-public-a", "subnet-public-b"],
            "SecurityGroups": [{"Fn::GetAtt": [Match.string_like_regexp("^NlbSecurityGroup"), "GroupId"]}],
        },
    )
    attributes = _attributes(made)
    assert attributes["deletion_protection.enabled"] == "true"
    assert attributes["load_balancing.cross_zone.enabled"] == "true"
    assert attributes["access_logs.s3.enabled"] == "true"
    (group,) = made.find_resources("AWS::EC2::SecurityGroup").values()
    # Nothing in but what path MTU discovery needs: "fragmentation needed" is code 4 of type 3.
    assert group["Properties"]["SecurityGroupIngress"] == [
        {
            "CidrIp": "0.0.0.0/0",
            "Description": "Packets too large, from routers",
            "IpProtocol": "icmp",
            "FromPort": 3,
            "ToPort": 4,
        }
    ]
    # Nothing out: each service's stack opens its own ways. CDK's way of saying so.
    assert group["Properties"]["SecurityGroupEgress"][0]["CidrIp"] == "255.255.255.255/32"
    (bucket,) = made.find_resources("AWS::S3::Bucket").values()
    assert bucket["DeletionPolicy"] == "Retain"
    assert bucket["Properties"]["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 90
    made.resource_count_is("AWS::ElasticLoadBalancingV2::Listener", 0)


def test_each_option_changes_what_it_says(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    _nlb(
        stack,
        internal=True,
        cross_zone=False,
        deletion_protection=False,
        removable=True,
        access_log_retention=cdk.Duration.days(7),
        log_retention=logs.RetentionDays.ONE_WEEK,
    )
    made = template()
    made.has_resource_properties(
        NLB, {"Scheme": "internal", "Subnets": ["subnet-private-a", "subnet-private-b"]}
    )
    attributes = _attributes(made)
    assert attributes["deletion_protection.enabled"] == "false"
    assert attributes["load_balancing.cross_zone.enabled"] == "false"
    (bucket,) = made.find_resources("AWS::S3::Bucket").values()
    assert bucket["DeletionPolicy"] == "Delete"
    assert bucket["Properties"]["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 7
    made.has_resource(
        "AWS::Logs::LogGroup", {"Properties": {"RetentionInDays": 7}, "DeletionPolicy": "Delete"}
    )


def _ways(template: Template) -> set[tuple[str, str, int]]:
    found = [each["Properties"] for each in template.find_resources(INGRESS).values()]
    assert all(each["FromPort"] == each["ToPort"] for each in found)
    return {(each["CidrIp"], each["IpProtocol"], each["FromPort"]) for each in found}


@pytest.mark.parametrize(
    ("options", "clients"),
    [
        ({}, {"0.0.0.0/0"}),
        ({"internal": True}, {"10.0.0.0/16"}),
        (
            {"client_cidrs": ["198.51.100.0/24", "203.0.113.0/24"]},
            {"198.51.100.0/24", "203.0.113.0/24"},
        ),
    ],
)
def test_a_service_opens_its_production_port_for_clients_and_its_test_port_for_nobody(
    app: cdk.App, stack: cdk.Stack, options: dict[str, Any], clients: set[str]
) -> None:
    balancer = _nlb(stack, **options)
    service = cdk.Stack(app, "service", env=cdk.Environment(account="111122223333", region="eu-central-1"))
    balancer.admit(service, NetworkRouting(port=5000, test_port=5001))

    assert _ways(Template.from_stack(service)) == {(cidr, "tcp", 5000) for cidr in clients}
    assert _ways(Template.from_stack(stack)) == set()


def test_testers_reach_the_test_port_and_each_transport_is_a_way_of_its_own(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    balancer = _nlb(stack, test_listener_cidrs=["203.0.113.0/24"], client_cidrs=["10.0.0.0/16"])
    balancer.admit(stack, NetworkRouting(port=53, test_port=54, protocol=NetworkProtocol.TCP_UDP))

    assert _ways(template()) == {
        ("10.0.0.0/16", "tcp", 53),
        ("10.0.0.0/16", "udp", 53),
        ("203.0.113.0/24", "tcp", 54),
        ("203.0.113.0/24", "udp", 54),
    }


def test_a_network_given_twice_is_let_in_once(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    office = "203.0.113.0/24"
    balancer = _nlb(stack, client_cidrs=[office, office], test_listener_cidrs=[office, office])
    balancer.admit(stack, NetworkRouting(port=5000, test_port=5001))

    assert _ways(template()) == {(office, "tcp", 5000), (office, "tcp", 5001)}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"test_listener_cidrs": ["0.0.0.0/0"]}, "The test listener would be open to the whole internet"),
        ({"test_listener_cidrs": ["10.0.0.1/8"]}, r"'10\.0\.0\.1/8' is not an IPv4 network"),
        (
            {"test_listener_cidrs": ["0.0.0.0/0", "x"], "client_cidrs": ["::/0"]},
            r"(?s)- The test listener would be .* 'x' is not an IPv4 network .* '::/0' is not an IPv4",
        ),
        (
            {"access_log_retention": cdk.Duration.hours(36)},
            r"^Access logs would stay for 1\.5 days\.",
        ),
        (
            {"access_log_retention": cdk.Duration.days(0)},
            r"would stay for 0 days\..*Change: NetworkLoadBalancer\(access_log_retention=\.\.\.\)\.",
        ),
        ({"client_cidrs": ["all"]}, r"'all' is not .* Change: NetworkLoadBalancer\(client_cidrs=\.\.\.\)\."),
    ],
)
def test_what_is_refused(stack: cdk.Stack, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        _nlb(stack, **options)


def test_what_services_may_import(stack: cdk.Stack) -> None:
    balancer = _nlb(stack)
    assert len(balancer.exports) == 5
    for value in balancer.exports:
        stack.export_value(value)


def test_it_is_clean_with_the_internet_let_in(stack: cdk.Stack, findings: Callable[[], list[str]]) -> None:
    _nlb(stack).admit(stack, NetworkRouting(port=5000, test_port=5001))
    assert findings() == []
