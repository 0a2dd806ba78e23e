"""Change sets as CloudFormation tells them: which properties change, what is replaced, what only may be.

moto lists logical ids and actions, finds a change set by its name in whatever stack, and has no error for one
that is gone. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from moto.cloudformation.exceptions import CloudFormationError
from moto.cloudformation.models import ChangeSet, Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult, EmptyResult

from rehearsal.engine.schema import create_only


class ChangeSetNotFoundError(CloudFormationError):
    """The error by which the CLI knows that a deleted change set is gone."""

    code = "ChangeSetNotFound"


def install() -> None:
    """Make moto answer so, in this process; idempotent."""
    change_set: Any = ChangeSet
    change_set.diff = _diff
    # Ours are written as CloudFormation answers.
    CloudFormationResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER["DescribeChangeSetOutput.Changes"] = _as_it_is
    stack: Any = Stack
    stack.stack_parameters = property(_previous_values)
    CloudFormationResponse.describe_change_set = _describe
    CloudFormationResponse.delete_change_set = _delete


def _previous_values(self: Stack) -> dict[str, Any]:
    # What UsePreviousValue stands for: for a parameter of the Parameter Store its name, and not what moto has
    # looked up under it.
    return self.parameters


def _as_it_is(changes: Any) -> Any:
    return changes


def _find(response: CloudFormationResponse) -> ChangeSet | None:
    name, stack = response._get_param("ChangeSetName"), response._get_param("StackName")
    found: dict[str, ChangeSet] = response.cloudformation_backend.change_sets
    if name in found:
        return found[name]
    mine = [each for each in found.values() if each.change_set_name == name]
    return next((each for each in reversed(mine) if stack in {None, each.stack_name, each.stack_id}), None)


def _describe(self: CloudFormationResponse) -> ActionResult:
    found = _find(self)
    if found is None:
        raise ChangeSetNotFoundError(f"ChangeSet [{self._get_param('ChangeSetName')}] does not exist")
    return ActionResult(found)


def _delete(self: CloudFormationResponse) -> ActionResult:
    found = _find(self)
    if found is not None:
        del self.cloudformation_backend.change_sets[found.change_set_id]
    return EmptyResult()


def _diff(self: ChangeSet) -> list[dict[str, Any]]:
    live = getattr(self.stack.resource_map, "live", {})
    before: Mapping[str, Any] = self.stack.template_dict.get("Resources", {}) if live else {}
    after: Mapping[str, Any] = self.template_dict["Resources"]
    changes = [_plain("Add", name, after[name]["Type"]) for name in after if name not in before]
    changes += _modified(before, after)
    changes += [_plain("Remove", name, before[name]["Type"]) for name in before if name not in after]
    for change in changes:
        if change["LogicalResourceId"] in live:
            change["PhysicalResourceId"] = live[change["LogicalResourceId"]].physical_id
    return [{"Type": "Resource", "ResourceChange": change} for change in changes]


def _plain(action: str, name: str, kind: str) -> dict[str, Any]:
    return {"Action": action, "LogicalResourceId": name, "ResourceType": kind}


def _modified(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    both = [name for name in after if name in before]
    changed = {name for name in both if before[name] != after[name]}
    # As often as something more follows from what was found to change.
    while True:
        details = {
            name: [
                *_static(before[name], after[name]),
                *_dynamic(name, before[name], after[name], changed),
            ]
            for name in both
        }
        found = changed | {name for name in both if details[name]}
        if found == changed:
            return [_modification(name, after[name]["Type"], details[name]) for name in both if name in found]
        changed = found


def _modification(name: str, kind: str, details: list[dict[str, Any]]) -> dict[str, Any]:
    always = [each for each in details if each["Target"]["RequiresRecreation"] == "Always"]
    certain = any(each["Evaluation"] == "Static" for each in always)
    return {
        **_plain("Modify", name, kind),
        "Replacement": "True" if certain else "Conditional" if always else "False",
        "Scope": ["Properties"],
        "Details": details,
    }


def _static(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    was, becomes = old.get("Properties", {}), new.get("Properties", {})
    for name in {**was, **becomes}:
        if was.get(name) != becomes.get(name):
            yield {**_target(new["Type"], name), "Evaluation": "Static", "ChangeSource": "DirectModification"}


def _dynamic(
    own: str, old: Mapping[str, Any], new: Mapping[str, Any], changed: set[str]
) -> Iterator[dict[str, Any]]:
    for name, value in new.get("Properties", {}).items():
        if value != old.get("Properties", {}).get(name):
            continue
        for cause in _references(value):
            resource, _, attribute = cause.partition(".")
            if resource in changed - {own}:
                source = "ResourceAttribute" if attribute else "ResourceReference"
                yield {
                    **_target(new["Type"], name),
                    "Evaluation": "Dynamic",
                    "ChangeSource": source,
                    "CausingEntity": cause,
                }


def _target(kind: str, name: str) -> dict[str, Any]:
    fixed = {path[0] for path in create_only(kind) or ()}
    recreation = "Always" if name in fixed else "Never"
    return {"Target": {"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation}}


def _references(value: Any) -> Iterator[str]:
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [name, attribute]}:
            yield f"{name}.{attribute}"
        case dict():
            for each in value.values():
                yield from _references(each)
        case list():
            for each in value:
                yield from _references(each)
        case _:
            return
