"""Where clients of a Network Load Balancer find a service."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import aws_certificatemanager as acm

from ecs_platform.mistakes import Mistake, out_of_range, refuse


class NetworkProtocol(StrEnum):
    """What a listener takes. QUIC is not offered.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
    """

    TCP = "TCP"
    TLS = "TLS"
    UDP = "UDP"
    TCP_UDP = "TCP_UDP"

    @property
    def transports(self) -> Sequence[str]:
        """What goes over the wire, as a security group calls it."""
        return {"UDP": ("udp",), "TCP_UDP": ("tcp", "udp")}.get(self.value, ("tcp",))

    @property
    def keeps_client_address(self) -> bool:
        """Whether a task always sees the client's own address; nobody can turn that off."""
        return "udp" in self.transports

    @property
    def of_targets(self) -> "NetworkProtocol":
        """What a task is spoken to: TLS ends at the load balancer."""
        return NetworkProtocol.TCP if self is NetworkProtocol.TLS else self


class Alpn(StrEnum):
    """Which versions of HTTP a TLS listener offers to clients.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html#alpn-policies
    """

    HTTP1_ONLY = "HTTP1Only"
    HTTP2_ONLY = "HTTP2Only"
    HTTP2_OPTIONAL = "HTTP2Optional"
    HTTP2_PREFERRED = "HTTP2Preferred"


@dataclass(frozen=True, kw_only=True)
class NetworkRouting:
    """The two ports of a service: one for clients, one for those who look at a new version first.

    A port belongs to one service, whatever the protocol: TCP and UDP on one port are one TCP_UDP listener.

    Args:
        port: Where clients connect, 1 to 65535.
        test_port: Where a new version answers before clients meet it; the load balancer says for whom it is
            open. Another number.
        protocol: What both ports take. TCP by default: bytes go through as they come.
        certificate: With TLS, which ends at the load balancer: the certificate it shows, in its region. TLS
            1.2 and 1.3 with post-quantum key exchange, AWS's recommended policy.
        alpn: With TLS, which versions of HTTP are offered. By default none are negotiated.

    Raises:
        ConfigurationError: A port out of its range or given twice, TLS without a certificate, or a
            certificate or ALPN without TLS; all that is wrong at once.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
    """

    port: int
    test_port: int
    protocol: NetworkProtocol = NetworkProtocol.TCP
    certificate: acm.ICertificate | None = None
    alpn: Alpn | None = None

    def __post_init__(self) -> None:
        mistakes: list[Mistake] = []
        for name in ("port", "test_port"):
            value: int = getattr(self, name)
            mistakes += out_of_range(
                value, 1, 65_535, what=f"The {name}", where=f"NetworkRouting({name}=...)."
            )
        if self.port == self.test_port:
            mistakes.append(
                Mistake(
                    problem=f"Clients and those who test would share port {self.port}.",
                    allowed="a test_port of its own.",
                    where="NetworkRouting(test_port=...).",
                )
            )
        tls = self.protocol is NetworkProtocol.TLS
        if tls and self.certificate is None:
            mistakes.append(
                Mistake(
                    problem="A TLS listener has no certificate to show.",
                    allowed="a certificate of AWS Certificate Manager, or TCP where the task itself speaks "
                    "TLS.",
                    where="NetworkRouting(certificate=...).",
                )
            )
        for name, given in (("certificate", self.certificate), ("alpn", self.alpn)):
            if given is not None and not tls:
                mistakes.append(
                    Mistake(
                        problem=f"{name} is given for a {self.protocol} listener, which decrypts nothing.",
                        allowed="NetworkProtocol.TLS, or neither certificate nor alpn.",
                        where=f"NetworkRouting(protocol=..., {name}=...).",
                    )
                )
        refuse(mistakes)
