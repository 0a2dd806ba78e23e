"""What a check finds: one line, with its fix."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from rich.text import Text

from operate.problem import ExitCode, OperateError


class Verdict(Enum):
    """What follows from a finding."""

    OK = "ok"
    WARNING = "warning"
    """Worth knowing; nothing stands in the way."""
    REFUSED = "refused"
    """Has to be put right before."""


_STYLE = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.REFUSED: "bold red"}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The outcome of one check.

    Args:
        name: What was looked at, in one or two words.
        verdict: What follows.
        says: What was found.
        fix: What to do about it. None where there is nothing to do.
        may_be_forced: Whether a release may go on all the same, because it may itself be the cure.
    """

    name: str
    verdict: Verdict
    says: str
    fix: str | None = None
    may_be_forced: bool = False


def refusal(name: str, error: OperateError) -> Finding:
    """An error as a finding: what has to be put right is refused, what AWS did not answer is not known.

    Args:
        name: What was looked at.
        error: What came of it.
    """
    if error.code is ExitCode.REFUSED:
        return Finding(name=name, verdict=Verdict.REFUSED, says=error.problem, fix=error.next_step)
    return Finding(
        name=name, verdict=Verdict.WARNING, says=f"not known: {error.problem}", fix=error.next_step
    )


def checked(name: str, check: Callable[[], Finding]) -> Finding:
    """A check's finding; its error is one too, so that the other checks still have their say.

    Args:
        name: What it looks at.
        check: The check.
    """
    try:
        return check()
    except OperateError as error:
        return refusal(name, error)


def line(finding: Finding, width: int) -> Text:
    """A finding for a person.

    Args:
        finding: The finding.
        width: Of the longest name.
    """
    text = Text(f"{finding.verdict.value:8} ", style=_STYLE[finding.verdict])
    text.append(f"{finding.name:{width}}  {finding.says}", style="default")
    if finding.fix:
        text.append(f" -> {'; '.join(each.strip() for each in finding.fix.splitlines())}", style="cyan")
    return text
