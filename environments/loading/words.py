"""pydantic's errors in words for people who edit an environment file."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic_core import ErrorDetails

from environments.model.value import Value

_TYPES: dict[object, str] = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "True or False",
    NoneType: "None",
    Sequence: "a list",
    Mapping: "a dictionary",
}
_ELEMENT_ERRORS = {"int_type": int, "float_type": float, "string_type": str, "bool_type": bool}


def explained(error: ErrorDetails, owner: object) -> tuple[str, str]:
    """What is wrong, and what is allowed.

    Args:
        error: pydantic's error.
        owner: The value whose field it is, or the list or mapping whose element.
    """
    name, kind, context = str(error["loc"][-1]), error["type"], error.get("ctx", {})
    if kind == "refused":
        return context["problem"], context["allowed"]
    if kind == "extra_forbidden":
        return _unknown_field(name, owner)
    problem = "Missing." if kind == "missing" else "Not a value for this field."
    if isinstance(owner, Value):
        return problem, " or ".join(_accepted(type(owner).model_fields[name].annotation)) + "."
    return problem, _element(error)


def _element(error: ErrorDetails) -> str:
    """What an element of a list or mapping may be."""
    context = error.get("ctx", {})
    if "expected_tags" in context:
        return context["expected_tags"].replace("'", "").replace(", ", "(...) or ") + "(...)."
    if "class_name" in context:
        return f"{context['class_name']}(...)."
    return _TYPES.get(_ELEMENT_ERRORS.get(error["type"]), error["msg"]) + "."


def _accepted(annotation: object) -> list[str]:
    """What a field takes, from its type."""
    origin: object = get_origin(annotation)
    arguments = get_args(annotation)
    if origin is Annotated:
        return _accepted(arguments[0])
    if origin is Union or origin is UnionType:
        return [accepted for argument in arguments for accepted in _accepted(argument)]
    if origin is Literal:
        return [", ".join(repr(value) for value in arguments)]
    return [_TYPES.get(origin or annotation) or _class_call(annotation)]


def _class_call(annotation: object) -> str:
    return f"{annotation.__name__}(...)" if isinstance(annotation, type) else str(annotation)


def _unknown_field(name: str, owner: object) -> tuple[str, str]:
    fields = list(type(owner).model_fields) if isinstance(owner, Value) else []
    close = get_close_matches(name, fields, n=1)
    problem = f"{type(owner).__name__} has no such field."
    return problem + (f" Did you mean {close[0]}?" if close else ""), f"{', '.join(fields)}."
