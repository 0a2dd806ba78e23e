"""The web ACL in front of a load balancer."""

import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.load_balancer.waf import Waf
from ecs_platform.problem import ConfigurationError
from tests.unit.fakes import FakeNetwork


def _behind(stack: cdk.Stack, **options: Any) -> LoadBalancer:
    return LoadBalancer(stack, "Lb", network=FakeNetwork(stack), plain_http_reason="A test.", **options)


def test_a_waf_stands_in_front_by_option_only(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    _behind(stack)
    template().resource_count_is("AWS::WAFv2::WebACL", 0)


def test_a_waf_limits_the_rate_and_runs_the_managed_groups(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    waf = Waf(
        rate_limit_per_5_minutes=500,
        managed_rule_groups=["AWSManagedRulesLinuxRuleSet"],
        log_retention=logs.RetentionDays.THREE_DAYS,
    )
    _behind(stack, waf=waf)
    (acl,) = template().find_resources("AWS::WAFv2::WebACL").values()
    rate, managed = acl["Properties"]["Rules"]
    assert rate["Statement"]["RateBasedStatement"] == {"Limit": 500, "AggregateKeyType": "IP"}
    assert managed["Statement"]["ManagedRuleGroupStatement"] == {
        "VendorName": "AWS",
        "Name": "AWSManagedRulesLinuxRuleSet",
    }
    # What the groups block stays blocked: no override that only counts.
    assert managed["OverrideAction"] == {"None": {}}
    template().resource_count_is("AWS::WAFv2::WebACLAssociation", 1)
    template().has_resource_properties(
        "AWS::Logs::LogGroup", {"LogGroupName": "aws-waf-logs-stack", "RetentionInDays": 3}
    )
    (logging,) = template().find_resources("AWS::WAFv2::LoggingConfiguration").values()
    redacted = [field["SingleHeader"]["Name"] for field in logging["Properties"]["RedactedFields"]]
    assert redacted == ["authorization", "cookie"]
    assert ":*" not in json.dumps(logging["Properties"]["LogDestinationConfigs"])


def test_the_default_waf_fits_the_included_capacity() -> None:
    # https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
    units = {
        "AWSManagedRulesAmazonIpReputationList": 25,
        "AWSManagedRulesKnownBadInputsRuleSet": 200,
        "AWSManagedRulesCommonRuleSet": 700,
    }
    assert sum(units[name] for name in Waf().managed_rule_groups) <= 1_500


@pytest.mark.parametrize("rate", [9, 2_000_000_001])
def test_a_rate_waf_would_refuse_is_refused(rate: int) -> None:
    with pytest.raises(ConfigurationError, match=f"rate limit of {rate} requests"):
        Waf(rate_limit_per_5_minutes=rate)


def test_a_rule_group_of_someone_else_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="Not rule groups that AWS manages: MyRules"):
        Waf(managed_rule_groups=["MyRules", "AWSManagedRulesCommonRuleSet"])


@pytest.mark.parametrize(
    ("groups", "problem"),
    [
        (["AWSManagedRulesCommonRuleSet"] * 2, "A managed rule group is given twice."),
        ("AWSManagedRulesCommonRuleSet", '"AWSManagedRulesCommonRuleSet" stands alone.'),
    ],
)
def test_rule_groups_are_a_list_of_each_once(groups: Any, problem: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Waf(managed_rule_groups=groups)
    assert refused.value.problem == problem
