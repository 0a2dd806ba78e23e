"""A VPC made by zone, with no look-ups."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

from ecs_platform.acknowledge import acknowledge
from ecs_platform.log_encryption import let_logs_use
from ecs_platform.network.aws_repositories import AwsRepository
from ecs_platform.network.default_security_group import ClosedDefaultSecurityGroup
from ecs_platform.network.egress import Egress
from ecs_platform.network.endpoint_policies import EndpointPolicies, check_others
from ecs_platform.network.endpoints import Endpoints
from ecs_platform.network.flow_logs import FlowLogs
from ecs_platform.network.reach import AwsService
from ecs_platform.network.zones import Nat, Zone, check_plan
from ecs_platform.place import place_of
from ecs_platform.problem import ConfigurationError

__all__ = ["Nat", "Network", "Zone"]

_INTERFACE = frozenset(service for service in AwsService if not service.is_gateway)


@dataclass(frozen=True)
class _Ids:
    """What a subnet is known by elsewhere, asked for once."""

    subnet: str
    route_table: str


class Network(Construct):
    """A VPC: public subnets for load balancers and NAT alone, private subnets for tasks, endpoints on demand.

    Every subnet is named after its zone and has a range of its own in the configuration, so adding or
    removing a zone leaves the subnets of the others as they are. Nothing is looked up: synthesis needs no
    credentials. Tasks get no public address and have no route to the internet gateway, with or without NAT.

    Without NAT, each service that `reach` is asked for gets an endpoint. With NAT, the services without an
    endpoint are reached through it: S3 always has an endpoint, DynamoDB once asked for, and so do those named
    in `endpoints_beside_nat`. Traffic to a service that has an endpoint never passes through NAT.

    The default security group is closed and all traffic is recorded in flow logs. Follows
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-example-private-subnets-nat.html

    Args:
        cidr: IPv4 range of the VPC, /16 to /28; fixed for the life of the VPC.
        zones: The availability zones with their ranges, two or more in use. Their order matters for
            `Nat.ONE` alone, whose gateway stands in the first one in use: add new zones at the end.
        nat: How tasks reach the internet. NONE keeps them from it; ONE costs least and fails with its zone;
            ONE_PER_ZONE survives the loss of a zone. The addresses they show are fixed.
        endpoints_beside_nat: Services that get an interface endpoint, once asked for, although NAT would
            reach them: for traffic that must not leave by NAT, or is cheaper past it. Default: none.
        other_repositories: ARNs of ECR repositories of other accounts that tasks may pull from through the
            endpoints; `arn:aws:ecr:eu-central-1:444455556666:repository/*` is a whole registry. Default:
            none, so this account's repositories and that of GuardDuty's agent.
        other_buckets: Names of S3 buckets of other accounts that tasks may use, and download from by URLs
            that others signed. Default: none, so this account's buckets, with NAT as without it.
        flow_log_retention: How long the flow logs are kept.
        removal_policy: What becomes of the log groups when the stack goes.
        encryption_key: Encrypts the log groups. A key made in this app gets a statement for CloudWatch Logs
            in its policy, an imported one must have it. Default: CloudWatch Logs' own key.

    Attributes:
        public_subnets: One in each zone in use.
        task_subnets: One in each zone in use.
        task_subnet_ids: Their ids, for an output of the stack.
        has_egress: Whether there is NAT.
        egress_addresses: The Elastic IPs that traffic through NAT comes from, for an output of the stack.
        exports: What the network's stack exports whether it is used or not, so that no later change meets
            an "export in use": `for value in network.exports: self.export_value(value)`.

    Raises:
        ConfigurationError: The zones and ranges are no plan (see `Zone`), what is no ARN of repositories or
            no bucket's name, or an option has no effect.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cidr: str,
        zones: Sequence[Zone],
        nat: Nat = Nat.NONE,
        endpoints_beside_nat: Collection[AwsService] = (),
        other_repositories: Sequence[str] = (),
        other_buckets: Sequence[str] = (),
        flow_log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        removal_policy: cdk.RemovalPolicy = cdk.RemovalPolicy.RETAIN,
        encryption_key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, id_)
        place = place_of(self)
        check_plan(cidr=cidr, zones=zones, region=place.region)
        _check_beside_nat(nat, endpoints_beside_nat)
        check_others(other_repositories=other_repositories, other_buckets=other_buckets)
        active = [zone for zone in zones if not zone.retired]
        self.cidr = cidr

        name = [cdk.CfnTag(key="Name", value=self.node.path)]
        # Not ec2.Vpc: it asks AWS for the account's availability zones even when it is given some, and
        # synthesis must not. https://github.com/aws/aws-cdk/issues/21690
        vpc = ec2.CfnVPC(
            self,
            "Vpc",
            cidr_block=cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,  # the private names of the endpoints need both
            tags=name,
        )
        vpc_id = vpc.ref
        gateway_id = ec2.CfnInternetGateway(self, "InternetGateway", tags=name).ref
        attachment = ec2.CfnVPCGatewayAttachment(
            self, "InternetGatewayAttachment", vpc_id=vpc_id, internet_gateway_id=gateway_id
        )
        public = self._public_subnets(vpc_id, zones, gateway_id, attachment)
        private = self._private_subnets(vpc_id, zones)
        public_ids, private_ids = _ids_of(public), _ids_of(private)
        self.has_egress = nat is not Nat.NONE
        self.egress_addresses: Sequence[str] = ()
        if self.has_egress:
            egress = Egress(self, "Egress", nat=nat, public=public, private=private, attachment=attachment)
            self.egress_addresses = egress.addresses
        # Casts, here and elsewhere: in the types jsii writes for Python, a class and its interface name the
        # parameters of a method differently, which a type checker takes for a mismatch.
        self.public_subnets = [cast("ec2.ISubnet", public[zone]) for zone in active]
        self.task_subnets = [cast("ec2.ISubnet", private[zone]) for zone in active]
        self.task_subnet_ids = [private_ids[zone].subnet for zone in active]
        self.vpc = self._as_vpc(
            vpc_id,
            public={zone: public_ids[zone] for zone in active},
            private={zone: private_ids[zone] for zone in active},
            isolated=nat is Nat.NONE,
        )
        self.exports = [
            vpc_id,
            *(ids[zone].subnet for zone in zones for ids in (public_ids, private_ids)),
        ]

        acknowledge(
            self, {"W3010": "Zones are named, so that no look-up decides where an environment stands."}
        )
        if encryption_key:
            let_logs_use(encryption_key, self, "*")  # the groups get their names from CloudFormation
        FlowLogs(
            self,
            "FlowLogs",
            vpc_id=vpc_id,
            tags=name,
            retention=flow_log_retention,
            removal_policy=removal_policy,
            encryption_key=encryption_key,
        )
        ClosedDefaultSecurityGroup(
            self,
            "DefaultSecurityGroup",
            security_group_id=vpc.attr_default_security_group,
            log_retention=flow_log_retention,
            removal_policy=removal_policy,
            encryption_key=encryption_key,
        )
        self._endpoints = Endpoints(
            self,
            "Endpoints",
            vpc=self.vpc,
            cidr=cidr,
            subnet_ids=self.task_subnet_ids,
            route_table_ids=[ids.route_table for ids in private_ids.values()],
            by_interface=_INTERFACE if nat is Nat.NONE else endpoints_beside_nat,
            policies=EndpointPolicies(
                place, other_repositories=other_repositories, other_buckets=other_buckets
            ),
        )
        self._endpoints.add(AwsService.S3)  # free, and image layers come from there
        self.ways_out: Sequence[Construct] = [self._endpoints, *private.values()]

    def reach(self, *services: AwsService | AwsRepository) -> None:
        """Make these services reachable from the task subnets; see `INetwork`.

        Args:
            services: What a workload calls. Without NAT each gets its endpoint; with NAT those that have none
                are reached through it. A repository of AWS's own is admitted by the endpoints of ECR.
        """
        for service in services:
            if isinstance(service, AwsRepository):
                self._endpoints.admit(service)
            else:
                self._endpoints.add(service)

    def _public_subnets(
        self, vpc_id: str, zones: Sequence[Zone], gateway_id: str, attachment: ec2.CfnVPCGatewayAttachment
    ) -> dict[Zone, ec2.PublicSubnet]:
        subnets: dict[Zone, ec2.PublicSubnet] = {}
        for zone in zones:
            subnets[zone] = ec2.PublicSubnet(
                self,
                f"Public{zone.letter}",
                vpc_id=vpc_id,
                availability_zone=zone.name,
                cidr_block=zone.public_cidr,
                # Load balancers and NAT gateways bring their public addresses; nothing else is to get one.
                map_public_ip_on_launch=False,
            )
            subnets[zone].add_default_internet_route(gateway_id, attachment)
        return subnets

    def _private_subnets(self, vpc_id: str, zones: Sequence[Zone]) -> dict[Zone, ec2.PrivateSubnet]:
        return {
            zone: ec2.PrivateSubnet(
                self,
                f"Private{zone.letter}",
                vpc_id=vpc_id,
                availability_zone=zone.name,
                cidr_block=zone.private_cidr,
            )
            for zone in zones
        }

    def _as_vpc(
        self, vpc_id: str, *, public: Mapping[Zone, _Ids], private: Mapping[Zone, _Ids], isolated: bool
    ) -> ec2.IVpc:
        tasks = [ids.subnet for ids in private.values()]
        tables = [ids.route_table for ids in private.values()]
        return ec2.Vpc.from_vpc_attributes(
            self,
            "AsVpc",
            vpc_id=vpc_id,
            vpc_cidr_block=self.cidr,
            availability_zones=[zone.name for zone in public],
            public_subnet_ids=[ids.subnet for ids in public.values()],
            public_subnet_route_table_ids=[ids.route_table for ids in public.values()],
            isolated_subnet_ids=tasks if isolated else None,
            isolated_subnet_route_table_ids=tables if isolated else None,
            private_subnet_ids=None if isolated else tasks,
            private_subnet_route_table_ids=None if isolated else tables,
        )


def _ids_of(subnets: Mapping[Zone, ec2.Subnet]) -> Mapping[Zone, _Ids]:
    return {
        zone: _Ids(subnet.subnet_id, subnet.route_table.route_table_id) for zone, subnet in subnets.items()
    }


def _check_beside_nat(nat: Nat, services: Collection[AwsService]) -> None:
    # A program that is not type-checked may say "one", and would get, and pay for, a gateway in each zone.
    if nat not in list(Nat):
        raise ConfigurationError(
            f"`nat` is {nat!r}.",
            allowed="Nat.NONE, Nat.ONE or Nat.ONE_PER_ZONE.",
            where="the `nat` of the Network.",
        )
    if nat is Nat.NONE and services:
        raise ConfigurationError(
            "`endpoints_beside_nat` is given, and there is no NAT to be beside.",
            allowed="nothing: without NAT every service that is asked for has an endpoint.",
            where="the `endpoints_beside_nat` or the `nat` of the Network.",
        )
    if gateways := sorted(service.name for service in services if service.is_gateway):
        raise ConfigurationError(
            f"`endpoints_beside_nat` names {', '.join(gateways)}.",
            allowed="services with an interface endpoint; gateway endpoints stand with and without NAT.",
            where="the `endpoints_beside_nat` of the Network.",
        )
