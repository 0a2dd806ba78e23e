"""An Application Load Balancer that many blue/green services share."""

from collections.abc import Sequence
from functools import cache
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from ecs_platform import once
from ecs_platform.acknowledge import acknowledge
from ecs_platform.load_balancer.access_logs import access_log_bucket
from ecs_platform.load_balancer.cidrs import ANYWHERE, refuse_networks
from ecs_platform.load_balancer.https import Https
from ecs_platform.load_balancer.listener_rule import ListenerRules
from ecs_platform.load_balancer.rule_ledger import DEFAULT_RULES
from ecs_platform.load_balancer.waf import Waf, WebAcl
from ecs_platform.network.interface import INetwork
from ecs_platform.problem import ConfigurationError

TEST_PORT = 9000


class LoadBalancer(Construct):
    """An internet-facing ALB with a production and a test listener, both answering 404 until a rule matches.

    The HTTP and the HTTPS listener are two listeners with ids of their own, so that going from one to the
    other adds a listener and replaces none. Rules and the way to the tasks come from each service's stack.

    Args:
        network: Where it stands: in the public subnets.
        https: The name and its certificate. With it, port 443 is the production listener and port 80
            redirects there; without it, port 80 is the production listener and traffic is in clear text.
        plain_http_reason: Why clear text is acceptable; demanded exactly when `https` is not given.
        test_listener_cidrs: The only addresses that reach the test listener on port 9000, where a new
            version answers before users see it. By default nobody does.
        client_cidrs: The addresses that reach the production listener. By default the whole internet.
        deletion_protection: Whether AWS refuses to delete the load balancer. On by default.
        access_log_retention: How long access logs stay in their bucket. 90 days by default.
        removable: Whether the logs go with the stack. By default they are kept.
        waf: What a web ACL blocks before a request gets here. By default there is none.
        idle_timeout: How long a silent connection stays open, 1 to 4,000 seconds. 60 by default; the
            application's keep-alive must be longer, or the load balancer answers 502.
        log_retention: How long the log of the function that keeps the listener rules stays. One year by
            default.
        rule_quota: How many rules its listeners may have together; a service has one on each of two. 100 by
            default, as in every account; a higher number once AWS has granted it.

    Raises:
        ConfigurationError: A test listener open to the world, an invalid CIDR, clear text without a reason,
            a reason without clear text, a time-out out of its range, or a quota below 100.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        network: INetwork,
        https: Https | None = None,
        plain_http_reason: str | None = None,
        test_listener_cidrs: Sequence[str] = (),
        client_cidrs: Sequence[str] = (ANYWHERE,),
        deletion_protection: bool = True,
        access_log_retention: cdk.Duration | None = None,
        removable: bool = False,
        waf: Waf | None = None,
        idle_timeout: cdk.Duration | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR,
        rule_quota: int = DEFAULT_RULES,
    ) -> None:
        super().__init__(scope, id_)
        refuse_networks("LoadBalancer", client_cidrs=client_cidrs, test_listener_cidrs=test_listener_cidrs)
        _refuse_unexplained_clear_text(https, plain_http_reason)
        _refuse_idle_timeout(idle_timeout)

        self.security_group = ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=network.vpc,
            description="Load balancer: in from clients, out to the tasks of its services.",
            # Each service's stack opens the way to its own tasks.
            allow_all_outbound=False,
        )
        removal_policy = cdk.RemovalPolicy.DESTROY if removable else cdk.RemovalPolicy.RETAIN
        self.load_balancer = elbv2.ApplicationLoadBalancer(
            self,
            "Alb",
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnets=list(network.public_subnets)),
            internet_facing=True,
            security_group=self.security_group,
            deletion_protection=deletion_protection,
            drop_invalid_header_fields=True,
            idle_timeout=idle_timeout or once.seconds(60),
        )
        self.load_balancer.log_access_logs(
            access_log_bucket(self, "AccessLogs", retention=access_log_retention, removable=removable)
        )
        self._admit(client_cidrs, [80, 443] if https else [80])
        self._admit(test_listener_cidrs, [TEST_PORT])

        certificates = [self._certificate(https)] if https else None
        self.http_listener = self.load_balancer.add_listener(
            "Http",
            port=80,
            protocol=elbv2.ApplicationProtocol.HTTP,
            open=False,
            default_action=_to_https() if https else _not_found(),
        )
        self.https_listener: elbv2.ApplicationListener | None = None
        if https:
            self.https_listener = self._listener("Https", 443, certificates)
        self.test_listener = self._listener("Test", TEST_PORT, certificates)
        self.production_listener = self.https_listener or self.http_listener
        if plain_http_reason:
            # Where the next reviewer of the template meets it.
            cast(elbv2.CfnListener, self.http_listener.node.default_child).add_metadata(
                "PlainHttpReason", plain_http_reason
            )

        self.rules = ListenerRules(
            self,
            "Rules",
            load_balancer=self.load_balancer,
            log_retention=log_retention,
            removal_policy=removal_policy,
            rule_quota=rule_quota,
        )
        self._dns_name = self.load_balancer.load_balancer_dns_name
        self.url = f"https://{https.domain_name}" if https else f"http://{self._dns_name}"
        if https and https.hosted_zone:
            route53.ARecord(
                self,
                "Alias",
                zone=https.hosted_zone,
                record_name=https.domain_name,
                target=route53.RecordTarget.from_alias(
                    cast("route53.IAliasRecordTarget", targets.LoadBalancerTarget(self.load_balancer))
                ),
            )
        if waf:
            WebAcl(
                self,
                "Waf",
                waf=waf,
                resource_arn=self.load_balancer.load_balancer_arn,
                removal_policy=removal_policy,
            )

    @property
    def exports(self) -> Sequence[str]:
        """What services' stacks may import; a stack exports all of it whether used or not."""
        listeners = (self.http_listener, self.https_listener, self.test_listener)
        return [
            self.load_balancer.load_balancer_arn,
            self._dns_name,
            once.load_balancer_full_name(self.load_balancer),
            self.security_group.security_group_id,
            *(once.listener_arn(listener) for listener in listeners if listener),
            self.rules.service_token,
        ]

    def _listener(
        self,
        id_: str,
        port: int,
        certificates: list[elbv2.IListenerCertificate] | None,
    ) -> elbv2.ApplicationListener:
        return self.load_balancer.add_listener(
            id_,
            port=port,
            protocol=elbv2.ApplicationProtocol.HTTPS if certificates else elbv2.ApplicationProtocol.HTTP,
            certificates=certificates,
            ssl_policy=elbv2.SslPolicy.TLS13_12_RES_PQ if certificates else None,
            open=False,
            default_action=_not_found(),
        )

    def _certificate(self, https: Https) -> elbv2.IListenerCertificate:
        certificate = https.certificate or acm.Certificate(
            self,
            "Certificate",
            domain_name=https.domain_name,
            validation=acm.CertificateValidation.from_dns(https.hosted_zone),
        )
        return elbv2.ListenerCertificate.from_certificate_manager(certificate)

    def _admit(self, cidrs: Sequence[str], ports: Sequence[int]) -> None:
        for cidr in cidrs:
            peer = once.any_ipv4() if cidr == ANYWHERE else ec2.Peer.ipv4(cidr)
            for port in ports:
                self.security_group.add_ingress_rule(peer, once.tcp(port))
        if ANYWHERE in cidrs:
            acknowledge(
                self.security_group,
                {
                    "AwsSolutions-EC23": "A public load balancer answers the internet; only the "
                    "ports of its listeners are open."
                },
            )


@cache
def _not_found() -> elbv2.ListenerAction:
    return elbv2.ListenerAction.fixed_response(
        404, content_type="application/json", message_body='{"error":"no service answers here"}'
    )


@cache
def _to_https() -> elbv2.ListenerAction:
    return elbv2.ListenerAction.redirect(port="443", protocol="HTTPS", permanent=True)


def _refuse_unexplained_clear_text(https: Https | None, reason: str | None) -> None:
    if https is None and not reason:
        raise ConfigurationError(
            "Without HTTPS every request crosses the internet in clear text.",
            allowed="https=Https(...), or a reason why clear text is acceptable here.",
            where="LoadBalancer(https=... or plain_http_reason=...).",
        )
    if https is not None and reason:
        raise ConfigurationError(
            "A reason for clear text is given, but HTTPS is on.",
            allowed="one of the two.",
            where="LoadBalancer(https=... or plain_http_reason=...).",
        )


def _refuse_idle_timeout(timeout: cdk.Duration | None) -> None:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
    if timeout is None or timeout.is_unresolved():
        return
    seconds = timeout.to_seconds(integral=False)
    if not 1 <= seconds <= 4_000 or seconds % 1:
        raise ConfigurationError(
            f"Silent connections would stay open for {seconds:g} seconds.",
            allowed="1 to 4,000 seconds, whole ones.",
            where="LoadBalancer(idle_timeout=...).",
        )
