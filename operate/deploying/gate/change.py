"""What happens to each resource: read from two templates, or from CloudFormation's change set."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from operate.deploying.gate.create_only import CREATE_ONLY

Template = Mapping[str, Any]

# A custom resource may answer an update with other attributes than before; nobody knows beforehand.
_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")


@dataclass(frozen=True, kw_only=True)
class Change:
    """The change of one resource.

    Args:
        stack: The stack.
        logical_id: Its name in the template.
        type: `AWS::ECS::Service` and so on.
        action: What CloudFormation does.
        replaced: Whether a new resource takes its place.
        properties: The top-level properties that change.
        before: The properties in the deployed template.
        after: The properties in the new template.
    """

    stack: str
    logical_id: str
    type: str
    action: Literal["Add", "Modify", "Remove"]
    replaced: bool = False
    properties: frozenset[str] = frozenset()
    before: Mapping[str, Any] = field(default_factory=dict[str, Any])
    after: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def resource(self) -> str:
        """Logical id and type."""
        return f"{self.logical_id} ({self.type})"


def by_templates(stack: str, deployed: Template, new: Template) -> Sequence[Change]:
    """The changes from one template to another, as far as templates tell.

    Whether a reference will have another value is not known here; the change set knows.

    Args:
        stack: The stack.
        deployed: The template in use. Empty where the stack does not exist.
        new: The template to come.
    """
    return list(_differences(stack, deployed.get("Resources", {}), new.get("Resources", {})))


def by_change_set(
    stack: str, described: Sequence[Mapping[str, Any]], deployed: Template, new: Template
) -> Sequence[Change]:
    """The changes of a change set.

    CloudFormation reports as conditional whatever refers to a resource that changes, although a reference to
    a resource that stays keeps its value. Such a detail counts only if what it refers to is replaced.

    Args:
        stack: The stack.
        described: `Changes` of every page of DescribeChangeSet.
        deployed: The template in use.
        new: The template to come.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChangeDetail.html
    """
    resources = [each["ResourceChange"] for each in described if "ResourceChange" in each]
    replaced = _replaced(resources)
    types = _types(resources)
    before, after = deployed.get("Resources", {}), new.get("Resources", {})
    return [
        Change(
            stack=stack,
            logical_id=found["LogicalResourceId"],
            type=found["ResourceType"],
            action=found["Action"] if found["Action"] in {"Add", "Remove"} else "Modify",
            replaced=found["LogicalResourceId"] in replaced,
            properties=frozenset(
                detail["Target"]["Name"]
                for detail in found.get("Details", [])
                if detail.get("Target", {}).get("Attribute") == "Properties"
                and _happens(detail, replaced, types)
            ),
            before=_properties(before.get(found["LogicalResourceId"])),
            after=_properties(after.get(found["LogicalResourceId"])),
        )
        for found in resources
    ]


def _differences(stack: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for logical_id in {**before, **after}:
        old, new = before.get(logical_id), after.get(logical_id)
        was, becomes = _properties(old), _properties(new)
        if old is None or new is None:
            yield Change(
                stack=stack,
                logical_id=logical_id,
                type=(old or new or {})["Type"],
                action="Add" if old is None else "Remove",
                before=was,
                after=becomes,
            )
        elif old["Type"] != new["Type"] or was != becomes:
            properties = frozenset(name for name in {**was, **becomes} if was.get(name) != becomes.get(name))
            fixed = CREATE_ONLY.get(old["Type"], frozenset())
            yield Change(
                stack=stack,
                logical_id=logical_id,
                type=old["Type"],
                action="Modify",
                replaced=old["Type"] != new["Type"] or bool(properties & fixed),
                properties=properties,
                before=was,
                after=becomes,
            )


def _properties(resource: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return (resource or {}).get("Properties", {})


def _types(resources: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    return {each["LogicalResourceId"]: each.get("ResourceType", "") for each in resources}


def _replaced(resources: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The logical ids that are replaced, and those that follow because they refer to one of them."""
    types = _types(resources)
    found = frozenset(each["LogicalResourceId"] for each in resources if each.get("Replacement") == "True")
    while True:
        more = found | frozenset(
            each["LogicalResourceId"]
            for each in resources
            if each.get("Replacement") == "Conditional" and _follows(each, found, types)
        )
        if more == found:
            return found
        found = more


def _follows(resource: Mapping[str, Any], replaced: frozenset[str], types: Mapping[str, str]) -> bool:
    return any(
        detail.get("Target", {}).get("RequiresRecreation") in {"Always", "Conditionally"}
        and _happens(detail, replaced, types)
        for detail in resource.get("Details", [])
    )


def _happens(detail: Mapping[str, Any], replaced: frozenset[str], types: Mapping[str, str]) -> bool:
    """Whether a property will really have another value."""
    target = detail.get("Target", {})
    before, after = target.get("BeforeValue"), target.get("AfterValue")
    if before is not None and before == after:
        return False
    if detail.get("Evaluation") != "Dynamic":
        return True
    cause = detail.get("CausingEntity", "").partition(".")[0]
    return cause in replaced or types.get(cause, "").startswith(_CUSTOM)
