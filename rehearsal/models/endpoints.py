"""VPC endpoints and flow logs."""

import json
from typing import Any

from rehearsal.models.resource import Properties, Resource, only
from rehearsal.models.tags import ec2_tags, retag_ec2


class VpcEndpoint(Resource):
    """AWS::EC2::VPCEndpoint, gateway and interface."""

    type = "AWS::EC2::VPCEndpoint"

    def create(self, new: Properties) -> None:
        """CreateVpcEndpoint."""
        wanted = only(
            new,
            "VpcId",
            "ServiceName",
            "VpcEndpointType",
            "SubnetIds",
            "RouteTableIds",
            "SecurityGroupIds",
            "PrivateDnsEnabled",
        )
        answer = self.aws("ec2").create_vpc_endpoint(
            **wanted, **_policy(new), **ec2_tags("vpc-endpoint", new)
        )
        endpoint = answer["VpcEndpoint"]
        self.physical_id = endpoint["VpcEndpointId"]
        self.attributes = {
            "Id": self.physical_id,
            "NetworkInterfaceIds": endpoint.get("NetworkInterfaceIds", []),
            "CreationTimestamp": str(endpoint.get("CreationTimestamp", "")),
            "DnsEntries": [
                f"{e.get('HostedZoneId')}:{e.get('DnsName')}" for e in endpoint.get("DnsEntries", [])
            ],
        }

    def update(self, new: Properties) -> None:
        """ModifyVpcEndpoint and tags."""
        old = self.properties
        changes: dict[str, Any] = (
            _policy(new) if new.get("PolicyDocument") != old.get("PolicyDocument") else {}
        )
        for name in ("SubnetIds", "RouteTableIds", "SecurityGroupIds"):
            before, after = old.get(name, []), new.get(name, [])
            changes[f"Add{name}"] = [item for item in after if item not in before]
            changes[f"Remove{name}"] = [item for item in before if item not in after]
        changes = {name: value for name, value in changes.items() if value}
        if changes:
            self.aws("ec2").modify_vpc_endpoint(VpcEndpointId=self.physical_id, **changes)
        retag_ec2(self.aws("ec2"), self.physical_id, new, old)

    def delete(self) -> None:
        """DeleteVpcEndpoints."""
        self.aws("ec2").delete_vpc_endpoints(VpcEndpointIds=[self.physical_id])


def _policy(new: Properties) -> dict[str, str]:
    return {"PolicyDocument": json.dumps(new["PolicyDocument"])} if "PolicyDocument" in new else {}


class FlowLog(Resource):
    """AWS::EC2::FlowLog."""

    type = "AWS::EC2::FlowLog"

    def create(self, new: Properties) -> None:
        """CreateFlowLogs."""
        same = (
            "ResourceType",
            "TrafficType",
            "DeliverLogsPermissionArn",
            "LogDestinationType",
            "LogDestination",
            "LogGroupName",
            "LogFormat",
            "MaxAggregationInterval",
        )
        answer = self.aws("ec2").create_flow_logs(
            ResourceIds=[new["ResourceId"]], **only(new, *same), **ec2_tags("vpc-flow-log", new)
        )
        self.physical_id = answer["FlowLogIds"][0]
        self.attributes = {"Id": self.physical_id}

    def update(self, new: Properties) -> None:
        """Tags."""
        old = self.properties
        retag_ec2(self.aws("ec2"), self.physical_id, new, old)

    def delete(self) -> None:
        """DeleteFlowLogs."""
        self.aws("ec2").delete_flow_logs(FlowLogIds=[self.physical_id])
