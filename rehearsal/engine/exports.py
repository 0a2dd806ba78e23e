"""Exports: published at the end of a deployment, neither removed nor changed while another stack imports."""

from collections.abc import Iterator
from typing import Any

from moto.cloudformation.models import CloudFormationBackend, Stack
from moto.cloudformation.parsing import Export


def exported(outputs: list[dict[str, Any]]) -> dict[str, str]:
    """Name and value of every export among a stack's outputs."""
    return {output["ExportName"]: output["OutputValue"] for output in outputs if output["ExportName"]}


def in_use(backend: CloudFormationBackend, stack: Stack, wanted: dict[str, str]) -> str | None:
    """Why these exports cannot replace the stack's present ones, or None where they can.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
    """
    for name, export in backend.exports.items():
        if export.exporting_stack_id != stack.stack_id or wanted.get(name) == export.value:
            continue
        importer = _importer(backend, name)
        if importer is not None:
            verb = "updated" if name in wanted else "deleted"
            return f"Export {name} cannot be {verb} as it is in use by {importer}"
    return None


def publish(backend: CloudFormationBackend, stack: Stack, wanted: dict[str, str]) -> None:
    """Make these the stack's exports."""
    for name in [
        name for name, export in backend.exports.items() if export.exporting_stack_id == stack.stack_id
    ]:
        del backend.exports[name]
    for name, value in wanted.items():
        backend.exports[name] = Export(stack.stack_id, name, value)


def _importer(backend: CloudFormationBackend, name: str) -> str | None:
    for stack in backend.stacks.values():
        if name in _imports(stack.template_dict):
            return stack.name
    return None


def _imports(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _imports(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Fn::ImportValue" and isinstance(item, str):
                yield item
            else:
                yield from _imports(item)
