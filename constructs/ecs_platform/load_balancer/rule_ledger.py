"""All rules of one load balancer, whichever stacks they stand in, and what they amount to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecs_platform.load_balancer.rule_places import RulePlace, conflict
from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.problem import ConfigurationError

if TYPE_CHECKING:
    from constructs import Construct

# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
DEFAULT_RULES = 100
"""The rules of all listeners of an ALB together, their defaults not counted; AWS raises it on request."""
TARGET_GROUPS = 100
"""The target groups behind an ALB, each counted once however many rules lead there; AWS does not raise it."""

_WHERE = "ListenerRule(priority=...), the service's routing priority."


class RuleLedger:
    """Who has which priority, and how many rules and target groups there are.

    The third quota of such a load balancer, five target groups in one action, no rule can exceed: each has a
    pair, and no other action.

    Args:
        rule_quota: How many rules the load balancer may have.

    Raises:
        ConfigurationError: A quota below the one that every account has.
    """

    def __init__(self, *, rule_quota: int = DEFAULT_RULES) -> None:
        if rule_quota < DEFAULT_RULES:
            raise ConfigurationError(
                f"The quota of rules is {rule_quota}.",
                allowed=f"{DEFAULT_RULES}, which every account has, or the higher one that AWS granted.",
                where="LoadBalancer(rule_quota=...).",
            )
        self._quota = rule_quota
        self._rules: dict[Construct, tuple[str, RulePlace]] = {}
        self._groups: set[str] = set()

    def enter(
        self, listener: str, place: RulePlace, *, groups: Sequence[str] = (), owner: "Construct"
    ) -> None:
        """Reserve a rule's priority and count it.

        Args:
            listener: Where the rule will be.
            place: Its number and conditions.
            groups: The target groups it forwards to.
            owner: Whose the place is from now on.

        Raises:
            ConfigurationError: Another rule has the priority, or stands in the way of this one or behind it
                where no request comes; or there are more rules or target groups than the load balancer takes.
        """
        for holder, (elsewhere, held) in self._rules.items():
            if elsewhere == listener and holder is not owner:
                _refuse_side_by_side(holder, held, owner, place)
        self._rules[owner] = listener, place
        self._groups.update(groups)
        self._refuse_too_many(owner)

    def _refuse_too_many(self, owner: "Construct") -> None:
        rules, groups = len(self._rules), len(self._groups)
        if rules <= self._quota and groups <= TARGET_GROUPS:
            return
        mistakes: list[Mistake] = []
        if groups > TARGET_GROUPS:
            mistakes.append(
                Mistake(
                    problem=f"With {owner.node.path} the load balancer has {groups} target groups.",
                    allowed=f"{TARGET_GROUPS} target groups, two for each service, and AWS raises this quota "
                    "for nobody: other services need another load balancer.",
                    where="Service(load_balancer=...).",
                )
            )
        if rules > self._quota:
            mistakes.append(
                Mistake(
                    problem=f"With {owner.node.path} the load balancer has {rules} rules.",
                    allowed=f"{self._quota} rules, one on each of two listeners for each service; another "
                    "load balancer, or a higher quota once AWS has granted it.",
                    where="Service(load_balancer=...), LoadBalancer(rule_quota=...).",
                )
            )
        refuse(mistakes)


def _refuse_side_by_side(holder: "Construct", held: RulePlace, owner: "Construct", place: RulePlace) -> None:
    if held.priority is not None and place.priority is not None:
        if held.priority == place.priority:
            raise ConfigurationError(
                f"Priority {place.priority} of a listener is claimed by {holder.node.path} and by "
                f"{owner.node.path}.",
                allowed="a number of its own for each rule of a listener.",
                where=_WHERE,
            )
        return
    # Names are asked for in Node, so only once there is something to say.
    if conflict(place, held, name="", other_name=""):
        found = conflict(place, held, name=owner.node.path, other_name=holder.node.path)
        refuse([found] if found else [])
