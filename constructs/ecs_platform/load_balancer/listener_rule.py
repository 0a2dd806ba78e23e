"""Listener rules that a stack update cannot take back from a deployment."""

import enum
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform import once
from ecs_platform.acknowledge import acknowledge
from ecs_platform.load_balancer.rule_values import check_conditions, check_priority
from ecs_platform.problem import ConfigurationError

_CODE = Path(__file__).parent / "rule_function"
_TIMEOUT = once.minutes(3)
# Three attempts of three minutes, with Lambda's pauses of one and two minutes between them:
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
_SERVICE_TIMEOUT = once.minutes(15)


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
    ) -> None:
        super().__init__(scope, id_)
        self.log_group = logs.LogGroup(self, "Logs", retention=log_retention, removal_policy=removal_policy)
        self.role = self._role(load_balancer.load_balancer_full_name)
        # Outside the VPC: it needs ELB's API and CloudFormation's bucket, and nothing inside. No reserved
        # concurrency: services deploy in parallel, each request works on its own rule, and where two want the
        # same priority ELB itself lets one through.
        self.function = lambda_.Function(
            self,
            "Function",
            description="Creates listener rules; changes conditions and priority, never weights.",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler="index.handler",
            # Sources alone, so that the hash does not depend on who has run them.
            code=lambda_.Code.from_asset(str(_CODE), exclude=["**/__pycache__"]),
            timeout=_TIMEOUT,
            # boto3 takes four seconds to load with the default of 128 MiB.
            memory_size=256,
            role=cast(iam.IRole, self.role),
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
        )
        self.service_token = self.function.function_arn
        """The function's ARN, which is all that a rule in another stack needs."""
        self._claims: dict[tuple[str, int], Construct] = {}

    def claim(self, listener_arn: str, priority: int, owner: Construct) -> None:
        """Reserve a priority for a rule.

        Args:
            listener_arn: Where the rule will be.
            priority: Its priority there.
            owner: Whose it is from now on.

        Raises:
            ConfigurationError: Another rule of this app has it already.
        """
        holder = self._claims.setdefault((listener_arn, priority), owner)
        if holder is not owner:
            raise ConfigurationError(
                f"Priority {priority} of a listener is claimed by {holder.node.path} and by "
                f"{owner.node.path}.",
                allowed="a number of its own for each rule of a listener.",
                where="ListenerRule(priority=...), the service's routing priority.",
            )

    def _role(self, load_balancer: str) -> iam.Role:
        stack = cdk.Stack.of(self)

        def on(resource: str) -> str:
            return stack.format_arn(
                service="elasticloadbalancing", resource=resource, resource_name=f"{load_balancer}/*"
            )

        def allow(actions: Sequence[str], resources: Sequence[str], **limits: Any) -> iam.PolicyStatement:
            names = [f"elasticloadbalancing:{action}" for action in actions]
            return iam.PolicyStatement(actions=names, resources=list(resources), conditions=limits)

        listeners, rules = on("listener"), on("listener-rule")
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
        policy = iam.PolicyDocument(
            statements=[
                allow(["DescribeListeners", "DescribeRules", "DescribeTags", "DescribeTargetHealth"], ["*"]),
                allow(["CreateRule"], [listeners]),
                allow(["DeleteRule", "ModifyRule", "SetRulePriorities"], [rules]),
                # https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/tagging-resources-during-creation.html
                allow(
                    ["AddTags"],
                    [listeners, rules],
                    StringEquals={"elasticloadbalancing:CreateAction": "CreateRule"},
                ),
                # A rule that an earlier, failed request left is marked as taken over.
                allow(
                    ["AddTags"],
                    [rules],
                    **{
                        "ForAllValues:StringEquals": {"aws:TagKeys": ["ecs-platform:request"]},
                        "Null": {"aws:TagKeys": "false"},
                    },
                ),
                iam.PolicyStatement(
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[self.log_group.log_group_arn],
                ),
            ]
        )
        role = iam.Role(
            self,
            "Role",
            description="Creates, changes and deletes the listener rules of one load balancer.",
            assumed_by=cast(iam.IPrincipal, iam.ServicePrincipal("lambda.amazonaws.com")),
            inline_policies={"Rules": policy},
        )
        ours = "Rules get their names when they are created; the wildcard stays within one load balancer."
        acknowledge(
            role,
            {
                "AwsSolutions-IAM5[Resource::*]": "ELB's Describe actions take no resource "
                "(Service Authorization Reference).",
                f"AwsSolutions-IAM5[Resource::{_as_nag_writes(stack, listeners)}]": ours,
                f"AwsSolutions-IAM5[Resource::{_as_nag_writes(stack, rules)}]": ours,
            },
        )
        return role


class ListenerRule(Construct):
    """A rule that forwards to a blue and a green target group, and keeps the weights a deployment gave them.

    It is created with the weights of a rule that serves the same pair in the same role, or all for blue where
    there is none. After that CloudFormation changes its conditions and its priority. Another listener means
    another rule, made with the live weights before the old one goes. Other target groups are refused.

    A service must depend on its rules, because ECS takes no group that stands behind no load balancer:
    `service.node.add_dependency(rule)`.

    Args:
        rules: The function of this load balancer.
        listener: Where requests come in.
        role: Whom it serves. Rules of one role follow each other's weights.
        priority: From 1 to 50000, the lowest number is asked first; unique on its listener.
        hosts: Host names that match, with `*` and `?`. By default any.
        paths: Paths that match, with `*` and `?`. By default any.
        blue: The group that serves first.
        green: The group that the first deployment brings in.

    Raises:
        ConfigurationError: A priority or condition that ELB would refuse, no condition, a priority that
            another rule of this listener has, or one group twice.

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
        priority: int,
        hosts: Sequence[str] = (),
        paths: Sequence[str] = (),
        blue: elbv2.IApplicationTargetGroup,
        green: elbv2.IApplicationTargetGroup,
    ) -> None:
        super().__init__(scope, id_)
        check_priority(priority)
        check_conditions(hosts, paths)
        listener_arn = once.listener_arn(listener)
        blue_arn, green_arn = once.target_group_arn(blue), once.target_group_arn(green)
        if blue_arn == green_arn:
            raise ConfigurationError(
                "The rule forwards to one target group twice: a deployment would have nowhere to go.",
                allowed="two groups.",
                where="ListenerRule(blue=..., green=...).",
            )
        rules.claim(listener_arn, priority, self)
        rule = cdk.CustomResource(
            self,
            "Resource",
            resource_type="Custom::SwapSafeListenerRule",
            service_token=rules.service_token,
            service_timeout=_SERVICE_TIMEOUT,
            properties={
                "ListenerArn": listener_arn,
                "Role": role.value,
                "Priority": priority,
                "Hosts": list(hosts),
                "Paths": list(paths),
                "BlueTargetGroupArn": blue_arn,
                "GreenTargetGroupArn": green_arn,
            },
        )
        self.rule_arn = rule.ref
        """The rule's ARN; another one after it moved to another listener."""


def _as_nag_writes(stack: cdk.Stack, arn: str) -> str:
    """The ARN as cdk-nag prints it, with references in angle brackets."""
    resolved = stack.resolve(arn)
    parts = [resolved] if isinstance(resolved, str) else resolved["Fn::Join"][1]

    def text(part: Any) -> str:
        if isinstance(part, str):
            return part
        return f"<{part['Ref']}>" if "Ref" in part else f"<{'.'.join(part['Fn::GetAtt'])}>"

    return "".join(text(part) for part in parts)
