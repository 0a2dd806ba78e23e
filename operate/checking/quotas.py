"""Quotas that an environment can run into: of its load balancer, and of Fargate."""

from collections.abc import Callable, Iterator, Sequence
from math import ceil
from typing import Any

from environments.model import Environment
from operate.aws import Aws, explained
from operate.checking.finding import Finding, Verdict, checked
from operate.outputs import Deployed
from operate.together import together

# A blue/green service has a pair of target groups, and a rule on each of two listeners.
_PER_SERVICE = 2
_NEARLY = 0.8

# https://docs.aws.amazon.com/general/latest/gr/ecs-service.html#service-quotas-fargate
_ON_DEMAND = "L-3032A538"
_SPOT = "L-36FBB829"


def quota_checks(deployed: Deployed, *, rule: str | None, missing: int) -> Sequence[Finding]:
    """How near the environment is to its quotas.

    Args:
        deployed: The environment.
        rule: A listener rule of its load balancer. None where there is none yet.
        missing: How many of its services are not deployed yet.
    """
    aws = deployed.aws
    for client in ("elbv2", "service-quotas"):
        aws.client(client)
    checks: dict[str, Callable[[], Finding]] = {"quota vCPU": lambda: _fargate(deployed)}
    if rule:
        balancer = load_balancer_of(rule)
        checks["quota rules"] = lambda: _on_load_balancer(
            aws, "rules", "rules-per-application-load-balancer", _rules(aws, balancer), missing
        )
        checks["quota groups"] = lambda: _on_load_balancer(
            aws,
            "target groups",
            "target-groups-per-application-load-balancer",
            _pages(aws, "describe_target_groups", "TargetGroups", LoadBalancerArn=balancer),
            missing,
        )
    return together([lambda name=name, check=check: checked(name, check) for name, check in checks.items()])


def load_balancer_of(rule: str) -> str:
    """The ARN of the load balancer of a listener rule.

    Args:
        rule: ARN of the rule, `...:listener-rule/app/<name>/<id>/<listener>/<rule>`.
    """
    head, _, path = rule.partition(":listener-rule/")
    return f"{head}:loadbalancer/{'/'.join(path.split('/')[:3])}"


def _on_load_balancer(aws: Aws, what: str, limit: str, found: Iterator[Any], missing: int) -> Finding:
    name = f"quota {what.rpartition(' ')[2]}"
    with explained(f"count the {what}"):
        used = sum(1 for _ in found)
        limits = aws.client("elbv2").describe_account_limits(PageSize=400)["Limits"]
    maximum = next((int(each["Max"]) for each in limits if each["Name"] == limit), None)
    if maximum is None:
        return Finding(name=name, verdict=Verdict.WARNING, says=f"not known: AWS tells no {limit}")
    wanted = used + missing * _PER_SERVICE
    says = f"{used} of {maximum} {what} of the load balancer in use"
    if missing:
        says += f", {missing * _PER_SERVICE} more wanted"
    if wanted > maximum:
        return Finding(
            name=name, verdict=Verdict.REFUSED, says=says, fix="an environment of their own for some services"
        )
    verdict = Verdict.WARNING if wanted > _NEARLY * maximum else Verdict.OK
    fix = "think of a second environment for the next services" if verdict is Verdict.WARNING else None
    return Finding(name=name, verdict=verdict, says=says, fix=fix)


def _rules(aws: Aws, balancer: str) -> Iterator[Any]:
    for listener in _pages(aws, "describe_listeners", "Listeners", LoadBalancerArn=balancer):
        for rule in _pages(aws, "describe_rules", "Rules", ListenerArn=listener["ListenerArn"]):
            if not rule["IsDefault"]:  # which the quota leaves out
                yield rule


def _pages(aws: Aws, action: str, items: str, **arguments: str) -> Iterator[Any]:
    for page in aws.client("elbv2").get_paginator(action).paginate(**arguments):
        yield from page[items]


def _most_vcpu(environment: Environment) -> tuple[float, float]:
    """The vCPU of everything at its most at once, on demand and on Spot.

    Every service is at its highest bound, schedules included, with a deployment of each under way, and every
    job runs. Jobs and migrations are on demand: RunTask is told FARGATE.
    """
    shares = environment.cluster
    weights = shares.fargate_weight + shares.fargate_spot_weight
    on_demand = sum(each.peak_tasks * each.cpu / 1024 for each in environment.jobs)
    spot = 0.0
    for each in environment.services:
        tasks, vcpu = each.deployment_tasks, each.cpu / 1024
        on_spot = max(tasks - shares.fargate_base, 0) * shares.fargate_spot_weight / weights
        spot += on_spot * vcpu
        on_demand += (tasks - on_spot + bool(each.migration)) * vcpu
    return on_demand, spot


def _fargate(deployed: Deployed) -> Finding:
    environment = deployed.environment
    on_demand, spot = _most_vcpu(environment)
    kinds = {("on demand", _ON_DEMAND): on_demand, ("Spot", _SPOT): spot}
    says: list[str] = []
    short: list[str] = []
    for (kind, code), wanted in kinds.items():
        if not wanted:
            continue
        with explained(f"ask for the quota of Fargate {kind}"):
            quota: float = deployed.aws.client("service-quotas").get_service_quota(
                ServiceCode="fargate", QuotaCode=code
            )["Quota"]["Value"]
        says.append(f"{wanted:g} vCPU of Fargate {kind} at most, quota {quota:g} of the account")
        if wanted > quota:
            short.append(
                "aws service-quotas request-service-quota-increase --service-code fargate "
                f"--quota-code {code} --desired-value {ceil(wanted)} --region {environment.region}"
            )
    return Finding(
        name="quota vCPU",
        verdict=Verdict.WARNING if short else Verdict.OK,
        says="; ".join(says),
        fix="; ".join(short) or None,
    )
