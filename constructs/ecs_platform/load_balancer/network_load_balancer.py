"""A Network Load Balancer that many services share, each on ports of its own."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform import once
from ecs_platform.acknowledge import acknowledge
from ecs_platform.load_balancer.access_logs import access_log_bucket
from ecs_platform.load_balancer.cidrs import ANYWHERE, refuse_networks
from ecs_platform.load_balancer.network_listener import NetworkListeners
from ecs_platform.load_balancer.network_routing import NetworkRouting
from ecs_platform.network.interface import INetwork


class NetworkLoadBalancer(Construct):
    """A Network Load Balancer without listeners: they come, with the way in, from each service's stack.

    For services that HTTP does not fit: other protocols over TCP or UDP, TLS that a task ends itself, long
    connections. It has no web ACL, no rules, and no answer of its own where no task is healthy.

    Args:
        network: Where it stands: in the public subnets, or in the task subnets when it is internal.
        client_cidrs: The addresses that reach the production ports of services. By default the whole
            internet; inside, the VPC.
        test_listener_cidrs: The only addresses that reach the test ports, where a new version answers before
            users see it. By default nobody does.
        internal: Whether it has private addresses alone. By default it faces the internet.
        cross_zone: Whether each of its zones sends to tasks in all of them. On by default, so that a few
            tasks share the load evenly; AWS bills what crosses zones. Off, a zone without a healthy task
            takes nothing.
        deletion_protection: Whether AWS refuses to delete the load balancer. On by default.
        access_log_retention: How long access logs stay in their bucket. 90 days by default. **AWS writes them
            for TLS listeners alone**; what comes over TCP or UDP is in the VPC's flow logs.
        removable: Whether the logs go with the stack. By default they are kept.
        log_retention: How long the log of the function that keeps the listeners stays. One year by default.

    Raises:
        ConfigurationError: A test listener open to the world, or an invalid CIDR.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        network: INetwork,
        client_cidrs: Sequence[str] | None = None,
        test_listener_cidrs: Sequence[str] = (),
        internal: bool = False,
        cross_zone: bool = True,
        deletion_protection: bool = True,
        access_log_retention: cdk.Duration | None = None,
        removable: bool = False,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
    ) -> None:
        super().__init__(scope, id_)
        if client_cidrs is None:
            client_cidrs = (network.cidr,) if internal else (ANYWHERE,)
        refuse_networks(
            "NetworkLoadBalancer", client_cidrs=client_cidrs, test_listener_cidrs=test_listener_cidrs
        )
        # Once each: a second rule for the same would not be a construct, nor one that EC2 takes.
        self._clients, self._testers = dict.fromkeys(client_cidrs), dict.fromkeys(test_listener_cidrs)

        # A load balancer made without a security group can never get one.
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
        self.security_group = ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=network.vpc,
            description="Network load balancer: in from clients, out to the tasks of its services.",
            # Each service's stack opens the ways in and to its own tasks.
            allow_all_outbound=False,
        )
        # A router says so when a packet is too large for it; unheard, what a task sends is lost. It comes
        # from the router's address, and no client's.
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
        self.security_group.add_ingress_rule(
            once.any_ipv4(), ec2.Port.icmp_type_and_code(3, 4), "Packets too large, from routers"
        )
        acknowledge(
            self.security_group,
            {"AwsSolutions-EC23": "Routers anywhere may say that a packet is too large, and nothing else."},
        )
        subnets = network.task_subnets if internal else network.public_subnets
        self.load_balancer = elbv2.NetworkLoadBalancer(
            self,
            "Nlb",
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnets=list(subnets)),
            internet_facing=not internal,
            security_groups=[self.security_group],
            cross_zone_enabled=cross_zone,
            deletion_protection=deletion_protection,
        )
        self.load_balancer.log_access_logs(
            access_log_bucket(self, "AccessLogs", retention=access_log_retention, removable=removable)
        )
        self.listeners = NetworkListeners(
            self,
            "Listeners",
            load_balancer=self.load_balancer,
            log_retention=log_retention,
            removal_policy=cdk.RemovalPolicy.DESTROY if removable else cdk.RemovalPolicy.RETAIN,
        )
        self.full_name = self.load_balancer.load_balancer_full_name
        """Its part of its ARN, which metrics know it by."""
        self.dns_name = self.load_balancer.load_balancer_dns_name
        """The name that clients resolve."""

    @property
    def exports(self) -> Sequence[str]:
        """What services' stacks may import; a stack exports all of it whether used or not."""
        return [
            self.load_balancer.load_balancer_arn,
            self.dns_name,
            self.full_name,
            self.security_group.security_group_id,
            self.listeners.service_token,
        ]

    def admit(self, scope: Construct, routing: NetworkRouting) -> None:
        """Open the ports of a service, in the service's own stack: "Clients..." and "Testers...".

        Args:
            scope: The service.
            routing: Its ports.
        """
        for name, cidrs, port in (
            ("Clients", self._clients, routing.port),
            ("Testers", self._testers, routing.test_port),
        ):
            for cidr in cidrs:
                for transport in routing.protocol.transports:
                    self._admit(scope, f"{name}{cidr}{transport}", cidr, port, transport)

    def _admit(self, scope: Construct, id_: str, cidr: str, port: int, transport: str) -> None:
        # L1: the L2 would write this into the group, which is the stack of everybody else's services.
        way_in = ec2.CfnSecurityGroupIngress(
            scope,
            id_.replace("/", "-"),
            group_id=self.security_group.security_group_id,
            cidr_ip=cidr,
            ip_protocol=transport,
            from_port=port,
            to_port=port,
            description=f"{transport.upper()} {port} from {cidr}",
        )
        if cidr == ANYWHERE:
            acknowledge(
                way_in,
                {
                    "AwsSolutions-EC23": "A public load balancer answers the internet; only the ports of its "
                    "listeners are open."
                },
            )
