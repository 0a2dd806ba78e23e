"""What carries the weights of two target groups, as it lives on the load balancer, and how weights compare.

On an Application Load Balancer it is a rule, on a Network Load Balancer the listener itself.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Weights = tuple[int, int]

# How the tags begin that nobody else may write.
OURS = "ecs-platform:"


@dataclass(frozen=True)
class Rule:
    """A rule as it lives on the load balancer: weights by target group, none where it does not forward."""

    arn: str
    priority: str
    conditions: dict[str, list[str]]
    weights: dict[str, int]
    tags: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def home(self) -> str:
        """The ARN of the listener it belongs to."""
        return self.arn.replace(":listener-rule/", ":listener/").rsplit("/", 1)[0]

    @property
    def place(self) -> str:
        """What no other rule of its listener has."""
        return self.priority

    @staticmethod
    def read(described: Json) -> "Rule":
        """From what DescribeRules says."""
        weights = _weights(described["Actions"])
        return Rule(described["RuleArn"], str(described["Priority"]), plain(described["Conditions"]), weights)


@dataclass(frozen=True)
class Listener:
    """A listener as it lives: what it listens for, and the weights of its default action."""

    arn: str
    settings: Mapping[str, object]
    weights: dict[str, int]
    tags: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def home(self) -> str:
        """The ARN of the load balancer it belongs to."""
        return self.arn.replace(":listener/", ":loadbalancer/").rsplit("/", 1)[0]

    @property
    def place(self) -> str:
        """What no other listener of its load balancer has."""
        return str(self.settings["Port"])

    @staticmethod
    def read(described: Json) -> "Listener":
        """From what DescribeListeners says."""
        return Listener(
            described["ListenerArn"], settings_of(described), _weights(described.get("DefaultActions", []))
        )


def settings_of(described: Json) -> dict[str, object]:
    """Port, protocol and TLS of a listener, described or wanted, as ELB takes them and as they compare."""
    found: dict[str, object] = {"Port": int(described["Port"]), "Protocol": described["Protocol"]}
    if described["Protocol"] == "TLS":
        # The first is the default one; others are not ours.
        certificates: list[Json] = described.get("Certificates") or []
        found["Certificates"] = [{"CertificateArn": one["CertificateArn"]} for one in certificates[:1]]
        found["SslPolicy"] = described.get("SslPolicy")
        # "None" is how ELB is told to forget one.
        found["AlpnPolicy"] = described.get("AlpnPolicy") or ["None"]
    return found


def wanted_settings(properties: Json) -> dict[str, object]:
    """The same from a custom resource's properties."""
    return settings_of(
        {
            **{key: properties[key] for key in ("Port", "Protocol")},
            "Certificates": [{"CertificateArn": properties.get("CertificateArn")}],
            "SslPolicy": properties.get("SslPolicy"),
            "AlpnPolicy": [properties["AlpnPolicy"]] if properties.get("AlpnPolicy") else None,
        }
    )


def wanted_tags(properties: Json) -> dict[str, str]:
    """The tags of its stack, without any that would say whose it is."""
    tags: list[dict[str, str]] = properties.get("Tags") or []
    return {tag["Key"]: tag["Value"] for tag in tags if not tag["Key"].startswith(OURS)}


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


def forward(groups: Sequence[str], weights: Weights) -> list[Json]:
    """The one action that splits between a pair."""
    pair = zip(groups, weights, strict=True)
    targets = [{"TargetGroupArn": group, "Weight": weight} for group, weight in pair]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": targets}}]


def same(one: Weights | None, other: Weights) -> bool:
    """Whether both send users the same way: 1 to 0 is 100 to 0."""
    return one is not None and _share(one) == _share(other)


def _share(weights: Weights) -> Weights:
    divisor = math.gcd(*weights) or 1
    return weights[0] // divisor, weights[1] // divisor


def _weights(actions: Sequence[Json]) -> dict[str, int]:
    weights: dict[str, int] = {}
    for action in actions:
        # A forward to one group may come without a configuration.
        single = [action] if "TargetGroupArn" in action else []
        for group in action.get("ForwardConfig", {}).get("TargetGroups") or single:
            weights[group["TargetGroupArn"]] = int(group.get("Weight", 1))
    return weights
