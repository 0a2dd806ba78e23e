"""What a command says when it cannot go on, and the exit code it ends with."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended, for CI.

    https://tldp.org/LDP/abs/html/exitcodes.html
    """

    DONE = 0
    FAILED = 1
    """AWS did not do what was asked, or a release failed."""
    REFUSED = 2
    """Nothing was changed: the request is wrong, or something has to be put right before."""
    INTERRUPTED = 130


class OperateError(Exception):
    """A reason to stop, in a person's words.

    Args:
        problem: What is wrong, with the reason that AWS gave.
        cause: What is likely behind it. Nothing by default.
        next_step: The command or edit that helps. Nothing by default.
        code: The exit code. `REFUSED` by default: nothing was changed.
    """

    def __init__(
        self,
        problem: str,
        *,
        cause: str | None = None,
        next_step: str | None = None,
        code: ExitCode = ExitCode.REFUSED,
    ) -> None:
        self.problem = problem
        self.cause = cause
        self.next_step = next_step
        self.code = code
        super().__init__(problem)

    def __str__(self) -> str:
        """One to three lines."""
        lines = [self.problem]
        if self.cause:
            lines.append(f"Likely cause: {self.cause}")
        if self.next_step:
            lines.append(f"Next: {self.next_step}")
        return "\n".join(lines)
