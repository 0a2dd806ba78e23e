"""Listener rules that a stack update cannot take back from a deployment."""

import enum
from collections.abc import Sequence
from functools import partial

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform import once
from ecs_platform.load_balancer.rule_ledger import DEFAULT_RULES, RuleLedger
from ecs_platform.load_balancer.rule_places import RulePlace
from ecs_platform.load_balancer.rule_values import wrong_conditions, wrong_priority
from ecs_platform.load_balancer.weight_function import (
    SERVICE_TIMEOUT_MINUTES,
    allow,
    allow_tagging,
    allow_taking_over,
    weight_function,
)
from ecs_platform.mistakes import refuse
from ecs_platform.place import stack_of
from ecs_platform.problem import ConfigurationError


class RuleRole(enum.Enum):
    """Whom a rule serves: users, or those who look at a new version before users do."""

    PRODUCTION = "production"
    TEST = "test"


class ListenerRules(Construct):
    """The function behind all `ListenerRule`s of one load balancer.

    CloudFormation's own rule writes conditions and actions together, so that any change of it sends users
    back to the target group of the first day. This function writes actions only when it creates a rule; see
    docs/decisions/listener-rule-as-custom-resource.md.

    Args:
        load_balancer: The load balancer whose listeners and rules it may change, and no others.
        log_retention: How long its log stays. One year by default.
        removal_policy: What happens to the log when the stack is deleted. By default it is kept.
        rule_quota: How many rules the load balancer may have. 100 by default, as in every account.

    Raises:
        ConfigurationError: A quota below 100.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        load_balancer: elbv2.ApplicationLoadBalancer,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
        removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy.RETAIN,
        rule_quota: int = DEFAULT_RULES,
    ) -> None:
        super().__init__(scope, id_)
        arn = partial(_arn, self, load_balancer.load_balancer_full_name)
        listeners, rules = arn("listener"), arn("listener-rule")
        ours = "Rules get their names when they are created; the wildcard stays within one load balancer."
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
        statements = [
            allow(["DescribeListeners", "DescribeRules", "DescribeTags", "DescribeTargetHealth"], ["*"]),
            allow(["CreateRule"], [listeners]),
            allow(["DeleteRule", "ModifyRule", "SetRulePriorities"], [rules]),
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/tagging-resources-during-creation.html
            allow(
                ["AddTags"],
                [listeners, rules],
                StringEquals={"elasticloadbalancing:CreateAction": "CreateRule"},
            ),
            allow_taking_over([rules]),
            allow_tagging([rules]),
        ]
        self.function, self.role, self.log_group = weight_function(
            self,
            carriers="Rules",
            descriptions=(
                "Creates listener rules; changes conditions and priority, never weights.",
                "Creates, changes and deletes the listener rules of one load balancer.",
            ),
            statements=statements,
            acknowledged={listeners: ours, rules: ours},
            log_retention=log_retention,
            removal_policy=removal_policy,
        )
        self.service_token = self.function.function_arn
        """The function's ARN, which is all that a rule in another stack needs."""
        self._ledger = RuleLedger(rule_quota=rule_quota)

    def claim(
        self,
        listener_arn: str,
        priority: int | None,
        owner: Construct,
        *,
        hosts: Sequence[str] = (),
        paths: Sequence[str] = (),
        groups: Sequence[str] = (),
    ) -> int:
        """Reserve a priority for a rule of any stack, and count the rule; the priority.

        Args:
            listener_arn: Where the rule will be.
            priority: Its priority there. None computes it from its conditions.
            owner: Whose it is from now on.
            hosts: The rule's host names.
            paths: The rule's paths.
            groups: The ARNs of the target groups that the rule forwards to.

        Raises:
            ConfigurationError: Another rule of this app has it already or makes a computed one pointless; or
                the load balancer has more rules or target groups than its quotas allow.
        """
        place = RulePlace(priority=priority, hosts=hosts, paths=paths)
        self._ledger.enter(listener_arn, place, groups=groups, owner=owner)
        return place.number


class ListenerRule(Construct):
    """A rule that forwards to a blue and a green target group, and keeps the weights a deployment gave them.

    It is created with the weights of a rule that serves the same pair in the same role, or all for blue where
    there is none. After that CloudFormation changes its conditions and its priority. Another listener means
    another rule, made with the live weights before the old one goes. Other target groups are refused.
    Its tags are those of its stack, `Stack(tags=...)`.

    A service must depend on its rules, because ECS takes no group that stands behind no load balancer:
    `service.node.add_dependency(rule)`.

    Args:
        rules: The function of this load balancer.
        listener: Where requests come in.
        role: Whom it serves. Rules of one role follow each other's weights.
        priority: From 1 to 50000, the lowest number is asked first; unique on its listener. By default it
            comes from the rule's hosts and paths alone, docs/decisions/priorities.md.
        hosts: Host names that match, with `*` and `?`. By default any.
        paths: Paths that match, with `*` and `?`. By default any.
        blue: The group that serves first.
        green: The group that the first deployment brings in.

    Raises:
        ConfigurationError: A priority or condition that ELB would refuse, no condition, a priority that
            another rule of this listener has, one group twice, a priority to be computed from a token; or
            more rules or target groups than the load balancer takes.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        rules: ListenerRules,
        listener: elbv2.IApplicationListener,
        role: RuleRole,
        priority: int | None = None,
        hosts: Sequence[str] = (),
        paths: Sequence[str] = (),
        blue: elbv2.IApplicationTargetGroup,
        green: elbv2.IApplicationTargetGroup,
    ) -> None:
        super().__init__(scope, id_)
        refuse([*wrong_priority(priority), *wrong_conditions(hosts, paths, computed=priority is None)])
        listener_arn = once.listener_arn(listener)
        blue_arn, green_arn = once.target_group_arn(blue), once.target_group_arn(green)
        if blue_arn == green_arn:
            raise ConfigurationError(
                "The rule forwards to one target group twice: a deployment would have nowhere to go.",
                allowed="two groups.",
                where="ListenerRule(blue=..., green=...).",
            )
        priority = rules.claim(
            listener_arn, priority, self, hosts=hosts, paths=paths, groups=[blue_arn, green_arn]
        )
        rule = cdk.CustomResource(
            self,
            "Resource",
            resource_type="Custom::SwapSafeListenerRule",
            service_token=rules.service_token,
            service_timeout=once.minutes(SERVICE_TIMEOUT_MINUTES),
            properties={
                "ListenerArn": listener_arn,
                "Role": role.value,
                "Priority": priority,
                "Hosts": list(hosts),
                "Paths": list(paths),
                "BlueTargetGroupArn": blue_arn,
                "GreenTargetGroupArn": green_arn,
                # CloudFormation passes a stack's tags to its own resources only.
                "Tags": once.stack_tags(stack_of(scope)),
            },
        )
        self.rule_arn = rule.ref
        """The rule's ARN; another one after it moved to another listener."""


def _arn(scope: Construct, load_balancer: str, resource: str) -> str:
    return cdk.Stack.of(scope).format_arn(
        service="elasticloadbalancing", resource=resource, resource_name=f"{load_balancer}/*"
    )
