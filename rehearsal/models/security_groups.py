"""Security groups and their rules, written inline or as resources of their own."""

from typing import Any

from rehearsal.models.resource import Properties, Resource, only
from rehearsal.models.tags import ec2_tags, retag_ec2

_INLINE = (("SecurityGroupIngress", "ingress"), ("SecurityGroupEgress", "egress"))
# What AWS adds to a new group; CloudFormation removes it where the template says something about egress.
_ALL_TRAFFIC = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}


class SecurityGroup(Resource):
    """AWS::EC2::SecurityGroup."""

    type = "AWS::EC2::SecurityGroup"
    named_by = "GroupName"

    def create(self, new: Properties) -> None:
        """CreateSecurityGroup and its inline rules."""
        answer = self.aws("ec2").create_security_group(
            GroupName=self.name,
            Description=new["GroupDescription"],
            **only(new, "VpcId"),
            **ec2_tags("security-group", new),
        )
        self.physical_id = answer["GroupId"]
        self.attributes = {"GroupId": self.physical_id, "Id": self.physical_id, **only(new, "VpcId")}
        if "SecurityGroupEgress" in new:
            self._call("revoke", "egress", [_ALL_TRAFFIC])
        for name, direction in _INLINE:
            self._call("authorize", direction, new.get(name, []))

    def update(self, new: Properties) -> None:
        """Add and remove inline rules; tags."""
        old = self.properties
        for name, direction in _INLINE:
            before, after = old.get(name, []), new.get(name, [])
            self._call("revoke", direction, [rule for rule in before if rule not in after])
            self._call("authorize", direction, [rule for rule in after if rule not in before])
        retag_ec2(self.aws("ec2"), self.physical_id, new, old)

    def delete(self) -> None:
        """DeleteSecurityGroup."""
        self.aws("ec2").delete_security_group(GroupId=self.physical_id)

    def _call(self, verb: str, direction: str, rules: list[Properties]) -> None:
        if rules:
            call = getattr(self.aws("ec2"), f"{verb}_security_group_{direction}")
            call(GroupId=self.physical_id, IpPermissions=[_permission(rule) for rule in rules])


class SecurityGroupIngress(Resource):
    """AWS::EC2::SecurityGroupIngress."""

    type = "AWS::EC2::SecurityGroupIngress"
    direction = "ingress"

    def create(self, new: Properties) -> None:
        """AuthorizeSecurityGroupIngress, or Egress."""
        authorize = getattr(self.aws("ec2"), f"authorize_security_group_{self.direction}")
        answer = authorize(GroupId=new["GroupId"], IpPermissions=[_permission(new)])
        self.physical_id = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        self.attributes = {"Id": self.physical_id}

    def delete(self) -> None:
        """RevokeSecurityGroupIngress, or Egress."""
        old = self.properties
        revoke = getattr(self.aws("ec2"), f"revoke_security_group_{self.direction}")
        revoke(GroupId=old["GroupId"], IpPermissions=[_permission(old)])


class SecurityGroupEgress(SecurityGroupIngress):
    """AWS::EC2::SecurityGroupEgress."""

    type = "AWS::EC2::SecurityGroupEgress"
    direction = "egress"


def _permission(rule: Properties) -> dict[str, Any]:
    """A rule in the shape of the API, where each kind of peer has a list of its own."""
    described = only(rule, "Description")
    permission: dict[str, Any] = {"IpProtocol": str(rule["IpProtocol"]), **only(rule, "FromPort", "ToPort")}
    if "CidrIp" in rule:
        permission["IpRanges"] = [{"CidrIp": rule["CidrIp"], **described}]
    if "CidrIpv6" in rule:
        permission["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **described}]
    for name in ("SourceSecurityGroupId", "DestinationSecurityGroupId"):
        if name in rule:
            permission["UserIdGroupPairs"] = [{"GroupId": rule[name], **described}]
    for name in ("SourcePrefixListId", "DestinationPrefixListId"):
        if name in rule:
            permission["PrefixListIds"] = [{"PrefixListId": rule[name], **described}]
    return permission
