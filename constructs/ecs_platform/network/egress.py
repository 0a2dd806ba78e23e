"""The way out through NAT gateways."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from ecs_platform.network.zones import Nat, Zone


class Egress(Construct):
    """NAT gateways with addresses that stay, and the default routes of the private subnets to them.

    A retired zone keeps its gateway until it is removed, because what still runs there still calls out.

    Follows https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html

    Args:
        nat: One gateway in the first zone in use, or one in each zone; not NONE.
        public: The public subnet of each zone.
        private: The private subnet of each zone.
        attachment: What joins the internet gateway to the VPC.

    Attributes:
        addresses: The Elastic IPs, one a gateway.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        nat: Nat,
        public: Mapping[Zone, ec2.PublicSubnet],
        private: Mapping[Zone, ec2.PrivateSubnet],
        attachment: ec2.CfnVPCGatewayAttachment,
    ) -> None:
        super().__init__(scope, id_)
        first = next(zone for zone in public if not zone.retired)
        gateways: dict[Zone, str] = {}
        path = self.node.path
        self.addresses: list[str] = []
        for zone in [first] if nat is Nat.ONE else public:
            # An address of our own, not the subnet's: that one cannot be read for the output.
            address = ec2.CfnEIP(
                self,
                f"Address{zone.letter}",
                domain="vpc",
                tags=[cdk.CfnTag(key="Name", value=f"{path}/{zone.letter}")],
            )
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html
            address.add_resource_dependency(attachment)
            self.addresses.append(address.ref)
            gateways[zone] = public[zone].add_nat_gateway(address.attr_allocation_id).ref
        for zone, subnet in private.items():
            subnet.add_default_nat_route(gateways.get(zone, gateways[first]))
