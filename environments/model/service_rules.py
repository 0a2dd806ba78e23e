"""What services may not share: names, priorities, and one load balancer without end."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Protocol

from ecs_platform.load_balancer.rule_places import RulePlace, conflict
from environments.model.service import ServiceSettings
from environments.model.value import Refusal, repeats

# A load balancer takes 100 target groups and 100 rules; a blue/green service uses two of each.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
MAX_SERVICES = 50


class Services(Protocol):
    """As much of an environment as these rules read."""

    @property
    def services(self) -> Sequence[ServiceSettings]:
        """The services."""
        ...


def services_named_once(environment: Services) -> Iterator[Refusal]:
    """A service has a name that no other service has."""
    for position, first in repeats([service.name for service in environment.services]):
        yield Refusal(
            at=("services", position, "name"),
            problem=f"services[{first}] has this name too.",
            allowed="a name of its own for each service.",
        )


def priorities_once(environment: Services) -> Iterator[Refusal]:
    """A service has a priority that no other service has."""
    priorities = [service.routing.priority for service in environment.services]
    for position, first in repeats(priorities):
        if priorities[position] is not None:
            yield Refusal(
                at=("services", position, "routing", "priority"),
                problem=f"services[{first}] has this priority too.",
                allowed="a priority of its own for each service; they share the listeners.",
            )


def computed_priorities_apart(environment: Services) -> Iterator[Refusal]:
    """Priorities that come from paths and hosts do not meet each other, nor those that are written."""
    # The library computes them; these rules of it do without aws_cdk.
    rules = [
        RulePlace(priority=routing.priority, hosts=routing.hosts, paths=routing.paths)
        for routing in (service.routing for service in environment.services)
    ]
    for (first, earlier), (position, later) in combinations(enumerate(rules), 2):
        found = conflict(later, earlier, name=f"services[{position}]", other_name=f"services[{first}]")
        if found:
            yield Refusal(
                at=("services", position, "routing", "priority"),
                problem=found.problem,
                allowed=found.allowed,
            )


def services_fit_load_balancer(environment: Services) -> Iterator[Refusal]:
    """They share one load balancer."""
    count = len(environment.services)
    if count > MAX_SERVICES:
        yield Refusal(
            at=("services",),
            problem=(
                f"{count} services need {2 * count} target groups and as many rules; "
                "a load balancer takes 100."
            ),
            allowed=f"up to {MAX_SERVICES} services in an environment.",
        )
