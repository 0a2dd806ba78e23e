"""The zones of a network, and the plan of addresses they must keep."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Network

import aws_cdk as cdk

from ecs_platform.problem import ConfigurationError

# Local and wavelength zones ("us-west-2-lax-1a") do not match: Fargate does not run there.
_ZONE_NAME = re.compile(r"(?P<region>[a-z]+(-[a-z]+)+-\d+)[a-z]")
_SMALLEST_SUBNET = 28  # https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
_SMALLEST_ALB_SUBNET = (
    27  # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
)
_LARGEST_VPC = 16  # https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html


class Nat(Enum):
    """How tasks reach the internet: not at all, through one NAT gateway, or through one in each zone."""

    NONE = "none"
    ONE = "one"
    ONE_PER_ZONE = "one_per_zone"


@dataclass(frozen=True, kw_only=True)
class Zone:
    """One availability zone of a network, with the addresses it keeps for life.

    Args:
        name: The availability zone, such as `eu-central-1a`. Its last letter names the zone's resources.
        public_cidr: IPv4 range for load balancers and NAT, /27 or larger.
        private_cidr: IPv4 range for tasks and interface endpoints, /28 or larger.
        retired: True takes the zone out of use and leaves its subnets standing, so that what still
            runs or imports them can move away first. Remove the zone once that has been deployed.

    Raises:
        ConfigurationError: A name that is no availability zone, or a range that is no IPv4 network.
    """

    name: str
    public_cidr: str
    private_cidr: str
    retired: bool = False

    def __post_init__(self) -> None:
        if not _ZONE_NAME.fullmatch(self.name):
            raise ConfigurationError(
                f"{self.name!r} is not the name of an availability zone.",
                allowed="a literal name such as 'eu-central-1a', of a zone that is not local or wavelength.",
                where="the `name` of the Zone.",
            )
        parse_cidr(
            self.public_cidr, where=f"`public_cidr` of zone {self.name}.", longest=_SMALLEST_ALB_SUBNET
        )
        parse_cidr(self.private_cidr, where=f"`private_cidr` of zone {self.name}.", longest=_SMALLEST_SUBNET)

    @property
    def letter(self) -> str:
        """What the zone's resources are called by; it stays when zones come and go."""
        return self.name[-1].upper()

    @property
    def region(self) -> str:
        """The region the zone lies in."""
        return self.name[:-1]


def parse_cidr(cidr: str, *, where: str, longest: int = _SMALLEST_SUBNET) -> IPv4Network | None:
    """The IPv4 network that a text names; None where it is a token and known at deployment only.

    Args:
        cidr: The text.
        where: What to change, for the error.
        longest: The longest prefix that still has enough addresses.

    Raises:
        ConfigurationError: It is no IPv4 network, or larger or smaller than allowed.
    """
    try:
        network = IPv4Network(cidr)
    except ValueError as error:
        if cdk.Token.is_unresolved(cidr):
            return None
        raise ConfigurationError(
            f"{cidr!r} is not an IPv4 network: {error}.",
            allowed="an address with no host bits and a prefix length, such as '10.0.0.0/16'.",
            where=where,
        ) from error
    if not _LARGEST_VPC <= network.prefixlen <= longest:
        raise ConfigurationError(
            f"{cidr!r} has a prefix length of {network.prefixlen}.",
            allowed=f"/{_LARGEST_VPC} to /{longest}.",
            where=where,
        )
    return network


def check_plan(*, cidr: str, zones: Sequence[Zone], region: str) -> None:
    """Check what a zone cannot know by itself: the zones together, inside the VPC, in the region.

    Args:
        cidr: The VPC's IPv4 range.
        zones: The zones, active and retired.
        region: The region of the stack; a token is not checked.

    Raises:
        ConfigurationError: Fewer than two active zones, a name twice, a foreign region, a range
            outside the VPC, or two ranges that overlap.
    """
    names = [zone.name for zone in zones]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigurationError(
            f"Zone {', '.join(twice)} is given more than once.",
            allowed="each availability zone once.",
            where="the `zones` of the Network.",
        )
    if (active := sum(not zone.retired for zone in zones)) < 2:
        raise ConfigurationError(
            f"{active} of {len(zones)} zones would be in use.",
            allowed="two active zones or more; an Application Load Balancer needs two.",
            where="the `zones` of the Network: add one, or set `retired=False`.",
        )
    home = zones[0].region
    if region != home and not cdk.Token.is_unresolved(region):
        home = region
    if foreign := [zone.name for zone in zones if zone.region != home]:
        raise ConfigurationError(
            f"Zone {', '.join(foreign)} is not in region {home}.",
            allowed=f"availability zones of {home}.",
            where="the `zones` of the Network, or the region of its stack.",
        )
    _check_ranges(cidr, zones)


def _check_ranges(cidr: str, zones: Sequence[Zone]) -> None:
    whole = parse_cidr(cidr, where="the `cidr` of the Network.")
    taken: list[tuple[str, IPv4Network]] = []
    for zone in zones:
        for field, text in (("public_cidr", zone.public_cidr), ("private_cidr", zone.private_cidr)):
            where = f"`{field}` of zone {zone.name}."
            part = parse_cidr(text, where=where)
            if part is None:
                continue
            if whole is not None and not part.subnet_of(whole):
                raise ConfigurationError(
                    f"{part} of zone {zone.name} lies outside the VPC's {whole}.",
                    allowed=f"a part of {whole}.",
                    where=where,
                )
            for owner, other in taken:
                if part.overlaps(other):
                    raise ConfigurationError(
                        f"{part} of zone {zone.name} overlaps {other}, the {owner}.",
                        allowed="ranges that share no address.",
                        where=where,
                    )
            taken.append((f"{field} of zone {zone.name}", part))
