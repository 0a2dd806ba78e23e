"""Intrinsic functions: moto's own evaluation, with the gaps closed that these templates fall into."""

from typing import Any

from moto.cloudformation.parsing import ResourceMap, clean_json


def resolved(value: Any, resources: ResourceMap) -> Any:
    """A value of the template with every Ref, GetAtt, Sub, If and ImportValue replaced."""
    return clean_json(_without_absent(value, resources), resources)


def _without_absent(value: Any, resources: ResourceMap) -> Any:
    # moto leaves None in a list where AWS::NoValue stood; CloudFormation leaves nothing.
    if isinstance(value, list):
        items = [_without_absent(item, resources) for item in value]
        return [item for item in items if not _is_absent(item)]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Fn::If"}:
        condition, yes, no = value["Fn::If"]
        return _without_absent(yes if resources.lazy_condition_map[condition] else no, resources)
    return {key: _without_absent(item, resources) for key, item in value.items()}


def _is_absent(value: Any) -> bool:
    return value == {"Ref": "AWS::NoValue"}
