"""How a load balancer gets its certificate and its name."""

from dataclasses import dataclass

from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53

from ecs_platform.problem import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class Https:
    """The name that users type and where its certificate comes from.

    Args:
        domain_name: The host name in front of the load balancer, such as `shop.example.com`.
        certificate: A certificate of AWS Certificate Manager in the load balancer's region. By default one is
            requested for `domain_name` and validated through `hosted_zone`.
        hosted_zone: The public hosted zone that holds `domain_name`; the alias record is made there. By
            default none is made, and whoever keeps the DNS points the name at the load balancer.

    Raises:
        ConfigurationError: Neither certificate nor hosted zone is given.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html
    """

    domain_name: str
    certificate: acm.ICertificate | None = None
    hosted_zone: route53.IHostedZone | None = None

    def __post_init__(self) -> None:
        if self.certificate is None and self.hosted_zone is None:
            raise ConfigurationError(
                f"HTTPS for {self.domain_name} has neither a certificate nor a hosted zone to validate one.",
                allowed="a certificate, a hosted zone, or both.",
                where="Https(certificate=..., hosted_zone=...).",
            )
