"""The mistakes of environment files, as a person reads them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One mistake in one file.

    Args:
        file: The file, from the project's root.
        field: The field, such as `services[0].memory_mib`, or a line where the file itself failed.
        value: The value as written. None where there is none.
        problem: What is wrong.
        allowed: What would be accepted instead. None where the problem says it all.
    """

    file: str
    field: str
    value: str | None = None
    problem: str
    allowed: str | None = None

    def __str__(self) -> str:
        """Two lines: the place with its value, the reason with the remedy."""
        place = self.field if self.value is None else f"{self.field} = {self.value}"
        reason = self.problem if self.allowed is None else f"{self.problem} Allowed: {self.allowed}"
        return f"  {place}\n      {reason}"


@dataclass(frozen=True, kw_only=True)
class Unfilled:
    """A placeholder that a file still holds.

    Args:
        file: The file, from the project's root.
        field: The field.
        stand_in: What stands there.
        fill_in: What belongs there.
    """

    file: str
    field: str
    stand_in: str
    fill_in: str


def report(mistakes: Sequence[Mistake]) -> str:
    """All mistakes, file by file."""
    files: dict[str, list[str]] = {}
    for mistake in mistakes:
        files.setdefault(mistake.file, []).append(str(mistake))
    blocks = ["\n".join([file, *lines]) for file, lines in files.items()]
    count = f"{len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''}"
    where = "" if len(blocks) == 1 else f" in {len(blocks)} files"
    return "\n\n".join([*blocks, f"{count}{where}. Nothing was written."]) + "\n"


def report_unfilled(name: str, unfilled: Sequence[Unfilled]) -> str:
    """The placeholders of an environment, and what belongs there.

    Args:
        name: The environment.
        unfilled: Its placeholders, at least one.
    """
    fields = "".join(f"  {each.field} = {each.stand_in!r}\n      {each.fill_in}\n" for each in unfilled)
    many = "placeholders" if len(unfilled) > 1 else "placeholder"
    return (
        f"{unfilled[0].file}\n{fields}\n"
        f"{len(unfilled)} {many} to fill in before {name} can be deployed: write the value in place of "
        "Placeholder(...).\n"
    )
