"""A load balancer with two listeners and the rule function, for the tests of both constructs."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from ecs_platform.load_balancer.listener_rule import ListenerRule, ListenerRules, RuleRole

RULE = "Custom::SwapSafeListenerRule"


class Platform:
    """In a stack of its own or of the test."""

    def __init__(self, stack: cdk.Stack, **options: Any) -> None:
        self.vpc = ec2.Vpc.from_vpc_attributes(
            stack,
            "Vpc",
            vpc_id="vpc-1",
            availability_zones=["eu-central-1a", "eu-central-1b"],
            private_subnet_ids=["subnet-1", "subnet-2"],
            private_subnet_route_table_ids=["rtb-1", "rtb-2"],
        )
        self.balancer = elbv2.ApplicationLoadBalancer(stack, "Alb", vpc=self.vpc)
        self.http, self.https = (
            self.balancer.add_listener(
                name,
                port=port,
                protocol=elbv2.ApplicationProtocol.HTTP,
                default_action=elbv2.ListenerAction.fixed_response(404),
                open=False,
            )
            for name, port in (("Http", 80), ("Other", 8080))
        )
        self.rules = ListenerRules(stack, "Rules", load_balancer=self.balancer, **options)

    def rule(self, scope: cdk.Stack, id_: str = "Rule", **options: Any) -> ListenerRule:
        """A rule for a pair of its own."""
        blue, green = (
            elbv2.ApplicationTargetGroup(
                scope, f"{id_}{colour}", vpc=self.vpc, port=80, target_type=elbv2.TargetType.IP
            )
            for colour in ("Blue", "Green")
        )
        arguments: dict[str, Any] = {
            "rules": self.rules,
            "listener": self.http,
            "role": RuleRole.PRODUCTION,
            "priority": 10,
            "paths": ["/hello"],
            "blue": blue,
            "green": green,
        }
        return ListenerRule(scope, id_, **(arguments | options))
