"""Validate the GitHub settings, by themselves and beside the environments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from environments.loading.check import broken, check, until_unreadable
from environments.loading.report import Mistake
from environments.model.environment import Environment
from environments.model.github import GitHub
from environments.model.value import Refusal


def check_github(
    written: object, file: str, environments: Mapping[str, tuple[str, Environment]]
) -> tuple[GitHub | None, Sequence[Mistake]]:
    """Validate the GitHub settings.

    Args:
        written: What the file says.
        file: Its file, for the mistakes.
        environments: File and environment by the name that is listed; without their refused fields.

    Returns:
        The settings, None where there are mistakes or no settings, and the mistakes.
    """
    if written is None:
        return None, ()
    if not isinstance(written, GitHub):
        wrong = Mistake(
            file=file,
            field="GITHUB",
            value=repr(written),
            problem="Not a repository on GitHub.",
            allowed="GITHUB = GitHub(...) or None.",
        )
        return None, (wrong,)
    checked = check(written, file)
    found = [
        *checked.mistakes,
        *(
            broken(checked.readable, refusal, file)
            for rule in (
                _accounts_exist(checked.readable, environments),
                _environments_exist(checked.readable, environments),
            )
            for refusal in until_unreadable(rule)
        ),
    ]
    mistakes = [replace(each, field=f"GITHUB.{each.field}") for each in found]
    return (None if mistakes else checked.valid), mistakes


def _accounts_exist(github: GitHub, environments: Mapping[str, tuple[str, Environment]]) -> Iterator[Refusal]:
    accounts = [environment.account for _, environment in environments.values()]
    for position, account in enumerate(github.provider_exists_in):
        if account not in accounts:
            yield Refusal(
                at=("provider_exists_in", position),
                problem="No environment is in this account.",
                allowed=f"{', '.join(repr(each) for each in dict.fromkeys(accounts))}.",
            )


def _environments_exist(
    github: GitHub, environments: Mapping[str, tuple[str, Environment]]
) -> Iterator[Refusal]:
    for position, name in enumerate(github.promotion):
        if name not in environments:
            yield Refusal(
                at=("promotion", position),
                problem="There is no such environment.",
                allowed=f"{', '.join(repr(each) for each in environments)}.",
            )
