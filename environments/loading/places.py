"""Where a mistake is: from pydantic's locations to what a person would type to get there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from environments.model.value import Value

Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place in an environment.

    Args:
        path: The steps to it: attributes, positions and keys alone.
        field: The same as text, with the names on the way: `services[0].scaling.max_tasks (hello)`.
        owner: What the last step leads from.
        value: What stands there, as written. None where nothing does.
    """

    path: Path
    field: str
    owner: object
    value: str | None


def locate(root: Value, location: Sequence[str | int]) -> Place:
    """Walk from an environment to a place in it.

    Args:
        root: The environment, valid or not.
        location: A path, or pydantic's location, where unions and keys of mappings leave steps of their own.
    """
    path: list[str | int] = []
    text = ""
    names: list[str] = []
    owner: object = None
    here: object = root
    for step in location:
        if (isinstance(here, Value) and step == type(here).__name__) or step == "[key]":
            continue
        owner = here
        if isinstance(owner, Value):
            text += f".{step}"
            here = vars(owner).get(str(step), _NOTHING)
        else:
            text += f"[{step!r}]"
            here = _item(owner, step)
        path.append(step)
        if isinstance(here, Value) and isinstance(name := vars(here).get("name"), str):
            names.append(name)
    if path[-1:] == ["name"]:
        names = names[:-1]  # the name itself is the value that is shown
    named = f" ({', '.join(names)})" if names else ""
    return Place(path=tuple(path), field=text.removeprefix(".") + named, owner=owner, value=_shown(here))


_NOTHING = object()


def _item(container: object, step: str | int) -> object:
    if isinstance(container, Mapping):
        return cast("Mapping[object, object]", container).get(step, _NOTHING)
    if isinstance(container, Sequence) and isinstance(step, int):
        return cast("Sequence[object]", container)[step]
    return _NOTHING


def _shown(value: object) -> str | None:
    """As written, or cut where it would fill the screen."""
    if value is _NOTHING:
        return None
    if isinstance(value, Value):
        return f"{type(value).__name__}(...)"
    if isinstance(value, list | tuple):
        return f"a list of {len(cast('Sequence[Any]', value))}"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:76]} ..."
