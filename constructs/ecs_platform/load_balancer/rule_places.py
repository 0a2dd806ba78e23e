"""Where rules stand among each other, and what two of them cannot have in common.

Nothing here needs aws_cdk: files are validated by it before a synth.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ecs_platform.load_balancer.priorities import computed_priority
from ecs_platform.load_balancer.rule_overlap import takes_all_of
from ecs_platform.mistakes import Mistake


@dataclass(frozen=True, kw_only=True)
class RulePlace:
    """A rule's conditions, and its number among the rules of its listener.

    Args:
        priority: The number. By default it comes from the conditions.
        hosts: Its host names.
        paths: Its paths.
    """

    priority: int | None
    hosts: Sequence[str] = ()
    paths: Sequence[str] = ()

    @property
    def number(self) -> int:
        """The priority, said or computed."""
        return computed_priority(self.hosts, self.paths) if self.priority is None else self.priority

    @property
    def conditions(self) -> tuple[set[str], set[str]]:
        """Hosts and paths as they compare; hosts do so without regard to case."""
        return {host.lower() for host in self.hosts}, set(self.paths)


def conflict(one: RulePlace, other: RulePlace, *, name: str, other_name: str) -> Mistake | None:
    """What is wrong with two rules of one listener, where a computed priority is part of it; or None.

    Two numbers chosen by hand are their owner's: a rule may stand behind one that takes all its requests, as
    when a service takes over from another.

    Args:
        one: A rule.
        other: Another one, on the same listener.
        name: What to call the first.
        other_name: What to call the second.
    """
    if one.priority is not None and other.priority is not None:
        return None
    where = f"the routing priority of {name} or of {other_name}."
    if one.conditions == other.conditions:
        return Mistake(
            problem=f"{name} and {other_name} have the same hosts and paths, so that one of them is never "
            "asked.",
            allowed="conditions of its own for each rule, or a priority chosen by hand for both.",
            where=where,
        )
    if one.number == other.number:
        return Mistake(
            problem=f"{name} and {other_name} come to one priority, {one.number}: it is computed from hosts "
            "and paths, and such a coincidence is rare.",
            allowed=f"a priority chosen by hand for one of the two, such as {one.number + 1}.",
            where=where,
        )
    first, behind = sorted((one, other), key=lambda rule: rule.number)
    if takes_all_of(first.hosts, first.paths, other_hosts=behind.hosts, other_paths=behind.paths):
        taker, unasked = (name, other_name) if first is one else (other_name, name)
        no_number = "" if first.priority is None else f", or no priority for {taker}"
        return Mistake(
            problem=f"{taker} takes every request of {unasked} at priority {first.number}, so that "
            f"{unasked}, at {behind.number}, is never asked.",
            allowed=f"a priority below {first.number} for {unasked}{no_number}; or, where that is meant, one "
            "chosen by hand for both.",
            where=where,
        )
    return None
