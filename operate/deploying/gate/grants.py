"""What a role of a template may do, one action on one resource at a time, so that two templates compare."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

# What only CloudFormation knows, within a text that is otherwise known.
_UNKNOWN = re.compile(r"\$\{[^}]*\}")

MANAGED = "managed policy"
"""Stands for an action where a whole managed policy is attached."""


@dataclass(frozen=True, kw_only=True, order=True)
class Grant:
    """A permission.

    Args:
        action: `s3:GetObject`, `s3:*`, or `MANAGED`.
        resource: An ARN, wildcards included; `${LogicalId.Attribute}` where only CloudFormation knows it.
        condition: The statement's condition as text. Empty where it has none.
    """

    action: str
    resource: str
    condition: str = ""

    def may_be(self, arn: str) -> bool:
        """Whether the grant may be about this ARN: what only CloudFormation knows may be anything."""
        return matches(_UNKNOWN.sub("*", self.resource), arn)


def grants(template: Mapping[str, Any], role: str, known: Mapping[str, str]) -> frozenset[Grant]:
    """Everything that a role is granted in a template.

    Args:
        template: The template.
        role: The role's logical id.
        known: Values of pseudo parameters such as `AWS::AccountId`.
    """
    resources: Mapping[str, Any] = template.get("Resources", {})
    if role not in resources:
        return frozenset()
    properties: Mapping[str, Any] = resources[role].get("Properties", {})
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    documents += [
        each["Properties"]["PolicyDocument"]
        for each in resources.values()
        if each["Type"] in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"}
        and role in _roles(each["Properties"])
    ]
    attached = (
        Grant(action=MANAGED, resource=text(arn, known)) for arn in properties.get("ManagedPolicyArns", [])
    )
    return frozenset([*attached, *(grant for each in documents for grant in _granted(each, known))])


def lost(before: frozenset[Grant], after: frozenset[Grant]) -> list[Grant]:
    """What was granted and is not any more, be it in other words."""
    return sorted(grant for grant in before - after if not any(_covers(each, grant) for each in after))


def text(value: Any, known: Mapping[str, str]) -> str:
    """A value of a template as text, with `${...}` for what only CloudFormation knows.

    Args:
        value: Text, Ref, GetAtt, Join, Sub; anything else stays as its JSON.
        known: Values of pseudo parameters.
    """
    match value:
        case str():
            return value
        case {"Ref": name}:
            return known.get(name, f"${{{name}}}")
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(text(part, known) for part in parts)
        case {"Fn::Sub": str(form)}:
            return re.sub(r"\$\{([^}!]+)\}", lambda found: known.get(found[1], found[0]), form)
        case _:
            return f"${{{json.dumps(value, sort_keys=True).translate(_BRACES)}}}"


_BRACES = str.maketrans("{}", "()")


def matches(pattern: str, value: str) -> bool:
    """Whether an IAM pattern with * and ? matches."""
    return _compiled(pattern).fullmatch(value) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE)


def _roles(properties: Mapping[str, Any]) -> set[str]:
    names = {each.get("Ref", "") for each in properties.get("Roles", []) if isinstance(each, dict)}
    named = properties.get("RoleName")
    return names | ({named.get("Ref", "")} if isinstance(named, dict) else set())


def _granted(document: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[Grant]:
    for statement in _many(document.get("Statement", [])):
        if statement.get("Effect") != "Allow":
            continue
        condition = json.dumps(statement["Condition"], sort_keys=True) if statement.get("Condition") else ""
        # The rare "everything but": compared as a whole, since it has no single actions.
        actions = _many(statement.get("Action", [f"NotAction {json.dumps(statement.get('NotAction'))}"]))
        for action in actions:
            for resource in _many(statement.get("Resource", "*")):
                yield Grant(action=action, resource=text(resource, known), condition=condition)


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _covers(wide: Grant, narrow: Grant) -> bool:
    return (
        matches(wide.action, narrow.action)
        and matches(wide.resource, narrow.resource)
        and wide.condition in {"", narrow.condition}
    )
