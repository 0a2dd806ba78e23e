"""A VPC that others made."""

from collections.abc import Collection, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ecs_platform.network.aws_repositories import AwsRepository
from ecs_platform.network.reach import AwsService
from ecs_platform.network.zones import parse_cidr
from ecs_platform.problem import ConfigurationError


class ExistingNetwork(Construct):
    """A network that was brought: nothing is added to it, and what it lacks is an error at synthesis.

    A task that cannot reach ECR or its secrets stops with ResourceInitializationError, minutes into a
    deployment; here the endpoint that is missing has a name before anything is deployed. Follows
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html

    Args:
        vpc: The VPC, best from `ec2.Vpc.from_vpc_attributes`: `from_lookup` needs credentials to synthesize.
        cidr: The VPC's IPv4 range.
        public_subnets: Subnets for load balancers, in two zones or more.
        task_subnets: Private subnets for tasks, in two zones or more.
        egress: Whether the task subnets have a way to the internet, by NAT, a transit gateway or a proxy that
            needs no settings. All AWS services are then reachable.
        endpoints: The services the VPC has endpoints for, with private DNS, that the task subnets can use.

    Raises:
        ConfigurationError: A range that is no IPv4 network, fewer than two subnets of a kind, subnets of a
            kind that are all in one zone, as far as they say it, or a subnet given as both.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc: ec2.IVpc,
        cidr: str,
        public_subnets: Sequence[ec2.ISubnet],
        task_subnets: Sequence[ec2.ISubnet],
        egress: bool,
        endpoints: Collection[AwsService] = (),
    ) -> None:
        super().__init__(scope, id_)
        parse_cidr(cidr, where=f"the `cidr` of ExistingNetwork {self.node.path}.")
        for kind, subnets in (("public_subnets", public_subnets), ("task_subnets", task_subnets)):
            if len(subnets) < 2:
                raise ConfigurationError(
                    f"`{kind}` has {len(subnets)} subnet.",
                    allowed="two or more, in different zones.",
                    where=f"the `{kind}` of ExistingNetwork {self.node.path}.",
                )
            _check_zones(kind, subnets, scope=self)
        if both := {s.subnet_id for s in public_subnets} & {s.subnet_id for s in task_subnets}:
            raise ConfigurationError(
                f"Subnet {', '.join(sorted(both))} is given for load balancers and for tasks.",
                allowed="tasks in private subnets of their own.",
                where=f"the `task_subnets` of ExistingNetwork {self.node.path}.",
            )
        self.vpc = vpc
        self.cidr = cidr
        self.public_subnets = list(public_subnets)
        self.task_subnets = list(task_subnets)
        self.has_egress = egress
        self._endpoints = frozenset(endpoints)
        self.ways_out: Sequence[Construct] = ()

    def reach(self, *services: AwsService | AwsRepository) -> None:
        """Check that these services are reachable; see `INetwork`.

        Args:
            services: What a workload calls. That the endpoints of ECR admit a repository of AWS's own is
                taken for granted: their policies are not known here.

        Raises:
            ConfigurationError: Services without an endpoint, all of them, where there is no egress.
        """
        if self.has_egress:
            return
        called = {service for service in services if isinstance(service, AwsService)}
        missing = sorted(service.value for service in called - self._endpoints)
        if missing:
            raise ConfigurationError(
                f"The VPC has no endpoint for {', '.join(missing)}, and its tasks have no other way there.",
                allowed="an endpoint for each, named in `endpoints`, or a way out and `egress=True`.",
                where=f"the `endpoints` of ExistingNetwork {self.node.path}, once they exist.",
            )


def _check_zones(kind: str, subnets: Sequence[ec2.ISubnet], *, scope: Construct) -> None:
    zones = {_zone_of(subnet) for subnet in subnets}
    if len(zones) > 1 or None in zones:
        return
    raise ConfigurationError(
        f"All of `{kind}` are in {zones.pop()}.",
        allowed="subnets in two zones or more: a load balancer needs two, and tasks one that is left when "
        "the other fails.",
        where=f"the `{kind}` of ExistingNetwork {scope.node.path}.",
    )


def _zone_of(subnet: ec2.ISubnet) -> str | None:
    """The subnet's zone; None where it was imported without one, or is known at deployment only."""
    try:
        zone = subnet.availability_zone
    except RuntimeError:  # what jsii makes of an import by id alone
        return None
    return None if cdk.Token.is_unresolved(zone) else zone
