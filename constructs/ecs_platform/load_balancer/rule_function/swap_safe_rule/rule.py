"""A listener rule as it lives on the load balancer, and how its weights compare."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Weights = tuple[int, int]


@dataclass(frozen=True)
class Rule:
    """A rule as it lives on the load balancer: weights by target group, none where it does not forward."""

    arn: str
    priority: str
    conditions: dict[str, list[str]]
    weights: dict[str, int]
    tags: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def listener(self) -> str:
        """The ARN of the listener it belongs to."""
        return self.arn.replace(":listener-rule/", ":listener/").rsplit("/", 1)[0]

    @staticmethod
    def read(described: Json) -> "Rule":
        """From what DescribeRules says."""
        weights: dict[str, int] = {}
        for action in described["Actions"]:
            # A forward to one group may come without a configuration.
            single = [action] if "TargetGroupArn" in action else []
            for group in action.get("ForwardConfig", {}).get("TargetGroups") or single:
                weights[group["TargetGroupArn"]] = int(group.get("Weight", 1))
        return Rule(described["RuleArn"], str(described["Priority"]), plain(described["Conditions"]), weights)


def wanted_conditions(properties: Json) -> list[Json]:
    """The conditions that a custom resource's properties ask for, as ELB takes them."""
    hosts, paths = properties.get("Hosts"), properties.get("Paths")
    return [
        *([{"Field": "host-header", "HostHeaderConfig": {"Values": hosts}}] if hosts else []),
        *([{"Field": "path-pattern", "PathPatternConfig": {"Values": paths}}] if paths else []),
    ]


def plain(conditions: Sequence[Json]) -> dict[str, list[str]]:
    """Conditions in a form that compares: ELB gives hosts and paths twice and keeps no order."""
    found: dict[str, list[str]] = {}
    for condition in conditions:
        config = condition.get("HostHeaderConfig") or condition.get("PathPatternConfig") or condition
        found[condition["Field"]] = sorted(config.get("Values") or [])
    return found


def same(one: Weights | None, other: Weights) -> bool:
    """Whether both send users the same way: 1 to 0 is 100 to 0."""
    return one is not None and _share(one) == _share(other)


def _share(weights: Weights) -> Weights:
    divisor = math.gcd(*weights) or 1
    return weights[0] // divisor, weights[1] // divisor
