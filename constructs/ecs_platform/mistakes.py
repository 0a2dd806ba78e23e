"""All that is wrong with one value, said at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from ecs_platform.problem import ConfigurationError, SeveralMistakesError


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One thing that is wrong, in the parts of a ConfigurationError.

    Args:
        problem: What is wrong.
        allowed: What would be accepted instead.
        where: The argument to change.
    """

    problem: str
    allowed: str
    where: str


def refuse(mistakes: Sequence[Mistake]) -> None:
    """Raise one error for all of them, or none.

    Args:
        mistakes: What was found.

    Raises:
        ConfigurationError: There is a mistake; of several, each is a line.
    """
    if not mistakes:
        return
    said = [_as_error(mistake) for mistake in dict.fromkeys(mistakes)]
    raise said[0] if len(said) == 1 else SeveralMistakesError(said)


def out_of_range(value: int, low: int, high: int, *, what: str, where: str) -> Sequence[Mistake]:
    """The mistake of a number that is out of its range, or none.

    Args:
        value: The number.
        low: The least that is accepted.
        high: The most.
        what: What the number is called.
        where: The argument to change.
    """
    if low <= value <= high:
        return ()
    return [Mistake(problem=f"{what} is {value}.", allowed=f"{what} of {low} to {high}.", where=where)]


def not_a_list(values: Sequence[str], *, where: str) -> Sequence[Mistake]:
    """The mistake of one word where a list of words is expected, or none.

    Python takes a word for the list of its letters, and so does a type checker.

    Args:
        values: What was given.
        where: The argument to change.
    """
    if not isinstance(values, str):
        return ()
    return [Mistake(problem=f'"{values}" stands alone.', allowed=f'a list: ["{values}"].', where=where)]


def _as_error(mistake: Mistake) -> ConfigurationError:
    return ConfigurationError(mistake.problem, allowed=mistake.allowed, where=mistake.where)
