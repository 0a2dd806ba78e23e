"""Rules between environments."""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from itertools import combinations

from environments.loading.check import broken, until_unreadable
from environments.loading.report import Mistake
from environments.model.environment import STANDARD_QUALIFIER, Environment
from environments.model.value import Refusal


def between_environments(files: Mapping[str, tuple[str, Environment]]) -> list[Mistake]:
    """What two environments have in common and must not.

    Args:
        files: File and environment by the name that is listed; environments without their refused fields.
    """
    mistakes: list[Mistake] = []
    for name, (file, environment) in files.items():
        mistakes += [
            broken(environment, found, file)
            for found in until_unreadable(_named_as_listed(environment, name))
        ]
    for (earlier_file, earlier), (file, later) in combinations(files.values(), 2):
        for rule in (
            _names_apart(earlier, later, earlier_file),
            _bootstraps_apart(earlier, later, earlier_file),
            _blocks_apart(earlier, later, earlier_file),
            _domains_differ(earlier, later, earlier_file),
        ):
            mistakes += [broken(later, found, file) for found in until_unreadable(rule)]
    return mistakes


def _named_as_listed(environment: Environment, name: str) -> Iterator[Refusal]:
    # Names of files differ, so this also keeps two environments from having one name.
    if environment.name != name:
        yield Refusal(
            at=("name",),
            problem="An environment is named after its file.",
            allowed=f"'{name}'.",
        )


def _names_apart(earlier: Environment, later: Environment, earlier_file: str) -> Iterator[Refusal]:
    # Everything of an environment is called `name-...`, and rights to it are given by that.
    shorter, longer = sorted((earlier.name, later.name), key=len)
    if longer.startswith(f"{shorter}-"):
        yield Refusal(
            at=("name",),
            problem=f"With {earlier_file}, '{shorter}-...' would stand for what belongs to either.",
            allowed="names that do not begin with another's and a hyphen, such as "
            f"'{longer.replace('-', '')}'.",
        )


def _bootstraps_apart(earlier: Environment, later: Environment, earlier_file: str) -> Iterator[Refusal]:
    # In one account, deployments through one bootstrap may touch whatever was deployed through it. Without an
    # account an environment may meet any other.
    accounts = {earlier.account, later.account}
    if len(accounts) == 2 and None not in accounts:
        return
    if later.bootstrap_qualifier == earlier.bootstrap_qualifier:
        qualifier = later.bootstrap_qualifier or STANDARD_QUALIFIER
        yield Refusal(
            at=("bootstrap_qualifier",),
            problem=f"{earlier_file} may be in the same account and has {qualifier} too: each could deploy "
            "the other.",
            allowed="a qualifier of its own for each environment of an account.",
        )


def _blocks_apart(earlier: Environment, later: Environment, earlier_file: str) -> Iterator[Refusal]:
    if IPv4Network(later.network.cidr).overlaps(IPv4Network(earlier.network.cidr)):
        yield Refusal(
            at=("network", "cidr"),
            problem=f"Overlaps {earlier.network.cidr} of {earlier_file}; the two could never be connected.",
            allowed="a block that shares no address with another environment.",
        )


def _domains_differ(earlier: Environment, later: Environment, earlier_file: str) -> Iterator[Refusal]:
    https, other = later.load_balancer.https, earlier.load_balancer.https
    if https is not None and other is not None and https.domain_name == other.domain_name:
        yield Refusal(
            at=("load_balancer", "https", "domain_name"),
            problem=f"{earlier_file} has this name too, and a name leads to one load balancer.",
            allowed="a name of its own for each environment.",
        )
