# ruff: noqa: E501 - sentences stand in one line, where a search finds them

from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import boto3
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk.assertions import Match, Template

from ecs_platform.load_balancer import rule_function
from ecs_platform.load_balancer.listener_rule import RuleRole
from ecs_platform.load_balancer.network_listener import NetworkListener
from ecs_platform.load_balancer.network_load_balancer import NetworkLoadBalancer
from ecs_platform.load_balancer.network_routing import Alpn, NetworkProtocol, NetworkRouting
from ecs_platform.problem import ConfigurationError
from tests.unit.fakes import FakeNetwork

LISTENER = "Custom::SwapSafeListener"


class Shared:
    """A load balancer, and listeners for pairs of their own."""

    def __init__(self, stack: cdk.Stack) -> None:
        self.network = FakeNetwork(stack)
        self.balancer = NetworkLoadBalancer(stack, "Nlb", network=self.network)

    def listener(self, scope: cdk.Stack, id_: str = "Listener", **options: Any) -> NetworkListener:
        blue, green = (
            elbv2.NetworkTargetGroup(
                scope, f"{id_}{colour}", vpc=self.network.vpc, port=80, target_type=elbv2.TargetType.IP
            )
            for colour in ("Blue", "Green")
        )
        arguments: dict[str, Any] = {
            "listeners": self.balancer.listeners,
            "role": RuleRole.PRODUCTION,
            "routing": NetworkRouting(port=443, test_port=8443),
            "blue": blue,
            "green": green,
        }
        return NetworkListener(scope, id_, **(arguments | options))


def test_a_listener_tells_the_function_everything_and_waits_for_lambdas_repetitions(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", "arn:aws:acm:::certificate/1")
    routing = NetworkRouting(
        port=443,
        test_port=8443,
        protocol=NetworkProtocol.TLS,
        certificate=certificate,
        alpn=Alpn.HTTP2_PREFERRED,
    )
    shared = Shared(stack)
    shared.listener(stack, routing=routing, role=RuleRole.TEST)

    template().has_resource_properties(
        LISTENER,
        {
            "ServiceToken": stack.resolve(shared.balancer.listeners.service_token),
            "ServiceTimeout": "900",
            "LoadBalancerArn": stack.resolve(shared.balancer.load_balancer.load_balancer_arn),
            "Role": "test",
            "Port": 8443,
            "Protocol": "TLS",
            "CertificateArn": "arn:aws:acm:::certificate/1",
            "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
            "AlpnPolicy": "HTTP2Preferred",
            "BlueTargetGroupArn": {"Ref": Match.string_like_regexp("^ListenerBlue")},
            "GreenTargetGroupArn": {"Ref": Match.string_like_regexp("^ListenerGreen")},
        },
    )


def test_no_listener_of_cloudformation_exists_and_the_arn_is_the_resource(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    listener = Shared(stack).listener(stack)
    cdk.CfnOutput(stack, "Arn", value=listener.listener_arn)

    template().resource_count_is("AWS::ElasticLoadBalancingV2::Listener", 0)
    (name,) = template().find_resources(LISTENER)
    template().has_output("Arn", {"Value": {"Ref": name}})
    (found,) = template().find_resources(LISTENER).values()
    assert (found["Properties"]["Port"], found["Properties"]["Protocol"]) == (443, "TCP")
    assert not {"CertificateArn", "SslPolicy", "AlpnPolicy"} & found["Properties"].keys()


def test_a_listener_has_the_tags_of_its_stack(app: cdk.App) -> None:
    place = cdk.Environment(account="111122223333", region="eu-central-1")
    stack = cdk.Stack(app, "tagged", env=place, tags={"service": "hello", "owner": "one"})
    Shared(stack).listener(stack)

    (listener,) = Template.from_stack(stack).find_resources(LISTENER).values()
    assert listener["Properties"]["Tags"] == [
        {"Key": "owner", "Value": "one"},
        {"Key": "service", "Value": "hello"},
    ]


def test_a_port_belongs_to_one_listener_of_any_stack(app: cdk.App, stack: cdk.Stack) -> None:
    shared = Shared(stack)
    shared.listener(stack)
    service = cdk.Stack(app, "service", env=cdk.Environment(account="111122223333", region="eu-central-1"))

    with pytest.raises(ConfigurationError) as refusal:
        shared.listener(service, role=RuleRole.TEST, routing=NetworkRouting(port=1, test_port=443))

    assert str(refusal.value) == (
        "Port 443 of the load balancer is claimed by stack/Listener and by service/Listener. Allowed: a port of "
        "its own for each listener; TCP and UDP on one port are one TCP_UDP listener. Change: "
        "NetworkRouting(port=..., test_port=...)."
    )


def test_fifty_listeners_are_a_full_load_balancer(stack: cdk.Stack) -> None:
    listeners = Shared(stack).balancer.listeners
    owners = [cdk.CfnResource(stack, f"Owner{n}", type="AWS::SNS::Topic") for n in range(51)]
    for port, owner in enumerate(owners[:50], start=1):
        listeners.claim(port, owner)
    with pytest.raises(ConfigurationError) as refusal:
        listeners.claim(51, owners[50])
    assert str(refusal.value) == (
        "With stack/Owner50 the load balancer has 51 listeners. Allowed: 50, two for each service, and AWS raises "
        "this quota for nobody: other services need another load balancer. Change: "
        "NetworkLoadBalancedService(load_balancer=...)."
    )


def test_one_group_twice_is_refused(stack: cdk.Stack) -> None:
    shared = Shared(stack)
    group = elbv2.NetworkTargetGroup(stack, "One", vpc=shared.network.vpc, port=80)
    with pytest.raises(ConfigurationError, match="forwards to one target group twice"):
        shared.listener(stack, blue=group, green=group)


def _statements(template: Template) -> list[dict[str, Any]]:
    (role,) = (
        role["Properties"]
        for name, role in template.find_resources("AWS::IAM::Role").items()
        if name.startswith("NlbListenersRole")
    )
    (policy,) = role["Policies"]
    assert policy["PolicyName"] == "Listeners"
    return policy["PolicyDocument"]["Statement"]


def test_the_policy_reaches_the_listeners_of_one_load_balancer(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    nlb = Shared(stack).balancer.load_balancer
    balancer = stack.resolve(nlb.load_balancer_arn)
    prefix = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener/"
    listeners = {"Fn::Join": ["", [prefix, stack.resolve(nlb.load_balancer_full_name), "/*"]]}
    elb = "elasticloadbalancing:"
    assert _statements(template())[:-1] == [
        {
            "Action": [f"{elb}DescribeListeners", f"{elb}DescribeTags", f"{elb}DescribeTargetHealth"],
            "Effect": "Allow",
            "Resource": "*",
        },
        {"Action": f"{elb}CreateListener", "Effect": "Allow", "Resource": balancer},
        {
            "Action": [f"{elb}DeleteListener", f"{elb}ModifyListener"],
            "Effect": "Allow",
            "Resource": listeners,
        },
        {
            "Action": f"{elb}AddTags",
            "Effect": "Allow",
            "Resource": [listeners, balancer],
            "Condition": {"StringEquals": {f"{elb}CreateAction": "CreateListener"}},
        },
        {
            "Action": f"{elb}AddTags",
            "Effect": "Allow",
            "Resource": listeners,
            "Condition": {
                "ForAllValues:StringEquals": {"aws:TagKeys": ["ecs-platform:request"]},
                "Null": {"aws:TagKeys": "false"},
            },
        },
        {
            "Effect": "Allow",
            "Action": [f"{elb}AddTags", f"{elb}RemoveTags"],
            "Resource": listeners,
            "Condition": {
                "ForAllValues:StringNotLike": {"aws:TagKeys": ["ecs-platform:*"]},
                "Null": {"aws:TagKeys": "false"},
            },
        },
    ]


def test_the_policy_allows_exactly_what_the_code_calls(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    Shared(stack)
    folder = Path(rule_function.__file__).parent / "swap_safe_rule"
    code = "".join(source.read_text() for source in folder.glob("*.py") if source.name != "rule_request.py")
    # Of what both requests share, these are called for rules alone.
    for of_rules in ('"describe_rules"', '"delete_rule"'):
        code = code.replace(of_rules, "")
    operations = boto3.client("elbv2", region_name="eu-central-1").meta.method_to_api_mapping
    called = {api for name, api in operations.items() if f'"{name}"' in code}

    allowed = {
        action.partition(":")[2]
        for statement in _statements(template())
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        if action.startswith("elasticloadbalancing:")
    }
    assert allowed == called


def test_the_constructs_are_clean(stack: cdk.Stack, findings: Callable[[], list[str]]) -> None:
    Shared(stack).listener(stack)
    assert findings() == []
