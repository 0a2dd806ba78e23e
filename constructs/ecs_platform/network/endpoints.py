"""The VPC endpoints of a network, made when they are first asked for."""

from collections.abc import Collection, Sequence
from functools import cache

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ecs_platform import once
from ecs_platform.network.aws_repositories import AwsRepository
from ecs_platform.network.endpoint_policies import EndpointPolicies
from ecs_platform.network.reach import AwsService


class Endpoints(Construct):
    """One endpoint a service, on demand: gateways by route, all others by addresses in the task subnets.

    Follows https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html

    Args:
        vpc: The VPC.
        cidr: The VPC's IPv4 range, the only source the interface endpoints admit.
        subnet_ids: Where interface endpoints get their addresses, one a zone.
        route_table_ids: What leads to the gateway endpoints.
        by_interface: The services that may have an interface endpoint; asking for others makes none.
        policies: What the endpoint policies say.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc: ec2.IVpc,
        cidr: str,
        subnet_ids: Sequence[str],
        route_table_ids: Sequence[str],
        by_interface: Collection[AwsService],
        policies: EndpointPolicies,
    ) -> None:
        super().__init__(scope, id_)
        self._vpc_id = vpc.vpc_id
        self._subnet_ids = subnet_ids
        self._route_table_ids = route_table_ids
        self._policies = policies
        self._made: dict[AwsService, ec2.CfnVPCEndpoint] = {}
        if by_interface:
            group = ec2.SecurityGroup(
                self,
                "SecurityGroup",
                vpc=vpc,
                description="Interface endpoints: HTTPS from this VPC",
                allow_all_outbound=False,
            )
            # The literal range, not the VPC's attribute: tools that read templates cannot resolve a token.
            # And one rule for all, not one for each endpoint.
            group.add_ingress_rule(ec2.Peer.ipv4(cidr), once.tcp(443), "HTTPS from the VPC")
            self._security_group_id = group.security_group_id
        self._by_interface = frozenset(by_interface)

    def add(self, service: AwsService) -> None:
        """Make the service's endpoint, unless it stands or the service is not to have one."""
        if service in self._made or not (service.is_gateway or service in self._by_interface):
            return
        # L1s, because the L2s take a policy one statement at a time, and no document:
        # https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.InterfaceVpcEndpoint.html
        add = self._add_gateway if service.is_gateway else self._add_interface
        self._made[service] = add(service.name.title().replace("_", ""), service)

    def admit(self, repository: AwsRepository) -> None:
        """Let tasks pull from a repository of AWS's own, whenever the endpoints of ECR are made."""
        self._policies.admit(repository)
        for service in (AwsService.ECR_API, AwsService.ECR_DKR):
            if service in self._made:
                self._made[service].policy_document = self._policies.of(service)

    def _add_gateway(self, id_: str, service: AwsService) -> ec2.CfnVPCEndpoint:
        return ec2.CfnVPCEndpoint(
            self,
            id_,
            vpc_id=self._vpc_id,
            service_name=_service_name(service),
            vpc_endpoint_type="Gateway",
            route_table_ids=self._route_table_ids,
            policy_document=self._policies.of(service),
        )

    def _add_interface(self, id_: str, service: AwsService) -> ec2.CfnVPCEndpoint:
        return ec2.CfnVPCEndpoint(
            self,
            id_,
            vpc_id=self._vpc_id,
            service_name=_service_name(service),
            vpc_endpoint_type="Interface",
            subnet_ids=self._subnet_ids,
            security_group_ids=[self._security_group_id],
            private_dns_enabled=True,
            policy_document=self._policies.of(service),
        )


@cache
def _service_name(service: AwsService) -> str:
    # A token that knows the region of the stack it lands in, and which names are others in China.
    if service.is_gateway:
        return ec2.GatewayVpcEndpointAwsService(service.value).name
    return ec2.InterfaceVpcEndpointAwsService(service.value).name
