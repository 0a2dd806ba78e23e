"""Which change of which property replaces a resource: read from CloudFormation's own schemas.

cfn-lint ships them (https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html,
createOnlyProperties). Only the few files asked for are read, and cfn-lint itself is not imported.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# The schemas of one region stand for all: create-only properties do not differ between regions.
_REGION = "us-east-1"
_PREFIX = "/properties/"


@cache
def create_only(resource_type: str) -> frozenset[tuple[str, ...]] | None:
    """Paths of the properties that cannot change in place; None where the type has no schema."""
    name = _index().get(resource_type)
    if name is None:
        return None
    schema = json.loads((_folder() / "resources" / f"{name}.json").read_text(encoding="utf-8"))
    paths = schema.get("createOnlyProperties", [])
    return frozenset(tuple(path.removeprefix(_PREFIX).split("/")) for path in paths)


def replaces(resource_type: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether CloudFormation would replace a resource of this type to get from `old` to `new` properties."""
    paths = create_only(resource_type) or frozenset()
    return any(_at(old, path) != _at(new, path) for path in paths)


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


@cache
def _index() -> dict[str, str]:
    return json.loads((_folder() / "providers" / f"{_REGION}.json").read_text(encoding="utf-8"))


@cache
def _folder() -> Path:
    package = find_spec("cfnlint")
    if package is None or package.origin is None:
        raise RuntimeError("The rehearsal reads CloudFormation's schemas from cfn-lint; run `make setup`.")
    return Path(package.origin).parent / "data" / "schemas"
