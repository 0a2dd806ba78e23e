"""The network around external instances, which this library knows nothing of."""

from collections.abc import Sequence
from typing import NoReturn

from aws_cdk import aws_ec2 as ec2

from ecs_platform.network.aws_repositories import AwsRepository
from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError


class ExternalNetwork:
    """An INetwork without a VPC: machines reach AWS and registries through the network they stand in.

    Which names it has to let through is on AWS's page: the registry, S3, logs, and ecs, ecs-a-* and ecs-t-*
    of the region.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html#ecs-anywhere-networking
    """

    has_egress = True
    """Machines that reach AWS from outside have a way to the internet, or a Direct Connect in its place."""

    ways_out = ()
    """Nothing of theirs is made here."""

    cidr = ""
    """No range: no security group rule speaks of these machines."""

    @property
    def vpc(self) -> ec2.IVpc:
        """Refused: what needs a VPC cannot be used by external tasks."""
        _refuse_vpc()

    @property
    def public_subnets(self) -> Sequence[ec2.ISubnet]:
        """None."""
        return ()

    @property
    def task_subnets(self) -> Sequence[ec2.ISubnet]:
        """None."""
        return ()

    def reach(self, *services: AwsService | AwsRepository) -> None:
        """Nothing to make: endpoints belong to a VPC.

        Args:
            services: What the workload calls; the machines' own network has to let it.
        """


def _refuse_vpc() -> NoReturn:
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html
    raise ConfigurationError(
        "External instances stand outside of every VPC.",
        allowed="what needs none: CloudWatch logs, secrets, images, volumes of the machine.",
        where="ExternalTaskDefinition(...).",
    )
