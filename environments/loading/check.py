"""Validate a value as its file wrote it: the mistakes of fields and of rules in one pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from environments.loading.places import Path, locate
from environments.loading.report import Mistake
from environments.loading.tree import children, readable
from environments.loading.words import explained
from environments.model.value import Refusal, UnreadableFieldError, Value

_Value = TypeVar("_Value", bound=Value)


@dataclass(frozen=True, kw_only=True)
class Checked(Generic[_Value]):
    """What became of one environment, or of another value with a file.

    Args:
        file: Its file, from the project's root.
        valid: The validated value. None where there are mistakes.
        readable: The value as written, without what was refused.
        mistakes: Every mistake in it.
    """

    file: str
    valid: _Value | None
    readable: _Value
    mistakes: tuple[Mistake, ...]


def check(written: _Value, file: str) -> Checked[_Value]:
    """Validate one value, with all that is in it.

    Args:
        written: The value as its file wrote it.
        file: Its file, for the mistakes.
    """
    valid: _Value | None = None
    errors: list[ErrorDetails] = []
    try:
        valid = type(written).model_validate(written)
    except ValidationError as error:
        errors = error.errors(include_url=False)
    mistakes: list[Mistake] = []
    refused: set[Path] = set()
    for error in errors:
        place = locate(written, error["loc"])
        refused.add(place.path)
        problem, allowed = explained(error, place.owner)
        mistakes.append(
            Mistake(file=file, field=place.field, value=place.value, problem=problem, allowed=allowed)
        )
    rest, apart = readable(written, refused)
    for at, value in ((), rest), *apart.items():
        mistakes += [broken(written, refusal, file) for refusal in _broken_rules(value, at)]
    return Checked(file=file, valid=None if mistakes else valid, readable=rest, mistakes=tuple(mistakes))


def broken(written: Value, refusal: Refusal, file: str) -> Mistake:
    """What a rule refuses, with the value that stands there."""
    place = locate(written, refusal.at)
    return Mistake(
        file=file, field=place.field, value=place.value, problem=refusal.problem, allowed=refusal.allowed
    )


def until_unreadable(rule: Iterator[Refusal]) -> Iterator[Refusal]:
    """What a rule refuses before it needs a field that is missing or was refused already."""
    try:
        yield from rule
    except UnreadableFieldError:
        return


def _broken_rules(value: object, at: Path) -> Iterator[Refusal]:
    if isinstance(value, Value):
        for rule in value.rules():
            for refusal in until_unreadable(rule):
                yield Refusal(at=(*at, *refusal.at), problem=refusal.problem, allowed=refusal.allowed)
    for step, child in children(value):
        yield from _broken_rules(child, (*at, step))
