"""The one error a person sees when a value cannot work."""


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
