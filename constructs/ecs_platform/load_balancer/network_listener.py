"""Listeners of a Network Load Balancer that a stack update cannot take back from a deployment."""

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform import once
from ecs_platform.load_balancer.listener_rule import RuleRole
from ecs_platform.load_balancer.network_routing import NetworkRouting
from ecs_platform.load_balancer.weight_function import (
    SERVICE_TIMEOUT_MINUTES,
    allow,
    allow_tagging,
    allow_taking_over,
    weight_function,
)
from ecs_platform.place import stack_of
from ecs_platform.problem import ConfigurationError

# AWS's recommendation, and the console's default; its APIs would choose one of 2016.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html
_TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html
_LISTENERS = 50


class NetworkListeners(Construct):
    """The function behind all `NetworkListener`s of one load balancer.

    The listener of a Network Load Balancer holds the weights in its default action, and CloudFormation's own
    writes that action with every change. This function writes it only when it creates a listener; see
    docs/decisions/nlb-listener.md.

    Args:
        load_balancer: The load balancer whose listeners it may make and change, and no others.
        log_retention: How long its log stays. One year by default.
        removal_policy: What happens to the log when the stack is deleted. By default it is kept.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources-lambda.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        load_balancer: elbv2.NetworkLoadBalancer,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
        removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy.RETAIN,
    ) -> None:
        super().__init__(scope, id_)
        self.load_balancer_arn = load_balancer.load_balancer_arn
        listeners = cdk.Stack.of(self).format_arn(
            service="elasticloadbalancing",
            resource="listener",
            resource_name=f"{load_balancer.load_balancer_full_name}/*",
        )
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
        statements = [
            allow(["DescribeListeners", "DescribeTags", "DescribeTargetHealth"], ["*"]),
            allow(["CreateListener"], [self.load_balancer_arn]),
            allow(["DeleteListener", "ModifyListener"], [listeners]),
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/tagging-resources-during-creation.html
            allow(
                ["AddTags"],
                [self.load_balancer_arn, listeners],
                StringEquals={"elasticloadbalancing:CreateAction": "CreateListener"},
            ),
            allow_taking_over([listeners]),
            allow_tagging([listeners]),
        ]
        self.function, self.role, self.log_group = weight_function(
            self,
            carriers="Listeners",
            descriptions=(
                "Creates listeners; changes port, protocol and certificate, never weights.",
                "Creates, changes and deletes the listeners of one load balancer.",
            ),
            statements=statements,
            acknowledged={
                listeners: "Listeners get their names when they are created; the wildcard stays within one "
                "load balancer."
            },
            log_retention=log_retention,
            removal_policy=removal_policy,
        )
        self.service_token = self.function.function_arn
        """The function's ARN, which a listener in another stack needs."""
        self._claims: dict[int, Construct] = {}

    def claim(self, port: int, owner: Construct) -> None:
        """Reserve a port for a listener of any stack.

        Args:
            port: The port.
            owner: Whose it is from now on.

        Raises:
            ConfigurationError: Another listener of this app has it, or there are more than AWS allows.
        """
        holder = self._claims.setdefault(port, owner)
        if holder is not owner:
            raise ConfigurationError(
                f"Port {port} of the load balancer is claimed by {holder.node.path} and by "
                f"{owner.node.path}.",
                allowed="a port of its own for each listener; TCP and UDP on one port are one TCP_UDP "
                "listener.",
                where="NetworkRouting(port=..., test_port=...).",
            )
        if len(self._claims) > _LISTENERS:
            raise ConfigurationError(
                f"With {owner.node.path} the load balancer has {len(self._claims)} listeners.",
                allowed=f"{_LISTENERS}, two for each service, and AWS raises this quota for nobody: other "
                "services need another load balancer.",
                where="NetworkLoadBalancedService(load_balancer=...).",
            )


class NetworkListener(Construct):
    """A listener that forwards to a blue and a green target group, and keeps the weights of a deployment.

    It is created with the weights of a listener that serves the same pair in the same role, or all for blue
    where there is none. After that CloudFormation changes its port, protocol and certificate. Another load
    balancer or other target groups are refused. Its tags are those of its stack, `Stack(tags=...)`.

    A service must depend on its listeners, because ECS takes no group that stands behind no load balancer:
    `service.node.add_dependency(listener)`.

    Args:
        listeners: The function of this load balancer.
        role: Whom it serves. It decides which of the two ports this is.
        routing: Ports, protocol and certificate.
        blue: The group that serves first.
        green: The group that the first deployment brings in.

    Raises:
        ConfigurationError: A port that another listener has, more listeners than AWS allows, or one group
            twice.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        listeners: NetworkListeners,
        role: RuleRole,
        routing: NetworkRouting,
        blue: elbv2.INetworkTargetGroup,
        green: elbv2.INetworkTargetGroup,
    ) -> None:
        super().__init__(scope, id_)
        blue_arn, green_arn = blue.target_group_arn, green.target_group_arn
        if blue_arn == green_arn:
            raise ConfigurationError(
                "The listener forwards to one target group twice: a deployment would have nowhere to go.",
                allowed="two groups.",
                where="NetworkListener(blue=..., green=...).",
            )
        port = routing.port if role is RuleRole.PRODUCTION else routing.test_port
        listeners.claim(port, self)
        tls: dict[str, object] = {}
        if routing.certificate:
            tls = {"CertificateArn": routing.certificate.certificate_arn, "SslPolicy": _TLS_POLICY}
            if routing.alpn:
                tls["AlpnPolicy"] = routing.alpn.value
        listener = cdk.CustomResource(
            self,
            "Resource",
            resource_type="Custom::SwapSafeListener",
            service_token=listeners.service_token,
            service_timeout=once.minutes(SERVICE_TIMEOUT_MINUTES),
            properties={
                "LoadBalancerArn": listeners.load_balancer_arn,
                "Role": role.value,
                "Port": port,
                "Protocol": routing.protocol.value,
                **tls,
                "BlueTargetGroupArn": blue_arn,
                "GreenTargetGroupArn": green_arn,
                # CloudFormation passes a stack's tags to its own resources only.
                "Tags": once.stack_tags(stack_of(scope)),
            },
        )
        self.listener_arn = listener.ref
        """The listener's ARN."""
