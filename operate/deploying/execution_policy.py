"""The policies of an environment's own bootstrap: what its deployments may do, and what bounds every role.

https://docs.aws.amazon.com/cdk/v2/guide/customize-permissions-boundaries.html
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from environments.model import Environment, HttpsWithHostedZone
from operate.deploying.permissions import PARTS
from operate.deploying.permissions.scopes import ANYTHING, BOOTSTRAP_VERSION, Scope
from operate.problem import OperateError

TYPES_OUTPUT = "ResourceTypes"
"""The output that says which types of resources the policies were made for."""

Statement = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Whose policies these are.

    Args:
        environment: One with a bootstrap qualifier.
        account: Its account.
        others: The names of all other environments.
    """

    environment: Environment
    account: str
    others: Sequence[str]

    @property
    def partition(self) -> str:
        """`aws`, as in every ARN."""
        return "aws-cn" if self.environment.region.startswith("cn-") else "aws"

    def arn_of_policy(self, name: str) -> str:
        """The ARN of a managed policy of this account."""
        return f"arn:{self.partition}:iam::{self.account}:policy/{name}"

    @property
    def boundary(self) -> str:
        """The ARN of the boundary."""
        return self.arn_of_policy(str(self.environment.permissions_boundary))

    def policy_name(self, part: str) -> str:
        """The name of one of the execution policies."""
        return f"cdk-{self.environment.bootstrap_qualifier}-deploy-{part}"

    def fill(self, text: str) -> str:
        """An ARN or value of this environment."""
        https = self.environment.load_balancer.https
        return text.format(
            partition=self.partition,
            region=self.environment.region,
            account=self.account,
            env=self.environment.name,
            qualifier=self.environment.bootstrap_qualifier,
            boundary=self.boundary,
            hosted_zone=https.hosted_zone_id if isinstance(https, HttpsWithHostedZone) else "none",
        )


def unknown(types: Iterable[str]) -> Sequence[str]:
    """The types of resources that the table has no line for."""
    known = {type_ for part in PARTS.values() for type_ in part}
    return sorted(set(types) - known)


def execution_policies(types: Iterable[str], bounds: Bounds) -> Mapping[str, Mapping[str, Any]]:
    """What CloudFormation may do, as policy documents by their part.

    Args:
        types: The types of resources in the environment's templates.
        bounds: Whose policies these are.

    Raises:
        OperateError: A type has no line in the table.
    """
    missing = unknown(types)
    if missing:
        raise OperateError(
            f"Nobody has said yet what CloudFormation needs for {', '.join(missing)}.",
            next_step="a line for each in operate/deploying/permissions/, from the handlers of its schema.",
        )
    wanted = frozenset(types)
    documents: dict[str, Mapping[str, Any]] = {}
    for part, table in PARTS.items():
        needs: dict[Scope, set[str]] = {}
        for type_ in wanted & table.keys():
            for scope, actions in table[type_].items():
                needs.setdefault(scope, set()).update(actions.split())
        if part == "access":
            # Every template reads the version of its bootstrap, with the rights of this role.
            needs.setdefault(BOOTSTRAP_VERSION, set()).add("ssm:GetParameters")
        # IAM takes no policy without a statement, and a policy that comes and goes would be in the way of the
        # role it is attached to. This one anybody may do, whatever policies say.
        needs = needs or {ANYTHING: {"sts:GetCallerIdentity"}}
        documents[part] = _document(_statements(needs, bounds))
    return documents


def boundary(bounds: Bounds) -> Mapping[str, Any]:
    """What no role of the environment goes beyond, whatever its policies say.

    Args:
        bounds: Whose boundary it is.
    """
    name = bounds.environment.name
    qualifier = bounds.environment.bootstrap_qualifier
    roles = f"arn:{bounds.partition}:iam::{bounds.account}:role"
    policies = bounds.arn_of_policy(f"cdk-{qualifier}-*")
    statements: list[Statement] = [
        {
            "Sid": "AllButIdentities",
            "Effect": "Allow",
            "NotAction": ["iam:*", "organizations:*", "account:*"],
            "Resource": "*",
        },
        {
            "Sid": "ItsOwnRoles",
            "Effect": "Allow",
            "Action": "iam:*",
            "Resource": [f"{roles}/{name}-*", f"{roles}/aws-service-role/*"],
        },
        {"Sid": "LookAround", "Effect": "Allow", "Action": ["iam:Get*", "iam:List*"], "Resource": "*"},
        {
            "Sid": "NoRoleWithoutThisBoundary",
            "Effect": "Deny",
            "Action": [
                "iam:AttachRolePolicy",
                "iam:CreateRole",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
            ],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"iam:PermissionsBoundary": bounds.boundary}},
        },
        {
            "Sid": "TheBoundaryStays",
            "Effect": "Deny",
            "Action": [
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:DeleteRolePermissionsBoundary",
                "iam:SetDefaultPolicyVersion",
            ],
            "Resource": [policies, f"{roles}/*"],
        },
        {
            # Whoever could assume these would deploy, and be bounded by nothing of this.
            "Sid": "NoWayIntoABootstrap",
            "Effect": "Deny",
            "Action": "sts:AssumeRole",
            "Resource": f"{roles}/cdk-*",
        },
    ]
    if bounds.others:
        statements.append(
            {
                "Sid": "OtherEnvironments",
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:ResourceTag/environment": sorted(bounds.others)}},
            }
        )
    return _document(statements)


def template(types: Iterable[str], bounds: Bounds) -> Mapping[str, Any]:
    """The stack that holds the policies.

    Args:
        types: The types of resources in the environment's templates.
        bounds: Whose policies these are.
    """
    name = bounds.environment.name
    documents = execution_policies(types, bounds)
    resources = {
        "Boundary": _policy(
            str(bounds.environment.permissions_boundary),
            f"What no role of {name} goes beyond.",
            boundary(bounds),
        )
    } | {
        f"Deploy{part.capitalize()}": _policy(
            bounds.policy_name(part), f"What deployments of {name} may do: {part}.", document
        )
        for part, document in documents.items()
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"The policies of {name}'s bootstrap. Made by: make bootstrap ENV={name}",
        "Resources": resources,
        "Outputs": {TYPES_OUTPUT: {"Value": ",".join(sorted(types))}},
    }


def size(document: Mapping[str, Any]) -> int:
    """The characters that IAM counts; 6,144 are what a managed policy takes.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return len(json.dumps(document, separators=(",", ":")))


def _policy(name: str, description: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = {"ManagedPolicyName": name, "Description": description, "PolicyDocument": document}
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}


def _document(statements: Sequence[Statement]) -> Mapping[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _statements(needs: Mapping[Scope, set[str]], bounds: Bounds) -> list[Statement]:
    statements: list[Statement] = []
    for scope, actions in sorted(
        needs.items(), key=lambda item: (item[0].resources, item[0].key, item[0].value)
    ):
        statement: Statement = {
            "Effect": "Allow",
            "Action": sorted(actions),
            "Resource": [bounds.fill(resource) for resource in scope.resources],
        }
        if scope.operator is None:
            statements.append(statement)
            continue
        same = _with_same_words(statements, statement, scope)
        if same is not None:
            same["Condition"][scope.operator][scope.key].append(bounds.fill(scope.value))
            continue
        statement["Condition"] = {scope.operator: {scope.key: [bounds.fill(scope.value)]}}
        statements.append(statement)
    return statements


def _with_same_words(statements: Sequence[Statement], statement: Statement, scope: Scope) -> Statement | None:
    """One that differs in the condition's value alone, such as the service that gets a role."""
    for each in statements:
        alike = all(each[key] == statement[key] for key in ("Action", "Resource"))
        if alike and scope.key in each.get("Condition", {}).get(scope.operator, {}):
            return each
    return None
