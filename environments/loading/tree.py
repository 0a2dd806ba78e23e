"""Walk an environment, and cut out of it what was refused."""

from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

from environments.loading.places import Path
from environments.model.value import Value

_REFUSED = object()


def children(value: object) -> list[tuple[str | int, object]]:
    """What a value, list or mapping holds, with the step that leads there."""
    if isinstance(value, Value):
        return list(vars(value).items())
    if isinstance(value, Mapping):
        return list(cast("Mapping[str, object]", value).items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return list(enumerate(cast("Sequence[object]", value)))
    return []


_Value = TypeVar("_Value", bound=Value)


def readable(written: _Value, refused: set[Path]) -> tuple[_Value, Mapping[Path, Value]]:
    """A copy of an environment in which reading a refused field raises UnreadableFieldError.

    Returns:
        The copy; and the values in lists that are no part of it, each with rules of its own all the same.
    """
    apart: dict[Path, Value] = {}
    copy = _copy(written, (), refused, apart)
    return (copy if isinstance(copy, type(written)) else _with_fields(written, {})), apart


def _copy(value: object, at: Path, refused: set[Path], apart: dict[Path, Value]) -> object:
    """A copy; a list or mapping with a refused element is refused as a whole."""
    if at in refused:
        return _REFUSED
    inner = {step: _copy(child, (*at, step), refused, apart) for step, child in children(value)}
    if isinstance(value, Value):
        return _with_fields(
            value, {str(step): child for step, child in inner.items() if child is not _REFUSED}
        )
    if any(child is _REFUSED for child in inner.values()):
        apart.update({(*at, step): child for step, child in inner.items() if isinstance(child, Value)})
        return _REFUSED
    if isinstance(value, Mapping):
        return inner
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(inner.values())
    return value


def _with_fields(value: _Value, fields: Mapping[str, object]) -> _Value:
    # A default must not take the place of what was refused, and an unknown field stands for nothing.
    copy = type(value).model_construct()
    vars(copy).clear()
    vars(copy).update({name: field for name, field in fields.items() if name in type(value).model_fields})
    return copy
