"""The GitHub repository whose workflows deploy the environments."""

from collections.abc import Iterator
from typing import Annotated

from environments.model.fields import AccountId, EnvironmentName, Region, between, matching
from environments.model.value import Items, Refusal, Value, repeats

RepositoryName = Annotated[
    str,
    matching(
        r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?/[A-Za-z0-9._-]+",
        problem="Not the name of a repository.",
        allowed="owner and repository, such as 'octo-org/octo-repo'.",
    ),
]


class GitHub(Value):
    """A repository on github.com. In each account it gets one role for each of the account's environments.

    The GitHub environments are called as ours. docs/github.md goes through it.

    Args:
        repository: Owner and name.
        owner_id: GitHub's number of the owner; `gh api repos/OWNER/NAME --jq .owner.id` prints it. None for a
            repository whose subject claims hold names alone: one from before 15 July 2026 that was neither
            renamed nor moved nor told to change since. None by default.
        repository_id: GitHub's number of the repository, `--jq .id`. None where `owner_id` is, and by
            default.
        region: Where the accounts' stacks are. What is in them holds for every region.
        provider_exists_in: Accounts that have GitHub as an identity provider already; an account takes it
            once. None of the list stands for the account of an environment without one. Nowhere by default.
        promotion: The environments that an image passes, in this order: each may read the images of the one
            before. No environment by default.
    """

    repository: RepositoryName
    owner_id: Annotated[int, between(1)] | None = None
    repository_id: Annotated[int, between(1)] | None = None
    region: Region
    provider_exists_in: Items[AccountId | None] = ()
    promotion: Items[EnvironmentName] = ()

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """Both numbers or neither, and nothing twice."""
        return (self._both_numbers(), self._passed_once())

    def _both_numbers(self) -> Iterator[Refusal]:
        if (self.owner_id is None) != (self.repository_id is None):
            missing = "owner_id" if self.owner_id is None else "repository_id"
            yield Refusal(
                at=(missing,),
                problem="A subject claim holds both numbers or neither.",
                allowed="the number, or None for both.",
            )

    def _passed_once(self) -> Iterator[Refusal]:
        for position, first in repeats(self.promotion):
            yield Refusal(
                at=("promotion", position),
                problem=f"promotion[{first}] is this environment too.",
                allowed="each environment once.",
            )
