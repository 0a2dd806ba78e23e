"""What a workload asks of a network, whoever made it."""

from collections.abc import Sequence
from typing import Protocol

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ecs_platform.network.aws_repositories import AwsRepository
from ecs_platform.network.reach import AwsService


class INetwork(Protocol):
    """A VPC with a place for load balancers, a place for tasks, and an answer to what tasks can reach."""

    @property
    def vpc(self) -> ec2.IVpc:
        """The VPC, for constructs that take one."""
        ...

    @property
    def cidr(self) -> str:
        """The VPC's IPv4 range as a literal, for security group rules that tools can read."""
        ...

    @property
    def public_subnets(self) -> Sequence[ec2.ISubnet]:
        """Where load balancers stand; no task ever runs here."""
        ...

    @property
    def task_subnets(self) -> Sequence[ec2.ISubnet]:
        """Where tasks run: private, and not in a zone that is being retired."""
        ...

    @property
    def has_egress(self) -> bool:
        """Whether tasks have a way to the internet, and so to what has no endpoint."""
        ...

    @property
    def ways_out(self) -> Sequence[Construct]:
        """What must stand before a task can pull its image: endpoints, routes to NAT. Empty if it does."""
        ...

    def reach(self, *services: AwsService | AwsRepository) -> None:
        """Make these services reachable from the task subnets, or say why that cannot be.

        Asking again costs nothing, and the order of asking changes no resource.

        Args:
            services: What the workload calls, itself or through its agent, and the repositories of AWS's own
                that its images come from.
        """
        ...
