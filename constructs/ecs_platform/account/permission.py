"""What a role or policy of the account allows, with a reason wherever it names more than one resource."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from ecs_platform.acknowledge import acknowledge
from ecs_platform.place import Place
from ecs_platform.problem import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class Permission:
    """Actions that are allowed on resources.

    Follows https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html

    Args:
        actions: Such as `ecs:DescribeServices`, each one spelled out.
        resources: ARNs, wildcards allowed in them, or `*`.
        conditions: IAM's operators with their keys and values, one value or several of which one has to
            match. None by default.
        because: Why resources with a wildcard are as narrow as can be: a sentence of eight words or more. It
            is needed where a resource holds a wildcard, and goes into the report of cdk-nag.

    Raises:
        ConfigurationError: An action holds a wildcard, or a resource does and no reason is given.
    """

    actions: Sequence[str]
    resources: Sequence[str]
    conditions: Mapping[str, Mapping[str, str | Sequence[str]]] = field(
        default_factory=dict[str, Mapping[str, str | Sequence[str]]]
    )
    because: str | None = None

    def __post_init__(self) -> None:
        for action in self.actions:
            if "*" in action or ":" not in action:
                raise ConfigurationError(
                    f'"{action}" is not one action.',
                    allowed='a service and one of its actions, such as "ecs:DescribeServices".',
                    where="Permission(actions=...)",
                )
        wide = [resource for resource in self.resources if "*" in resource]
        if wide and len((self.because or "").split()) < 8:
            raise ConfigurationError(
                f"{wide[0]} is more than one resource, and no reason is given.",
                allowed="a sentence of eight words or more that a reviewer would accept.",
                where="Permission(because=...)",
            )

    @property
    def statement(self) -> dict[str, Any]:
        """The statement of a policy."""
        statement: dict[str, Any] = {
            "Effect": "Allow",
            "Action": sorted(self.actions),
            "Resource": list(self.resources),
        }
        if self.conditions:
            statement["Condition"] = {operator: dict(keys) for operator, keys in self.conditions.items()}
        return statement


def document(permissions: Sequence[Permission]) -> iam.PolicyDocument:
    """The policy that allows all of it.

    Args:
        permissions: What is allowed.
    """
    return iam.PolicyDocument.from_json(
        {"Version": "2012-10-17", "Statement": [permission.statement for permission in permissions]}
    )


def argue(construct: IConstruct, permissions: Sequence[Permission], place: Place) -> None:
    """Hand the reasons for wildcards to cdk-nag, resource by resource.

    Args:
        construct: The role or policy.
        permissions: What it allows.
        place: Where it is; the rule names a resource without the tokens of its place.
    """
    reasons: dict[str, list[str]] = {}
    for permission in permissions:
        for resource in permission.resources:
            if "*" in resource and permission.because not in reasons.setdefault(resource, []):
                reasons[resource].append(permission.because or "")
    found = {
        f"AwsSolutions-IAM5[Resource::{_as_reported(resource, place)}]": " ".join(why)
        for resource, why in reasons.items()
    }
    if found:
        acknowledge(construct, found)


def _as_reported(resource: str, place: Place) -> str:
    for name, value in (
        ("AccountId", place.account),
        ("Region", place.region),
        ("Partition", place.partition),
    ):
        if cdk.Token.is_unresolved(value):
            resource = resource.replace(value, f"<AWS::{name}>")
    return resource
