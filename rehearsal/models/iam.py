"""IAM roles and policies. Nothing here enforces them: moto lets every call through."""

import json
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, iam_backends

from rehearsal.models.resource import Properties, Resource, only
from rehearsal.models.tags import removed_keys


class Role(Resource):
    """AWS::IAM::Role."""

    type = "AWS::IAM::Role"
    named_by = "RoleName"

    def create(self, new: Properties) -> None:
        """CreateRole and its policies."""
        same = ("Path", "Description", "MaxSessionDuration", "PermissionsBoundary", "Tags")
        made = self.aws("iam").create_role(
            RoleName=self.name,
            AssumeRolePolicyDocument=json.dumps(new["AssumeRolePolicyDocument"]),
            **only(new, *same),
        )["Role"]
        self.attributes = {"Arn": made["Arn"], "RoleId": made["RoleId"]}
        self._set_policies(new, {})

    def update(self, new: Properties) -> None:
        """Trust, description, policies and tags."""
        old = self.properties
        iam = self.aws("iam")
        trust = json.dumps(new["AssumeRolePolicyDocument"])
        iam.update_assume_role_policy(RoleName=self.name, PolicyDocument=trust)
        iam.update_role(RoleName=self.name, **only(new, "Description", "MaxSessionDuration"))
        self._set_policies(new, old)
        gone = removed_keys(new, old)
        if gone:
            iam.untag_role(RoleName=self.name, TagKeys=gone)
        if new.get("Tags"):
            iam.tag_role(RoleName=self.name, Tags=new["Tags"])

    def delete(self) -> None:
        """Take the policies away, then DeleteRole."""
        old = self.properties
        self._set_policies({}, old)
        self.aws("iam").delete_role(RoleName=self.name)

    def _set_policies(self, new: Properties, old: Properties) -> None:
        iam = self.aws("iam")
        for arn in _difference(old, new):
            iam.detach_role_policy(RoleName=self.name, PolicyArn=arn)
        for arn in _difference(new, old):
            _provide(arn, self.place.account, self.place.region)
            iam.attach_role_policy(RoleName=self.name, PolicyArn=arn)
        kept = {policy["PolicyName"] for policy in new.get("Policies", [])}
        for policy in old.get("Policies", []):
            if policy["PolicyName"] not in kept:
                iam.delete_role_policy(RoleName=self.name, PolicyName=policy["PolicyName"])
        for policy in new.get("Policies", []):
            text = json.dumps(policy["PolicyDocument"])
            iam.put_role_policy(RoleName=self.name, PolicyName=policy["PolicyName"], PolicyDocument=text)


class Policy(Resource):
    """AWS::IAM::Policy, an inline policy of one or more roles."""

    type = "AWS::IAM::Policy"

    def create(self, new: Properties) -> None:
        """PutRolePolicy on each role."""
        text = json.dumps(new["PolicyDocument"])
        for role in new.get("Roles", []):
            self.aws("iam").put_role_policy(RoleName=role, PolicyName=new["PolicyName"], PolicyDocument=text)

    def update(self, new: Properties) -> None:
        """PutRolePolicy on each role, DeleteRolePolicy where it no longer belongs."""
        old = self.properties
        self.create(new)
        renamed = new["PolicyName"] != old["PolicyName"]
        gone = [role for role in old.get("Roles", []) if renamed or role not in new.get("Roles", [])]
        self._remove(old["PolicyName"], gone)

    def delete(self) -> None:
        """DeleteRolePolicy."""
        self._remove(self.properties["PolicyName"], self.properties.get("Roles", []))

    def _remove(self, name: str, roles: list[str]) -> None:
        for role in roles:
            self.aws("iam").delete_role_policy(RoleName=role, PolicyName=name)


class ManagedPolicy(Resource):
    """AWS::IAM::ManagedPolicy."""

    type = "AWS::IAM::ManagedPolicy"
    named_by = "ManagedPolicyName"

    def create(self, new: Properties) -> None:
        """CreatePolicy, attached to its roles."""
        made = self.aws("iam").create_policy(
            PolicyName=self.name,
            PolicyDocument=json.dumps(new["PolicyDocument"]),
            **only(new, "Path", "Description"),
        )["Policy"]
        self.physical_id = made["Arn"]
        self.attributes = {"PolicyArn": made["Arn"], "PolicyId": made["PolicyId"]}
        self._attach(new, {})

    def update(self, new: Properties) -> None:
        """CreatePolicyVersion and attachments; the version before goes, as five are the limit."""
        old = self.properties
        iam = self.aws("iam")
        if new["PolicyDocument"] != old["PolicyDocument"]:
            before = iam.get_policy(PolicyArn=self.physical_id)["Policy"]["DefaultVersionId"]
            text = json.dumps(new["PolicyDocument"])
            iam.create_policy_version(PolicyArn=self.physical_id, PolicyDocument=text, SetAsDefault=True)
            iam.delete_policy_version(PolicyArn=self.physical_id, VersionId=before)
        self._attach(new, old)

    def delete(self) -> None:
        """Detach it, then DeletePolicy."""
        old = self.properties
        self._attach({}, old)
        self.aws("iam").delete_policy(PolicyArn=self.physical_id)

    def _attach(self, new: Properties, old: Properties) -> None:
        iam = self.aws("iam")
        for role in _difference(old, new, "Roles"):
            iam.detach_role_policy(RoleName=role, PolicyArn=self.physical_id)
        for role in _difference(new, old, "Roles"):
            iam.attach_role_policy(RoleName=role, PolicyArn=self.physical_id)


def _difference(one: Properties, other: Properties, name: str = "ManagedPolicyArns") -> list[Any]:
    return [item for item in one.get(name, []) if item not in other.get(name, [])]


def _provide(arn: str, account: str, region: str) -> None:
    """Make a policy of AWS's own known to moto, which loads all 1,500 of them (a second) or none."""
    name = arn.rsplit("/", 1)[-1]
    if arn.startswith("arn:aws:iam::aws:policy/") and name in _aws_policies():
        policy = AWSManagedPolicy.from_data(name, account, region, _aws_policies()[name])
        iam_backends[account]["aws"].managed_policies.setdefault(policy.arn, policy)


@cache
def _aws_policies() -> dict[str, Any]:
    return json.loads(aws_managed_policies_data)
