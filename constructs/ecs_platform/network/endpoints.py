"""The VPC endpoints of a network, made when they are first asked for."""

from collections.abc import Collection, Sequence

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ecs_platform.network.endpoint_policies import EndpointPolicies
from ecs_platform.network.reach import AwsService


class Endpoints(Construct):
    """One endpoint a service, on demand: gateways by route, all others by addresses in the task subnets.

    Follows https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html

    Args:
        vpc: The VPC.
        cidr: The VPC's IPv4 range, the only source the interface endpoints admit.
        subnets: Where interface endpoints get their addresses, one a zone.
        routed_subnets: Whose route tables lead to the gateway endpoints.
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
        subnets: Sequence[ec2.ISubnet],
        routed_subnets: Sequence[ec2.ISubnet],
        by_interface: Collection[AwsService],
        policies: EndpointPolicies,
    ) -> None:
        super().__init__(scope, id_)
        self._vpc = vpc
        self._subnets = subnets
        self._routed_subnets = routed_subnets
        self._policies = policies
        self._made: set[AwsService] = set()
        if by_interface:
            self._security_group = ec2.SecurityGroup(
                self,
                "SecurityGroup",
                vpc=vpc,
                description="Interface endpoints: HTTPS from this VPC",
                allow_all_outbound=False,
            )
            # The literal range, not the VPC's attribute: tools that read templates cannot resolve a token.
            self._security_group.add_ingress_rule(
                ec2.Peer.ipv4(cidr), ec2.Port.tcp(443), "HTTPS from the VPC"
            )
        self._by_interface = frozenset(by_interface)

    def add(self, service: AwsService) -> None:
        """Make the service's endpoint, unless it stands or the service is not to have one."""
        if service in self._made or not (service.is_gateway or service in self._by_interface):
            return
        self._made.add(service)
        place = Construct(self, service.name.title().replace("_", ""))
        endpoint = self._gateway(place, service) if service.is_gateway else self._interface(place, service)
        for statement in self._policies.of(service):
            endpoint.add_to_policy(statement)

    def _gateway(self, place: Construct, service: AwsService) -> ec2.GatewayVpcEndpoint:
        return ec2.GatewayVpcEndpoint(
            place,
            "Endpoint",
            vpc=self._vpc,
            service=ec2.GatewayVpcEndpointAwsService(service.value),
            subnets=[ec2.SubnetSelection(subnets=self._routed_subnets)],
        )

    def _interface(self, place: Construct, service: AwsService) -> ec2.InterfaceVpcEndpoint:
        return ec2.InterfaceVpcEndpoint(
            place,
            "Endpoint",
            vpc=self._vpc,
            service=ec2.InterfaceVpcEndpointAwsService(service.value),
            subnets=ec2.SubnetSelection(subnets=self._subnets),
            security_groups=[self._security_group],
            private_dns_enabled=True,
            open=False,  # the group admits the VPC once, not once for each endpoint
        )
