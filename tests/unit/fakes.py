"""A network that is already there, for constructs that only need one to stand in."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2

from ecs_platform.network.aws_repositories import AwsRepository
from ecs_platform.network.reach import AwsService


class FakeNetwork:
    """Implements INetwork over imported subnets and remembers what was asked for."""

    def __init__(self, stack: cdk.Stack, zones: int = 2, *, has_egress: bool = False) -> None:
        names = [f"eu-central-1{'abc'[zone]}" for zone in range(zones)]
        self.cidr = "10.0.0.0/16"
        self.has_egress = has_egress
        self.vpc: ec2.IVpc = ec2.Vpc.from_vpc_attributes(
            stack, "Vpc", vpc_id="vpc-1", availability_zones=names, vpc_cidr_block=self.cidr
        )
        self.public_subnets: Sequence[ec2.ISubnet] = self._subnets(stack, "public", names)
        self.task_subnets: Sequence[ec2.ISubnet] = self._subnets(stack, "private", names)
        self.ways_out = ()
        self.reached: set[AwsService | AwsRepository] = set()

    def reach(self, *services: AwsService | AwsRepository) -> None:
        self.reached.update(services)

    @staticmethod
    def _subnets(stack: cdk.Stack, kind: str, names: Sequence[str]) -> Sequence[ec2.ISubnet]:
        return [
            ec2.Subnet.from_subnet_attributes(
                stack,
                f"{kind}-{name}",
                subnet_id=f"subnet-{kind}-{name[-1]}",
                availability_zone=name,
                route_table_id=f"rtb-{kind}-{name[-1]}",
            )
            for name in names
        ]
