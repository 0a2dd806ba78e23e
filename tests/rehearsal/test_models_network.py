"""VPC, subnets, routes, gateways, endpoints and flow logs."""

from typing import Any

from rehearsal.in_process import InProcessAws
from rehearsal.inventory.network import vpcs
from tests.rehearsal.templates import Resources, att, log_group, ref, resource, template


def network(colour: str = "blue", **endpoint: Any) -> Resources:
    tags = [{"Key": "Name", "Value": "net"}, {"Key": "colour", "Value": colour}]
    vpc = {"VpcId": ref("Vpc")}
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}
    tables = {name: resource("AWS::EC2::RouteTable", **vpc, Tags=tags) for name in ("PublicRoutes", "Routes")}
    return {
        "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16", EnableDnsHostnames=True, Tags=tags),
        "Public": resource(
            "AWS::EC2::Subnet",
            **vpc,
            CidrBlock="10.0.0.0/24",
            AvailabilityZone="eu-central-1a",
            MapPublicIpOnLaunch=True,
            Tags=tags,
        ),
        "Private": resource(
            "AWS::EC2::Subnet", **vpc, CidrBlock="10.0.1.0/24", AvailabilityZone="eu-central-1b", Tags=tags
        ),
        **tables,
        "Gateway": resource("AWS::EC2::InternetGateway", Tags=tags),
        "Attached": resource("AWS::EC2::VPCGatewayAttachment", **vpc, InternetGatewayId=ref("Gateway")),
        "PublicRoute": resource(
            "AWS::EC2::Route",
            "Attached",
            RouteTableId=ref("PublicRoutes"),
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=ref("Gateway"),
        ),
        "PublicUse": resource(
            "AWS::EC2::SubnetRouteTableAssociation", RouteTableId=ref("PublicRoutes"), SubnetId=ref("Public")
        ),
        "Use": resource(
            "AWS::EC2::SubnetRouteTableAssociation", RouteTableId=ref("Routes"), SubnetId=ref("Private")
        ),
        "Address": resource("AWS::EC2::EIP", Domain="vpc", Tags=tags),
        "Nat": resource(
            "AWS::EC2::NatGateway",
            AllocationId=att("Address", "AllocationId"),
            SubnetId=ref("Public"),
            Tags=tags,
        ),
        "NatRoute": resource(
            "AWS::EC2::Route",
            RouteTableId=ref("Routes"),
            DestinationCidrBlock="0.0.0.0/0",
            NatGatewayId=ref("Nat"),
        ),
        "S3": resource(
            "AWS::EC2::VPCEndpoint",
            **vpc,
            ServiceName="com.amazonaws.eu-central-1.s3",
            VpcEndpointType="Gateway",
            RouteTableIds=[ref("Routes")],
            PolicyDocument=policy,
            Tags=tags,
        ),
        "Group": resource("AWS::EC2::SecurityGroup", **vpc, GroupDescription="endpoints"),
        "Logs": resource(
            "AWS::EC2::VPCEndpoint",
            **vpc,
            ServiceName="com.amazonaws.eu-central-1.logs",
            VpcEndpointType="Interface",
            PrivateDnsEnabled=True,
            SecurityGroupIds=[ref("Group")],
            **{"SubnetIds": [ref("Private")], **endpoint},
        ),
        "FlowLogs": log_group(),
        "FlowLog": resource(
            "AWS::EC2::FlowLog",
            ResourceType="VPC",
            ResourceId=ref("Vpc"),
            TrafficType="ALL",
            LogDestinationType="cloud-watch-logs",
            LogGroupName=ref("FlowLogs"),
            DeliverLogsPermissionArn="arn:aws:iam::123456789012:role/flow",
            Tags=tags,
        ),
    }


def test_the_network_exists_and_goes(aws: InProcessAws) -> None:
    ec2 = aws.client("ec2")
    aws.deploy("s", template(network(), Cidr=att("Vpc", "CidrBlock"), Address=att("Address", "PublicIp")))

    (vpc,) = vpcs(ec2)
    assert (vpc.name, vpc.cidr, vpc.nat_gateways) == ("net", "10.0.0.0/16", 1)
    assert [(s.zone, s.cidr, s.public) for s in vpc.subnets] == [
        ("eu-central-1a", "10.0.0.0/24", True),
        ("eu-central-1b", "10.0.1.0/24", False),
    ]
    assert [(e.service, e.kind) for e in vpc.endpoints] == [("logs", "Interface"), ("s3", "Gateway")]
    assert not vpc.default_group_closed
    assert aws.outputs("s")["Cidr"] == "10.0.0.0/16"
    addresses = ec2.describe_addresses()["Addresses"]
    assert [a["PublicIp"] for a in addresses] == [aws.outputs("s")["Address"]]
    assert ec2.describe_flow_logs()["FlowLogs"][0]["ResourceId"] == vpc.id
    dns = ec2.describe_vpc_attribute(VpcId=vpc.id, Attribute="enableDnsHostnames")
    assert dns["EnableDnsHostnames"]["Value"]
    subnets = ec2.describe_subnets(Filters=[{"Name": "map-public-ip-on-launch", "Values": ["true"]}])
    assert vpc.subnets[0].id in [subnet["SubnetId"] for subnet in subnets["Subnets"]]

    aws.destroy("s")
    assert vpcs(ec2) == []
    assert ec2.describe_addresses()["Addresses"] == []
    assert ec2.describe_internet_gateways()["InternetGateways"] == []
    assert ec2.describe_flow_logs()["FlowLogs"] == []


def test_a_tag_changes_in_place(aws: InProcessAws) -> None:
    ec2 = aws.client("ec2")
    aws.deploy("s", template(network()))
    before = vpcs(ec2)
    aws.deploy("s", template(network(colour="green")))

    assert vpcs(ec2) == before
    tagged = ec2.describe_tags(Filters=[{"Name": "key", "Values": ["colour"]}])["Tags"]
    assert {tag["Value"] for tag in tagged} == {"green"}
    assert {tag["ResourceType"] for tag in tagged} >= {"vpc", "subnet", "route-table", "nat-gateway"}
    assert ("Vpc", "DELETE_IN_PROGRESS") not in aws.events("s")


def test_an_endpoint_gains_and_loses_a_subnet_in_place(aws: InProcessAws) -> None:
    ec2 = aws.client("ec2")
    filters = [{"Name": "vpc-endpoint-type", "Values": ["Interface"]}]

    def endpoint() -> dict[str, Any]:
        return ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"][0]

    aws.deploy("s", template(network()))
    before = endpoint()
    aws.deploy("s", template(network(SubnetIds=[ref("Private"), ref("Public")])))
    assert endpoint()["VpcEndpointId"] == before["VpcEndpointId"]
    assert len(endpoint()["SubnetIds"]) == 2

    aws.deploy("s", template(network()))
    assert endpoint()["SubnetIds"] == before["SubnetIds"]


def test_a_route_finds_another_way_in_place(aws: InProcessAws) -> None:
    ec2 = aws.client("ec2")
    resources = network()
    aws.deploy("s", template(resources))
    route = resources["NatRoute"]["Properties"]
    del route["NatGatewayId"]
    resources["NatRoute"] = resource("AWS::EC2::Route", "Attached", **route, GatewayId=ref("Gateway"))
    aws.deploy("s", template(resources))

    assert all(subnet.public for subnet in vpcs(ec2)[0].subnets)
