"""A web ACL in front of a load balancer."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from ecs_platform.mistakes import not_a_list, refuse
from ecs_platform.place import place_of
from ecs_platform.problem import ConfigurationError

_AWS_MANAGED_PREFIX = "AWSManagedRules"


@dataclass(frozen=True, kw_only=True)
class Waf:
    """What the web ACL of a load balancer blocks.

    Args:
        rate_limit_per_5_minutes: Requests one client address may make in any five minutes before it is
            blocked. 2,000 by default, about seven a second.
        managed_rule_groups: Names of AWS managed rule groups, first evaluated first. By default the common
            set, known bad inputs and Amazon's reputation list, together 925 of the 1,500 capacity units that
            are included in the price of a web ACL.
        log_retention: How long blocked and counted requests stay in CloudWatch Logs. One month by default.

    Raises:
        ConfigurationError: A rate outside AWS WAF's range, or a rule group that AWS does not manage.

    https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
    """

    rate_limit_per_5_minutes: int = 2_000
    managed_rule_groups: Sequence[str] = (
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesCommonRuleSet",
    )
    log_retention: logs.RetentionDays = logs.RetentionDays.ONE_MONTH

    def __post_init__(self) -> None:
        if not 10 <= self.rate_limit_per_5_minutes <= 2_000_000_000:
            raise ConfigurationError(
                f"A rate limit of {self.rate_limit_per_5_minutes} requests is outside AWS WAF's range.",
                allowed="10 to 2,000,000,000 requests in five minutes.",
                where="Waf(rate_limit_per_5_minutes=...).",
            )
        refuse(not_a_list(self.managed_rule_groups, where="Waf(managed_rule_groups=...)."))
        foreign = [name for name in self.managed_rule_groups if not name.startswith(_AWS_MANAGED_PREFIX)]
        if foreign:
            raise ConfigurationError(
                f"Not rule groups that AWS manages: {', '.join(foreign)}.",
                allowed=f"names that start with {_AWS_MANAGED_PREFIX}.",
                where="Waf(managed_rule_groups=...).",
            )
        if len(set(self.managed_rule_groups)) < len(self.managed_rule_groups):
            # A web ACL takes each name of a rule once.
            raise ConfigurationError(
                "A managed rule group is given twice.",
                allowed="each once.",
                where="Waf(managed_rule_groups=...).",
            )


class WebAcl(Construct):
    """The web ACL of one load balancer, with its log of everything that was not simply allowed.

    Args:
        waf: What it blocks.
        resource_arn: The load balancer's ARN.
        removal_policy: What becomes of the log when the stack goes.

    https://docs.aws.amazon.com/waf/latest/developerguide/web-acl.html
    """

    def __init__(
        self, scope: Construct, id_: str, *, waf: Waf, resource_arn: str, removal_policy: RemovalPolicy
    ) -> None:
        super().__init__(scope, id_)
        # L1, because aws-cdk-lib has no L2 for WAF: https://github.com/aws/aws-cdk/issues/6056
        acl = wafv2.CfnWebACL(
            self,
            "Acl",
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_metrics("Acl"),
            rules=[
                wafv2.CfnWebACL.RuleProperty(
                    name="RateLimit",
                    priority=0,
                    action=wafv2.CfnWebACL.RuleActionProperty(block={}),
                    statement=wafv2.CfnWebACL.StatementProperty(
                        rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                            limit=waf.rate_limit_per_5_minutes, aggregate_key_type="IP"
                        )
                    ),
                    visibility_config=_metrics("RateLimit"),
                ),
                *(
                    wafv2.CfnWebACL.RuleProperty(
                        name=name,
                        priority=priority,
                        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
                        statement=wafv2.CfnWebACL.StatementProperty(
                            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                                vendor_name="AWS", name=name
                            )
                        ),
                        visibility_config=_metrics(name),
                    )
                    for priority, name in enumerate(waf.managed_rule_groups, start=1)
                ),
            ],
        )
        acl_arn = acl.attr_arn
        wafv2.CfnWebACLAssociation(self, "Association", resource_arn=resource_arn, web_acl_arn=acl_arn)
        log_group = logs.LogGroup(
            self,
            "Logs",
            # AWS WAF writes to no log group whose name starts otherwise:
            # https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
            log_group_name=f"aws-waf-logs-{Stack.of(self).stack_name}",
            retention=waf.log_retention,
            removal_policy=removal_policy,
        )
        wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=acl_arn,
            # WAF wants the ARN without the ":*" that LogGroup's attribute ends with.
            log_destination_configs=[place_of(self).arn("logs", f"log-group:{log_group.log_group_name}")],
            redacted_fields=[
                wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": header})
                for header in ("authorization", "cookie")
            ],
        )


def _metrics(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )
