"""VPCs, subnets and endpoints."""

from dataclasses import dataclass
from typing import Any

from rehearsal.inventory.asking import every, name_of


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet; public where its route table has a way to an internet gateway."""

    id: str
    name: str
    zone: str
    cidr: str
    public: bool


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A VPC endpoint."""

    service: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Vpc:
    """A VPC that is not the account's default one."""

    id: str
    name: str
    cidr: str
    default_group_closed: bool
    nat_gateways: int
    subnets: list[Subnet]
    endpoints: list[Endpoint]


def vpcs(ec2: Any) -> list[Vpc]:
    """All VPCs but the default one."""
    return [_vpc(ec2, found) for found in every(ec2, "describe_vpcs", "Vpcs") if not found["IsDefault"]]


def _vpc(ec2: Any, found: dict[str, Any]) -> Vpc:
    mine = [{"Name": "vpc-id", "Values": [found["VpcId"]]}]
    public = _public_subnets(every(ec2, "describe_route_tables", "RouteTables", Filters=mine))
    default = every(
        ec2,
        "describe_security_groups",
        "SecurityGroups",
        Filters=[*mine, {"Name": "group-name", "Values": ["default"]}],
    )
    gateways = every(ec2, "describe_nat_gateways", "NatGateways", Filters=mine)
    subnets = [
        Subnet(
            id=item["SubnetId"],
            name=name_of(item),
            zone=item["AvailabilityZone"],
            cidr=item["CidrBlock"],
            public=item["SubnetId"] in public,
        )
        for item in every(ec2, "describe_subnets", "Subnets", Filters=mine)
    ]
    endpoints = [
        Endpoint(service=_short(item["ServiceName"]), kind=item["VpcEndpointType"])
        for item in every(ec2, "describe_vpc_endpoints", "VpcEndpoints", Filters=mine)
        if item["State"] != "deleted"
    ]
    return Vpc(
        id=found["VpcId"],
        name=name_of(found),
        cidr=found["CidrBlock"],
        default_group_closed=not any(g["IpPermissions"] or g["IpPermissionsEgress"] for g in default),
        nat_gateways=sum(gateway["State"] == "available" for gateway in gateways),
        subnets=sorted(subnets, key=lambda subnet: (not subnet.public, subnet.zone)),
        endpoints=sorted(endpoints, key=lambda endpoint: endpoint.service),
    )


def _public_subnets(tables: list[dict[str, Any]]) -> set[str]:
    return {
        association["SubnetId"]
        for table in tables
        if any(route.get("GatewayId", "").startswith("igw-") for route in table["Routes"])
        for association in table["Associations"]
        if "SubnetId" in association
    }


def _short(service: str) -> str:
    """`ecr.api` of `com.amazonaws.eu-central-1.ecr.api`."""
    return service.split(".", 3)[-1]
