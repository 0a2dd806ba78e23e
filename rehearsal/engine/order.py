"""In which order the resources of a template are created: what a resource refers to comes before it."""

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from moto.cloudformation.exceptions import ValidationError

# ${Name} and ${Name.Attribute} of Fn::Sub; ${!Literal} is text.
_SUBSTITUTION = re.compile(r"\$\{([^!}][^}]*)\}")


def creation_order(resources: dict[str, Any]) -> list[str]:
    """Logical ids, each after everything it refers to or depends on.

    moto creates in the order of the template and whatever a `Ref` reaches on the way, without that resource's
    own DependsOn: an ECS service would exist before the listener rules it waits for.

    Raises:
        ValidationError: The template has a circular dependency, in CloudFormation's words.
    """
    sorter = TopologicalSorter[str]()
    for logical_id, declared in resources.items():
        sorter.add(logical_id, *sorted(_dependencies(declared, resources) - {logical_id}))
    try:
        return list(sorter.static_order())
    except CycleError as error:
        between = ", ".join(sorted(set(error.args[1])))
        raise ValidationError(message=f"Circular dependency between resources: [{between}]") from error


def _dependencies(declared: dict[str, Any], resources: dict[str, Any]) -> set[str]:
    depends_on = declared.get("DependsOn", [])
    names = {depends_on} if isinstance(depends_on, str) else set(depends_on)
    names.update(_references(declared.get("Properties", {})))
    return names & resources.keys()


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        match key, item:
            case "Ref", str():
                yield item
            case "Fn::GetAtt", [str(name), *_]:
                yield name
            case "Fn::GetAtt", str():
                yield item.split(".")[0]
            case "Fn::Sub", str():
                yield from _substituted(item)
            case "Fn::Sub", [str(text), dict(values)]:
                yield from _substituted(text)
                yield from _references(values)
            case _:
                yield from _references(item)


def _substituted(text: str) -> Iterator[str]:
    for name in _SUBSTITUTION.findall(text):
        yield name.split(".")[0]
