"""VPC and subnets."""

from rehearsal.models.resource import Properties, Resource, only
from rehearsal.models.tags import ec2_tags, retag_ec2


class Vpc(Resource):
    """AWS::EC2::VPC."""

    type = "AWS::EC2::VPC"

    def create(self, new: Properties) -> None:
        """CreateVpc."""
        ec2 = self.aws("ec2")
        wanted = only(new, "CidrBlock", "InstanceTenancy")
        vpc = ec2.create_vpc(**wanted, **ec2_tags("vpc", new))["Vpc"]
        self.physical_id = vpc["VpcId"]
        mine = [{"Name": "vpc-id", "Values": [self.physical_id]}]
        group = ec2.describe_security_groups(Filters=[*mine, {"Name": "group-name", "Values": ["default"]}])
        acl = ec2.describe_network_acls(Filters=[*mine, {"Name": "default", "Values": ["true"]}])
        self.attributes = {
            "VpcId": self.physical_id,
            "CidrBlock": vpc["CidrBlock"],
            "CidrBlockAssociations": [item["AssociationId"] for item in vpc["CidrBlockAssociationSet"]],
            "DefaultSecurityGroup": group["SecurityGroups"][0]["GroupId"],
            "DefaultNetworkAcl": acl["NetworkAcls"][0]["NetworkAclId"],
            "Ipv6CidrBlocks": [],
        }
        self._set_dns(new)

    def update(self, new: Properties) -> None:
        """ModifyVpcAttribute and tags."""
        old = self.properties
        self._set_dns(new)
        retag_ec2(self.aws("ec2"), self.physical_id, new, old)

    def delete(self) -> None:
        """DeleteVpc."""
        self.aws("ec2").delete_vpc(VpcId=self.physical_id)

    def _set_dns(self, new: Properties) -> None:
        for name in ("EnableDnsSupport", "EnableDnsHostnames"):
            if name in new:
                self.aws("ec2").modify_vpc_attribute(VpcId=self.physical_id, **{name: {"Value": new[name]}})


class Subnet(Resource):
    """AWS::EC2::Subnet."""

    type = "AWS::EC2::Subnet"

    def create(self, new: Properties) -> None:
        """CreateSubnet."""
        wanted = only(new, "VpcId", "CidrBlock", "AvailabilityZone", "AvailabilityZoneId")
        subnet = self.aws("ec2").create_subnet(**wanted, **ec2_tags("subnet", new))["Subnet"]
        self.physical_id = subnet["SubnetId"]
        self.attributes = only(
            subnet, "SubnetId", "VpcId", "CidrBlock", "AvailabilityZone", "AvailabilityZoneId"
        )
        self._set_public(new)

    def update(self, new: Properties) -> None:
        """ModifySubnetAttribute and tags."""
        old = self.properties
        self._set_public(new)
        retag_ec2(self.aws("ec2"), self.physical_id, new, old)

    def delete(self) -> None:
        """DeleteSubnet."""
        self.aws("ec2").delete_subnet(SubnetId=self.physical_id)

    def _set_public(self, new: Properties) -> None:
        public = {"Value": new.get("MapPublicIpOnLaunch", False)}
        self.aws("ec2").modify_subnet_attribute(SubnetId=self.physical_id, MapPublicIpOnLaunch=public)
