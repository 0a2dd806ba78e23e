"""The one error a person sees when a value cannot work."""

from collections.abc import Sequence


class ConfigurationError(ValueError):
    """A value that AWS would refuse later, or that would hurt later, found at construction.

    Args:
        problem: What is wrong, with the value that was given.
        allowed: What would be accepted instead.
        where: The argument (or the file) to change.
    """

    def __init__(self, problem: str, *, allowed: str, where: str) -> None:
        super().__init__(f"{problem} Allowed: {allowed} Change: {where}")
        self.problem = problem
        self.allowed = allowed
        self.where = where


class SeveralMistakesError(ConfigurationError):
    """Several mistakes of one value, a line each.

    Args:
        errors: The mistakes, two or more.
    """

    def __init__(self, errors: Sequence[ConfigurationError]) -> None:
        ValueError.__init__(self, "\n".join([f"{len(errors)} mistakes:", *(f"- {each}" for each in errors)]))
        self.errors = errors
        self.problem = " ".join(each.problem for each in errors)
        self.allowed = " ".join(dict.fromkeys(each.allowed for each in errors))
        self.where = " ".join(dict.fromkeys(each.where for each in errors))
