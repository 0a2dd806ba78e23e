"""What a container speaks on its port."""

from enum import StrEnum


class PortProtocol(StrEnum):
    """The protocol of a container's port, which Service Connect and its metrics go by.

    A load balancer has a protocol of its own. TCP stands for whatever else goes over TCP.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
    """

    HTTP = "http"
    HTTP2 = "http2"
    GRPC = "grpc"
    TCP = "tcp"
    UDP = "udp"

    @property
    def transport(self) -> str:
        """What carries it: two containers may share a number, one over TCP and one over UDP."""
        return "udp" if self is PortProtocol.UDP else "tcp"
