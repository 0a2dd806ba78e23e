"""Load balancers, listeners, rules with their live weights, and target groups."""

from dataclasses import dataclass
from typing import Any

from rehearsal.inventory.asking import every


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A listener rule: what it matches, and how much goes to which target group."""

    arn: str
    priority: str
    conditions: list[str]
    weights: dict[str, int]
    answer: str


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A listener; the last rule is its default."""

    arn: str
    port: int
    protocol: str
    rules: list[Rule]


@dataclass(frozen=True, kw_only=True)
class LoadBalancer:
    """An application load balancer."""

    name: str
    dns_name: str
    scheme: str
    zones: list[str]
    listeners: list[Listener]

    @property
    def url(self) -> str:
        """Where a browser would go: HTTPS where something listens for it."""
        protocols = {listener.protocol for listener in self.listeners}
        return f"{'https' if 'HTTPS' in protocols else 'http'}://{self.dns_name}"


@dataclass(frozen=True, kw_only=True)
class TargetGroup:
    """A target group."""

    arn: str
    name: str
    port: int
    target_type: str
    health_check_path: str


def load_balancers(elb: Any) -> list[LoadBalancer]:
    """All load balancers."""
    return [
        LoadBalancer(
            name=item["LoadBalancerName"],
            dns_name=item["DNSName"],
            scheme=item["Scheme"],
            zones=sorted(zone["ZoneName"] for zone in item["AvailabilityZones"]),
            listeners=_listeners(elb, item["LoadBalancerArn"]),
        )
        for item in every(elb, "describe_load_balancers", "LoadBalancers")
    ]


def target_groups(elb: Any) -> list[TargetGroup]:
    """All target groups."""
    return [
        TargetGroup(
            arn=item["TargetGroupArn"],
            name=item["TargetGroupName"],
            port=item["Port"],
            target_type=item["TargetType"],
            health_check_path=item.get("HealthCheckPath", ""),
        )
        for item in every(elb, "describe_target_groups", "TargetGroups")
    ]


def _listeners(elb: Any, load_balancer: str) -> list[Listener]:
    found = every(elb, "describe_listeners", "Listeners", LoadBalancerArn=load_balancer)
    return [
        Listener(
            arn=item["ListenerArn"],
            port=item["Port"],
            protocol=item["Protocol"],
            rules=[
                _rule(rule) for rule in every(elb, "describe_rules", "Rules", ListenerArn=item["ListenerArn"])
            ],
        )
        for item in sorted(found, key=lambda item: item["Port"])
    ]


def _rule(item: dict[str, Any]) -> Rule:
    last = item["Actions"][-1]
    groups = last.get("ForwardConfig", {}).get("TargetGroups", [])
    if not groups and "TargetGroupArn" in last:
        groups = [{"TargetGroupArn": last["TargetGroupArn"], "Weight": 1}]
    return Rule(
        arn=item["RuleArn"],
        priority=item["Priority"],
        conditions=[f"{c['Field']} {' '.join(_values(c))}" for c in item["Conditions"]],
        weights={group["TargetGroupArn"]: group["Weight"] for group in groups},
        answer=_answer(last),
    )


def _values(condition: dict[str, Any]) -> list[str]:
    configs = [value for key, value in condition.items() if key.endswith("Config")]
    return configs[0]["Values"] if configs else condition.get("Values", [])


def _answer(action: dict[str, Any]) -> str:
    match action["Type"]:
        case "fixed-response":
            return f"answer {action['FixedResponseConfig']['StatusCode']}"
        case "redirect":
            return f"redirect to {action['RedirectConfig'].get('Protocol', '')}"
        case other:
            return other
