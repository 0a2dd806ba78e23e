"""The processor a task runs on."""

from collections.abc import Sequence
from enum import StrEnum

from ecs_platform.mistakes import Mistake


class Architecture(StrEnum):
    """The processor architecture of a task and of the images it runs, on Linux.

    Windows is not offered: it has no users by number, no read-only root, no capabilities, no init process and
    no ARM64, so of what makes a container closed here nothing would be left.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-arm64.html
    """

    ARM64 = "ARM64"
    X86_64 = "X86_64"


def architecture_mistakes(given: object, *, where: str) -> Sequence[Mistake]:
    """A word that is no architecture, which a program that is not type-checked may give.

    Args:
        given: What should be one.
        where: The argument to change.
    """
    if any(given == each for each in Architecture):
        return ()
    return [
        Mistake(
            problem=f"There is no architecture {given!r}.",
            allowed=", ".join(f"Architecture.{each.name}" for each in Architecture) + ".",
            where=where,
        )
    ]
