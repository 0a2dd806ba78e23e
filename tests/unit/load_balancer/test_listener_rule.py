from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk.assertions import Match, Template

from ecs_platform.load_balancer.listener_rule import RuleRole
from ecs_platform.problem import ConfigurationError
from tests.unit.load_balancer.rule_platform import RULE, Platform


def test_a_rule_tells_the_function_everything_and_waits_for_lambdas_repetitions(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    Platform(stack).rule(stack, hosts=["a.example.com"], paths=["/a", "/b"], role=RuleRole.TEST)

    template().has_resource_properties(
        RULE,
        {
            "ServiceToken": {"Fn::GetAtt": [Match.string_like_regexp("^RulesFunction"), "Arn"]},
            "ServiceTimeout": "900",
            "ListenerArn": {"Ref": Match.string_like_regexp("^AlbHttp")},
            "Role": "test",
            "Priority": 10,
            "Hosts": ["a.example.com"],
            "Paths": ["/a", "/b"],
            "BlueTargetGroupArn": {"Ref": Match.string_like_regexp("^RuleBlue")},
            "GreenTargetGroupArn": {"Ref": Match.string_like_regexp("^RuleGreen")},
        },
    )


def test_a_rule_has_the_tags_of_its_stack_whenever_those_were_given(app: cdk.App) -> None:
    platform = cdk.Stack(app, "platform", tags={"service": "platform"})
    service = cdk.Stack(app, "service", tags={"service": "hello"})
    Platform(platform).rule(service)
    # CDK's flag decides whether such a tag is the stack's as well.
    cdk.Tags.of(service).add("owner", "one", include_resource_types=["aws:cdk:stack"])

    (rule,) = Template.from_stack(service).find_resources(RULE).values()
    assert rule["Properties"]["Tags"] == [
        {"Key": "owner", "Value": "one"},
        {"Key": "service", "Value": "hello"},
    ]


def test_no_rule_of_cloudformation_exists(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    Platform(stack).rule(stack)

    template().resource_count_is("AWS::ElasticLoadBalancingV2::ListenerRule", 0)


def test_a_rule_in_another_stack_imports_the_function_and_the_listener_alone(
    app: cdk.App, stack: cdk.Stack
) -> None:
    platform = Platform(stack)
    service = cdk.Stack(app, "service", env=cdk.Environment(account="111122223333", region="eu-central-1"))
    platform.rule(service)

    (rule,) = Template.from_stack(service).find_resources(RULE).values()
    imports = [name for name, value in rule["Properties"].items() if "Fn::ImportValue" in str(value)]
    assert imports == ["ServiceToken", "ListenerArn"]
    assert platform.rules.service_token in [
        stack.resolve(platform.rules.service_token),
        platform.rules.service_token,
    ]


def test_what_depends_on_a_rule_waits_for_it_and_its_arn_is_the_resource(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    rule = Platform(stack).rule(stack)
    late = cdk.CfnResource(stack, "Late", type="AWS::SNS::Topic")
    late.node.add_dependency(rule)
    cdk.CfnOutput(stack, "Arn", value=rule.rule_arn)

    (name,) = template().find_resources(RULE)
    template().has_resource("AWS::SNS::Topic", {"DependsOn": [name]})
    template().has_output("Arn", {"Value": {"Ref": name}})


def test_a_priority_belongs_to_one_rule_of_a_listener(app: cdk.App, stack: cdk.Stack) -> None:
    platform = Platform(stack)
    platform.rule(stack)
    platform.rule(stack, "Elsewhere", listener=platform.https)
    service = cdk.Stack(app, "service", env=cdk.Environment(account="111122223333", region="eu-central-1"))

    with pytest.raises(ConfigurationError) as refusal:
        platform.rule(service, "Second")

    assert str(refusal.value) == (
        "Priority 10 of a listener is claimed by stack/Rule and by service/Second. "
        "Allowed: a number of its own for each rule of a listener. "
        "Change: ListenerRule(priority=...), the service's routing priority."
    )


def test_one_group_twice_is_refused(stack: cdk.Stack) -> None:
    platform = Platform(stack)
    group = elbv2.ApplicationTargetGroup(
        stack, "Only", vpc=platform.vpc, port=80, target_type=elbv2.TargetType.IP
    )

    with pytest.raises(ConfigurationError, match="forwards to one target group twice"):
        platform.rule(stack, blue=group, green=group)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"priority": 0}, "The priority of a rule is 0."),
        ({"paths": []}, "would take every request"),
        ({"priority": 0, "paths": ["x y"]}, r"(?s)- The priority of a rule is 0\..*- 'x y' is not a path\."),
    ],
)
def test_values_are_checked(stack: cdk.Stack, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        Platform(stack).rule(stack, **options)
