"""The address plan: one VPC, and a public and a private subnet in each availability zone."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations
from typing import Literal

from environments.model.cidr import PrivateSubnetCidr, PublicSubnetCidr, VpcCidr
from environments.model.fields import LogRetentionDays, ZoneName
from environments.model.value import Items, Refusal, Value, repeats


class Zone(Value):
    """An availability zone and its two subnets.

    Args:
        name: The zone, such as `eu-central-1a`.
        public_cidr: Block of the load balancer's (and a NAT gateway's) subnet.
        private_cidr: Block of the tasks' subnet.
        retired: Keep the subnets but place nothing new in them; the first of two steps to give up a zone.
            Off by default.
    """

    name: ZoneName
    public_cidr: PublicSubnetCidr
    private_cidr: PrivateSubnetCidr
    retired: bool = False


class NetworkSettings(Value):
    """The VPC of an environment.

    Args:
        cidr: Block of the VPC, disjoint from every other environment's.
        zones: The zones, at least two that are not retired.
        nat: NAT gateways: `none` (tasks reach AWS through endpoints, the internet not at all), `one`, or
            `one_per_zone`. None by default.
        flow_log_retention_days: How long flow logs are kept.
    """

    cidr: VpcCidr
    zones: Items[Zone]
    nat: Literal["none", "one", "one_per_zone"] = "none"
    flow_log_retention_days: LogRetentionDays

    @property
    def live_zones(self) -> tuple[Zone, ...]:
        """The zones in use: all but the retired ones."""
        return tuple(zone for zone in self.zones if not zone.retired)

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """Zones are two or more and named once; their subnets lie inside the VPC and apart."""
        return (
            self._enough_zones(),
            self._first_two_stay(),
            self._zones_named_once(),
            self._subnets_inside(),
            self._subnets_apart(),
        )

    def _enough_zones(self) -> Iterator[Refusal]:
        if len(self.live_zones) < 2:
            yield Refusal(
                at=("zones",),
                problem=f"{len(self.live_zones)} of the zones is in use; a load balancer needs two.",
                allowed="at least two zones that are not retired.",
            )

    def _first_two_stay(self) -> Iterator[Refusal]:
        # ECS lets nobody change the subnets that a service was created in: docs/decisions/first-two-zones.md
        for position, zone in enumerate(self.zones[:2]):
            if zone.retired:
                yield Refusal(
                    at=("zones", position, "retired"),
                    problem="The services were created in the first two zones and cannot leave them.",
                    allowed="False for the first two zones; True for any zone after them.",
                )

    def _zones_named_once(self) -> Iterator[Refusal]:
        for position, first in repeats([zone.name for zone in self.zones]):
            yield Refusal(
                at=("zones", position, "name"),
                problem=f"zones[{first}] has this name too.",
                allowed="each zone once.",
            )

    def _subnets_inside(self) -> Iterator[Refusal]:
        vpc = IPv4Network(self.cidr)
        for at, subnet in self._subnets():
            if not subnet.subnet_of(vpc):
                yield Refusal(
                    at=at, problem="The subnet lies outside the VPC.", allowed=f"a block inside {vpc}."
                )

    def _subnets_apart(self) -> Iterator[Refusal]:
        for (earlier_at, earlier), (at, subnet) in combinations(self._subnets(), 2):
            if subnet.overlaps(earlier):
                _, position, field = earlier_at
                yield Refusal(
                    at=at,
                    problem=f"Overlaps zones[{position}].{field}, {earlier}.",
                    allowed="a block that shares no address with another subnet.",
                )

    def _subnets(self) -> list[tuple[tuple[str, int, str], IPv4Network]]:
        """Every subnet, retired zones included: those still exist. With the way to its field."""
        return [
            (("zones", position, field), IPv4Network(cidr))
            for position, zone in enumerate(self.zones)
            for field, cidr in (("public_cidr", zone.public_cidr), ("private_cidr", zone.private_cidr))
        ]
