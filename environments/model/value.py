"""What every class of an environment file is: a typed, frozen value whose constructor only takes notes.

A constructor that validates stops at the first mistake of the innermost value. Here it keeps what the file
says, and `environments.loading` validates the whole tree in one pass. The reasons are in
docs/decisions/environments-as-python-values.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    ModelWrapValidatorHandler,
    model_validator,
)
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    # The type checker sees pydantic's own constructors: keyword names and types, checked in the editor.
    _NoteTaking = BaseModel
else:

    class _TakesNotes(type(BaseModel)):
        def __call__(cls, *positional: object, **fields: object) -> BaseModel:
            if positional:
                raise TypeError(f"{cls.__name__} takes its fields by name: {', '.join(cls.model_fields)}")
            notes = cls.model_construct(**fields)
            # model_construct drops names it does not know; they must stay, to be refused by name.
            notes.__dict__.update(fields)
            return notes

    class _NoteTaking(BaseModel, metaclass=_TakesNotes):
        pass


class UnreadableFieldError(Exception):
    """A field that is missing or was refused has been read; whoever needs it cannot go on."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What a rule refuses.

    Args:
        at: The way to the field from the value whose rule it is: names and list positions.
        problem: What is wrong.
        allowed: What would be accepted instead.
    """

    at: tuple[str | int, ...]
    problem: str
    allowed: str


class Value(_NoteTaking):
    """A value of an environment file: frozen, of exact types, without unknown fields."""

    # revalidate_instances makes pydantic look into the notes at all: it takes instances as valid otherwise.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, revalidate_instances="always")

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """What must hold between fields. Each rule runs on its own, on whatever fields are valid."""
        return ()

    @model_validator(mode="wrap")
    @classmethod
    def _written_as_constructor(cls, given: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        # pydantic would take a dict as well, and the rules would then meet a value without attributes.
        if isinstance(given, dict):
            raise refused("A dictionary stands here.", allowed=f"{cls.__name__}(...).")
        return handler(given)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            if name in type(self).model_fields:
                raise UnreadableFieldError(f"{type(self).__name__}.{name} is missing or not valid")
            return super().__getattr__(name)


def refused(problem: str, *, allowed: str) -> PydanticCustomError:
    """The error a validator of a single field raises; the report prints both parts."""
    return PydanticCustomError("refused", "{problem}", {"problem": problem, "allowed": allowed})


def _class_name(value: Any) -> str:
    return type(value).__name__


BY_CLASS = Discriminator(_class_name)
"""Decides a union by the class that the file names, so that a mistake is reported for that class alone."""

_Item = TypeVar("_Item")

Items = Annotated[Sequence[_Item], AfterValidator(tuple)]
"""A list in the file, a tuple once it is valid."""


def repeats(values: Sequence[object]) -> Iterator[tuple[int, int]]:
    """The position of each value that stands earlier too, with the position where it stands first."""
    for position, value in enumerate(values):
        first = values.index(value)
        if first < position:
            yield position, first
