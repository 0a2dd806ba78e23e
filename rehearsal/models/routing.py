"""How traffic leaves a subnet: route tables and routes, internet gateway, NAT and its addresses."""

from rehearsal.models.resource import Properties, Resource, only
from rehearsal.models.tags import ec2_tags, retag_ec2


class RouteTable(Resource):
    """AWS::EC2::RouteTable."""

    type = "AWS::EC2::RouteTable"

    def create(self, new: Properties) -> None:
        """CreateRouteTable."""
        answer = self.aws("ec2").create_route_table(VpcId=new["VpcId"], **ec2_tags("route-table", new))
        self.physical_id = answer["RouteTable"]["RouteTableId"]
        self.attributes = {"RouteTableId": self.physical_id}

    def update(self, new: Properties) -> None:
        """Tags."""
        old = self.properties
        retag_ec2(self.aws("ec2"), self.physical_id, new, old)

    def delete(self) -> None:
        """DeleteRouteTable."""
        self.aws("ec2").delete_route_table(RouteTableId=self.physical_id)


class SubnetRouteTableAssociation(Resource):
    """AWS::EC2::SubnetRouteTableAssociation."""

    type = "AWS::EC2::SubnetRouteTableAssociation"

    def create(self, new: Properties) -> None:
        """AssociateRouteTable."""
        answer = self.aws("ec2").associate_route_table(**only(new, "RouteTableId", "SubnetId"))
        self.physical_id = answer["AssociationId"]
        self.attributes = {"Id": self.physical_id}

    def delete(self) -> None:
        """DisassociateRouteTable."""
        self.aws("ec2").disassociate_route_table(AssociationId=self.physical_id)


class Route(Resource):
    """AWS::EC2::Route."""

    type = "AWS::EC2::Route"

    def create(self, new: Properties) -> None:
        """CreateRoute."""
        self.aws("ec2").create_route(**new)
        self.physical_id = f"{new['RouteTableId']}|{self._destination(new)}"
        self.attributes = {"CidrBlock": self._destination(new)}

    def update(self, new: Properties) -> None:
        """ReplaceRoute."""
        self.aws("ec2").replace_route(**new)

    def delete(self) -> None:
        """DeleteRoute."""
        old = self.properties
        destinations = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
        self.aws("ec2").delete_route(**only(old, "RouteTableId", *destinations))

    @staticmethod
    def _destination(new: Properties) -> str:
        return new.get("DestinationCidrBlock") or new.get("DestinationIpv6CidrBlock", "")


class InternetGateway(Resource):
    """AWS::EC2::InternetGateway."""

    type = "AWS::EC2::InternetGateway"

    def create(self, new: Properties) -> None:
        """CreateInternetGateway."""
        answer = self.aws("ec2").create_internet_gateway(**ec2_tags("internet-gateway", new))
        self.physical_id = answer["InternetGateway"]["InternetGatewayId"]
        self.attributes = {"InternetGatewayId": self.physical_id}

    def update(self, new: Properties) -> None:
        """Tags."""
        old = self.properties
        retag_ec2(self.aws("ec2"), self.physical_id, new, old)

    def delete(self) -> None:
        """DeleteInternetGateway."""
        self.aws("ec2").delete_internet_gateway(InternetGatewayId=self.physical_id)


class VpcGatewayAttachment(Resource):
    """AWS::EC2::VPCGatewayAttachment, of an internet gateway."""

    type = "AWS::EC2::VPCGatewayAttachment"

    def create(self, new: Properties) -> None:
        """AttachInternetGateway."""
        self.aws("ec2").attach_internet_gateway(**only(new, "InternetGatewayId", "VpcId"))
        self.physical_id = f"IGW|{new['VpcId']}"
        self.attributes = {"AttachmentType": "IGW"}

    def delete(self) -> None:
        """DetachInternetGateway."""
        old = self.properties
        self.aws("ec2").detach_internet_gateway(**only(old, "InternetGatewayId", "VpcId"))


class ElasticIp(Resource):
    """AWS::EC2::EIP."""

    type = "AWS::EC2::EIP"

    def create(self, new: Properties) -> None:
        """AllocateAddress."""
        answer = self.aws("ec2").allocate_address(
            Domain=new.get("Domain", "vpc"), **ec2_tags("elastic-ip", new)
        )
        self.physical_id = answer["PublicIp"]
        self.attributes = only(answer, "PublicIp", "AllocationId")

    def update(self, new: Properties) -> None:
        """Tags."""
        old = self.properties
        retag_ec2(self.aws("ec2"), self.attributes["AllocationId"], new, old)

    def delete(self) -> None:
        """ReleaseAddress."""
        self.aws("ec2").release_address(AllocationId=self.attributes["AllocationId"])


class NatGateway(Resource):
    """AWS::EC2::NatGateway."""

    type = "AWS::EC2::NatGateway"

    def create(self, new: Properties) -> None:
        """CreateNatGateway."""
        wanted = only(new, "AllocationId", "SubnetId", "ConnectivityType")
        answer = self.aws("ec2").create_nat_gateway(**wanted, **ec2_tags("natgateway", new))
        self.physical_id = answer["NatGateway"]["NatGatewayId"]
        self.attributes = {"NatGatewayId": self.physical_id}

    def update(self, new: Properties) -> None:
        """Tags."""
        old = self.properties
        retag_ec2(self.aws("ec2"), self.physical_id, new, old)

    def delete(self) -> None:
        """DeleteNatGateway."""
        self.aws("ec2").delete_nat_gateway(NatGatewayId=self.physical_id)
