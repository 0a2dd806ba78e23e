from typing import Any

from rehearsal.in_process import InProcessAws
from tests.rehearsal.templates import Resources, ref, resource, template

HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
HTTP = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
EVERYWHERE = {"CidrIp": "0.0.0.0/0"}


def groups(**group: Any) -> Resources:
    vpc = {"VpcId": ref("Vpc")}
    return {
        "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
        "Group": resource("AWS::EC2::SecurityGroup", **vpc, GroupDescription="one", **group),
        "Other": resource(
            "AWS::EC2::SecurityGroup",
            **vpc,
            GroupDescription="two",
            SecurityGroupEgress=[{**HTTPS, **EVERYWHERE}],
        ),
    }


def found(aws: InProcessAws, description: str) -> dict[str, Any]:
    filters = [{"Name": "description", "Values": [description]}]
    return aws.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"][0]


def ports(permissions: list[dict[str, Any]]) -> list[tuple[Any, str]]:
    """Port, and where from or to, of each rule."""
    return sorted(
        (rule.get("FromPort", "all"), peer)
        for rule in permissions
        for peer in [
            *(item["CidrIp"] for item in rule["IpRanges"]),
            *(item["GroupId"] for item in rule["UserIdGroupPairs"]),
        ]
    )


def test_egress_is_open_unless_the_template_says_something(aws: InProcessAws) -> None:
    aws.deploy("s", template(groups()))

    assert ports(found(aws, "one")["IpPermissionsEgress"]) == [("all", "0.0.0.0/0")]
    assert ports(found(aws, "two")["IpPermissionsEgress"]) == [(443, "0.0.0.0/0")]


def test_inline_rules_change_in_place(aws: InProcessAws) -> None:
    aws.deploy("s", template(groups(SecurityGroupIngress=[{**HTTP, **EVERYWHERE}])))
    before = found(aws, "one")["GroupId"]
    aws.deploy("s", template(groups(SecurityGroupIngress=[{**HTTPS, **EVERYWHERE}])))

    assert found(aws, "one")["GroupId"] == before
    assert ports(found(aws, "one")["IpPermissions"]) == [(443, "0.0.0.0/0")]


def test_rules_of_their_own_come_and_go(aws: InProcessAws) -> None:
    rules = {
        "In": resource(
            "AWS::EC2::SecurityGroupIngress",
            GroupId=ref("Group"),
            SourceSecurityGroupId=ref("Other"),
            Description="from the load balancer",
            **HTTP,
        ),
        "Out": resource(
            "AWS::EC2::SecurityGroupEgress",
            GroupId=ref("Other"),
            DestinationSecurityGroupId=ref("Group"),
            **HTTP,
        ),
    }
    aws.deploy("s", template({**groups(), **rules}))
    one, two = found(aws, "one"), found(aws, "two")
    assert ports(one["IpPermissions"]) == [(80, two["GroupId"])]
    assert one["IpPermissions"][0]["UserIdGroupPairs"][0]["Description"] == "from the load balancer"
    assert ports(two["IpPermissionsEgress"]) == [(80, one["GroupId"]), (443, "0.0.0.0/0")]

    aws.deploy("s", template(groups()))
    assert found(aws, "one")["IpPermissions"] == []
    assert ports(found(aws, "two")["IpPermissionsEgress"]) == [(443, "0.0.0.0/0")]

    # The rules refer to both groups: they go first, or neither group could.
    aws.deploy("s", template({**groups(), **rules}))
    aws.destroy("s")
