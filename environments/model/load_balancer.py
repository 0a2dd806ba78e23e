"""The load balancer that all services of an environment share."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Tag

from environments.model.cidr import ClientCidr
from environments.model.fields import CertificateArn, Days, DomainName, HostedZoneId, Reason, between
from environments.model.value import BY_CLASS, Items, Refusal, Value


class HttpsWithCertificate(Value):
    """HTTPS with a certificate that exists; whoever keeps the DNS points the name at the load balancer.

    Args:
        domain_name: The name that users type.
        certificate_arn: A certificate of AWS Certificate Manager in the environment's region and account.
    """

    domain_name: DomainName
    certificate_arn: CertificateArn


class HttpsWithHostedZone(Value):
    """HTTPS with a certificate that is requested, validated and renewed through a Route 53 hosted zone.

    Args:
        domain_name: The name that users type; the alias record is made in the hosted zone.
        hosted_zone_id: Id of the public hosted zone.
        hosted_zone_name: Name of the hosted zone: `domain_name` or one of its parents.
    """

    domain_name: DomainName
    hosted_zone_id: HostedZoneId
    hosted_zone_name: DomainName

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """The name belongs to the hosted zone."""
        return (self._name_in_zone(),)

    def _name_in_zone(self) -> Iterator[Refusal]:
        if not f".{self.domain_name}".endswith(f".{self.hosted_zone_name}"):
            yield Refusal(
                at=("domain_name",),
                problem=f"This name is not in the hosted zone {self.hosted_zone_name}.",
                allowed=f"'{self.hosted_zone_name}' or a name that ends in '.{self.hosted_zone_name}'.",
            )


class Waf(Value):
    """A web ACL with AWS's managed rules.

    Args:
        rate_limit_per_5_minutes: Requests that one address may make in five minutes.
    """

    # https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
    rate_limit_per_5_minutes: Annotated[int, between(10, 2_000_000_000, unit="requests")]


class LoadBalancerSettings(Value):
    """The load balancer.

    Args:
        https: Name and certificate; None is plain HTTP and needs `plain_http_reason`.
        plain_http_reason: Why clear text is acceptable here; goes with `https=None` only.
        test_listener_cidrs: Who reaches the test listener, where a version answers before users see it.
            Nobody by default.
        deletion_protection: Whether AWS refuses to delete the load balancer. On by default.
        access_log_retention_days: How long access logs are kept.
        waf: The web ACL in front of it. None by default.
    """

    https: (
        Annotated[
            Annotated[HttpsWithCertificate, Tag("HttpsWithCertificate")]
            | Annotated[HttpsWithHostedZone, Tag("HttpsWithHostedZone")],
            BY_CLASS,
        ]
        | None
    )
    plain_http_reason: Reason | None = None
    test_listener_cidrs: Items[ClientCidr] = ()
    deletion_protection: bool = True
    access_log_retention_days: Days
    waf: Waf | None = None

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """Clear text has a reason, and a reason is about clear text."""
        return (self._clear_text_has_reason(),)

    def _clear_text_has_reason(self) -> Iterator[Refusal]:
        if self.https is None and self.plain_http_reason is None:
            yield Refusal(
                at=("plain_http_reason",),
                problem="Without https every request crosses the internet in clear text.",
                allowed="https=HttpsWithHostedZone(...) or HttpsWithCertificate(...), or the reason why not.",
            )
        if self.https is not None and self.plain_http_reason is not None:
            yield Refusal(
                at=("plain_http_reason",),
                problem="A reason for clear text stands here, but https is given.",
                allowed="one of the two.",
            )
