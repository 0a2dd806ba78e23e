"""Address blocks as fields of an environment file."""

from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator

from environments.model.value import refused

# RFC 1918 and RFC 6598. Public addresses inside a VPC hide the real owner of those addresses from its tasks.
_PRIVATE = tuple(
    IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
_PRIVATE_LISTED = ", ".join(str(block) for block in _PRIVATE)


def _network(text: str) -> IPv4Network:
    """The block that `text` writes in the one form that templates and security groups keep unchanged."""
    try:
        network = IPv4Network(text, strict=False)
    except ValueError:
        network = None
    if network is None or "/" not in text:
        raise refused("Not an IPv4 block.", allowed="CIDR notation, such as '10.0.0.0/16'.")
    if str(network) != text:
        raise refused("Not written as first address and prefix length.", allowed=f"'{network}'.")
    return network


def _private_block(shortest: int, longest: int, what: str) -> AfterValidator:
    def check(text: str) -> str:
        network = _network(text)
        if not any(network.subnet_of(block) for block in _PRIVATE):
            raise refused("These are not private addresses.", allowed=f"a block inside {_PRIVATE_LISTED}.")
        if not shortest <= network.prefixlen <= longest:
            raise refused(
                f"{what} cannot be /{network.prefixlen}.",
                allowed=f"/{shortest} (large) to /{longest} (small).",
            )
        return text

    return AfterValidator(check)


def _client_block(text: str) -> str:
    network = _network(text)
    # Two halves of the internet are the internet, so a bound and not a look at 0.0.0.0/0 alone.
    if network.prefixlen < 8:
        raise refused(
            f"{network.num_addresses:,} addresses would reach versions that nobody has approved yet.",
            allowed="the addresses of an office, VPN or CI, /8 or narrower, such as '203.0.113.0/24'.",
        )
    return text


# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
VpcCidr = Annotated[str, _private_block(16, 28, "A VPC")]
PrivateSubnetCidr = Annotated[str, _private_block(16, 28, "A subnet")]
# /27, because a load balancer needs that and 8 free addresses in each of its subnets:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
PublicSubnetCidr = Annotated[str, _private_block(16, 27, "A load balancer's subnet")]
ClientCidr = Annotated[str, AfterValidator(_client_block)]
