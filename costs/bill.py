"""The bill of one environment: a line for each kind of thing that costs money while nobody uses it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from costs.kinds import BY_USE, FREE, PRICED
from costs.prices import HOURS, Prices

Template = Mapping[str, Any]
Resource = Mapping[str, Any]
Strategy = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One kind of thing.

    Args:
        what: How it is called.
        how: How its price comes about.
        least: US dollars a month with every service at its lower bound, schedules included.
        most: The same at the upper bounds.
    """

    what: str
    how: str
    least: float
    most: float


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What an environment costs a month.

    Args:
        lines: The tasks of each service, then what stands around them.
        by_use: What costs besides, by what is done with it.
        unknown: Types that are in no sum because nothing is known of their price.
        release_hour: What an hour costs in which every service has its tasks twice, at the lower bounds.
    """

    lines: Sequence[Line]
    by_use: Sequence[str]
    unknown: Sequence[str]
    release_hour: float

    @property
    def least(self) -> float:
        """The whole month with every service at its lower bound."""
        return sum(line.least for line in self.lines)

    @property
    def most(self) -> float:
        """The same at the upper bounds."""
        return sum(line.most for line in self.lines)


def bill(templates: Sequence[Template], prices: Prices) -> Bill:
    """Read an environment's templates.

    Args:
        templates: Of all its stacks.
        prices: Those of its region.
    """
    tasks = list(_tasks(templates, prices))
    lines = [line for line, _ in tasks]
    lines += [line for line in _standing(templates, prices) if line.most]
    there = {resource["Type"] for template in templates for resource in _resources(template).values()}
    return Bill(
        lines=lines,
        by_use=[words for kind, words in BY_USE.items() if kind in there] + _storage(templates),
        unknown=sorted(kind for kind in there - PRICED - BY_USE.keys() if not kind.startswith(FREE)),
        release_hour=sum(hour for _, hour in tasks),
    )


def interface_endpoints(templates: Sequence[Template]) -> Sequence[int]:
    """In how many zones each interface endpoint stands."""
    return [
        len(endpoint["Properties"].get("SubnetIds", ()))
        for endpoint in _of(templates, "AWS::EC2::VPCEndpoint")
        if endpoint["Properties"].get("VpcEndpointType") == "Interface"
    ]


def nat_gateways(templates: Sequence[Template]) -> int:
    """How many there are."""
    return len(_of(templates, "AWS::EC2::NatGateway"))


def _standing(templates: Sequence[Template], prices: Prices) -> Iterator[Line]:
    zones = interface_endpoints(templates)
    yield _hourly("interface endpoints", sum(zones), prices.endpoint_hour, f"{len(zones)}, each in its zones")
    yield _hourly("NAT gateways", nat_gateways(templates), prices.nat_gateway_hour)
    balancers = _of(templates, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    yield _hourly("load balancers", len(balancers), prices.load_balancer_hour, "capacity units aside")
    open_to_all = [each for each in balancers if each["Properties"].get("Scheme") == "internet-facing"]
    # Where addresses are brought they are Elastic IPs, which come next.
    addresses = sum(len(each["Properties"].get("Subnets", ())) for each in open_to_all)
    addresses += len(_of(templates, "AWS::EC2::EIP"))
    yield _hourly("public IPv4 addresses", addresses, prices.public_address_hour)
    acls = _of(templates, "AWS::WAFv2::WebACL")
    rules = sum(len(acl["Properties"].get("Rules", [])) for acl in acls)
    firewall = len(acls) * prices.web_acl_month + rules * prices.web_acl_rule_month
    yield Line(what="WAF", how=f"{len(acls)} web ACL, {rules} rules", least=firewall, most=firewall)
    metrics = sum(_metrics(alarm["Properties"]) for alarm in _of(templates, "AWS::CloudWatch::Alarm"))
    yield _monthly("alarms", metrics, prices.alarm_metric_month, "metrics")
    yield _monthly("KMS keys", len(_of(templates, "AWS::KMS::Key")), prices.key_month)


def _storage(templates: Sequence[Template]) -> list[str]:
    sizes = [
        task["Properties"].get("EphemeralStorage", {}).get("SizeInGiB", 0)
        for task in _of(templates, "AWS::ECS::TaskDefinition")
    ]
    return (
        ["ephemeral storage of tasks: GB above 20, by the hour"] if any(size > 20 for size in sizes) else []
    )


def _metrics(alarm: Mapping[str, Any]) -> int:
    """What an alarm is billed for: https://aws.amazon.com/cloudwatch/pricing/, "metrics per alarm"."""
    return sum("MetricStat" in query for query in alarm.get("Metrics", [])) or 1


def _tasks(templates: Sequence[Template], prices: Prices) -> Iterator[tuple[Line, float]]:
    """A line for each service on Fargate, and what its tasks cost an hour at the lower bound."""
    default = next(
        (
            each["Properties"]["DefaultCapacityProviderStrategy"]
            for each in _of(templates, "AWS::ECS::ClusterCapacityProviderAssociations")
        ),
        [],
    )
    for template in templates:
        for logical_id, service in _resources(template).items():
            if service["Type"] != "AWS::ECS::Service":
                continue
            properties = service["Properties"]
            task = _task_definition(template, properties.get("TaskDefinition"))
            if task is None or "FARGATE" not in task.get("RequiresCompatibilities", []):
                continue
            what = f"tasks of {properties.get('ServiceName') or logical_id}"
            # A release by CodeDeploy takes the cluster's default capacity.
            strategy = properties.get("CapacityProviderStrategy") or default
            processor = task.get("RuntimePlatform", {}).get("CpuArchitecture", "X86_64")
            try:
                least, most = _bounds(template, logical_id, properties)
                vcpu, gb = int(task["Cpu"]) / 1024, int(task["Memory"]) / 1024
            except (TypeError, ValueError):
                # A reference instead of a number: a parameter's, most likely.
                yield Line(what=what, how="known to CloudFormation alone: in no sum", least=0, most=0), 0.0
                continue
            hour = vcpu * prices.vcpu_hour[processor] + gb * prices.gb_hour[processor]
            hours = [_hour(count, strategy, hour, prices) for count in (least, most)]
            yield (
                Line(
                    what=what,
                    how=f"{least} to {most} of {vcpu:g} vCPU, {gb:g} GB, {processor}"
                    + (f", {_spot(most, strategy)} of {most} on Spot" if _spot(most, strategy) else ""),
                    least=hours[0] * HOURS,
                    most=hours[1] * HOURS,
                ),
                hours[0],
            )


def _hour(tasks: int, strategy: Strategy, task: float, prices: Prices) -> float:
    spot = _spot(tasks, strategy)
    return task * (tasks - spot + spot * prices.spot)


def _spot(tasks: int, strategy: Strategy) -> int:
    """How many of the tasks run on Fargate Spot: first the base of each provider, the rest by weight."""
    bases = {each["CapacityProvider"]: each.get("Base", 0) for each in strategy}
    weights = {each["CapacityProvider"]: each.get("Weight", 0) for each in strategy}
    rest = max(tasks - sum(bases.values()), 0)
    by_weight = round(rest * weights.get("FARGATE_SPOT", 0) / (sum(weights.values()) or 1))
    return min(bases.get("FARGATE_SPOT", 0), tasks) + by_weight


def _bounds(template: Template, service: str, properties: Mapping[str, Any]) -> tuple[int, int]:
    for target in _of([template], "AWS::ApplicationAutoScaling::ScalableTarget"):
        if f'"{service}"' in json.dumps(target["Properties"]["ResourceId"]):
            own = target["Properties"]
            by_clock = [action["ScalableTargetAction"] for action in own.get("ScheduledActions", [])]
            both = [own, *by_clock]
            return (
                min(int(each["MinCapacity"]) for each in both if "MinCapacity" in each),
                max(int(each["MaxCapacity"]) for each in both if "MaxCapacity" in each),
            )
    count = int(properties.get("DesiredCount", 1))
    return count, count


def _task_definition(template: Template, named: Any) -> Mapping[str, Any] | None:
    """By reference, or by family where CodeDeploy says which revision is live."""
    for logical_id, resource in _resources(template).items():
        if resource["Type"] == "AWS::ECS::TaskDefinition":
            properties = resource["Properties"]
            if named is not None and named in ({"Ref": logical_id}, properties.get("Family")):
                return properties
    return None


def _hourly(what: str, count: int, price: float, how: str = "") -> Line:
    month = count * price * HOURS
    said = f"{count} x {HOURS} h x ${price:g}"
    return Line(what=what, how=f"{said}; {how}" if how else said, least=month, most=month)


def _monthly(what: str, count: int, price: float, unit: str = "") -> Line:
    month = count * price
    return Line(what=what, how=f"{count} {unit} x ${price:g}".replace("  ", " "), least=month, most=month)


def _of(templates: Sequence[Template], kind: str) -> Sequence[Resource]:
    return [each for template in templates for each in _resources(template).values() if each["Type"] == kind]


def _resources(template: Template) -> Mapping[str, Resource]:
    return template.get("Resources", {})
