"""What a kind of service cannot have, and AWS's reason, for whoever comes from another kind."""

from collections.abc import Mapping
from typing import NamedTuple, TypedDict

from ecs_platform.mistakes import Mistake


class Reason(NamedTuple):
    """Why AWS refuses an argument, and what there is instead."""

    why: str
    instead: str


class NotForDaemon(TypedDict, total=False):
    """Arguments of an Ec2Service that a DaemonService refuses, whatever they are."""

    tasks: object
    desired_count: object
    placement: object
    capacity: object
    deployment: object
    load_balancer: object
    routing: object
    max_percent: object


class NotExternal(TypedDict, total=False):
    """Arguments of an Ec2Service that an ExternalService refuses, whatever they are."""

    capacity: object
    load_balancer: object
    routing: object
    target_groups: object
    service_connect: object
    discovery: object
    placement: object


# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, schedulingStrategy
ON_DAEMON: Mapping[str, Reason] = {
    # What Ec2Service calls it, and what ECS and CDK do.
    **dict.fromkeys(
        ("tasks", "desired_count"),
        Reason(
            "ECS counts the instances itself: DAEMON with a desired count, or with scaling, is refused.",
            "no number; placement constraints say which instances run a task.",
        ),
    ),
    "placement": Reason(
        "A DAEMON service has one task on every instance, so ECS refuses a placement strategy.",
        "constraints=[MemberOf(...)] for fewer instances.",
    ),
    # https://github.com/aws/containers-roadmap/issues/692
    "capacity": Reason(
        "ECS refuses a capacity provider strategy with DAEMON, even the cluster's default one: a daemon is "
        "started on the instances that are there, and never asks for one more.",
        "instances=[...], the Ec2Capacity whose instances it runs on.",
    ),
    "deployment": Reason(
        "DAEMON does not go with CodeDeploy, and no strategy that moves traffic has any to move here.",
        "min_healthy_percent and circuit_breaker, which say how its tasks are replaced.",
    ),
    "load_balancer": Reason(
        "A daemon serves the instance it is on; a load balancer would lead to any of them.",
        "Ec2Service(...) behind the load balancer.",
    ),
    "routing": Reason(
        "A daemon serves the instance it is on; no request from outside is routed to it.",
        "Ec2Service(...) behind the load balancer.",
    ),
    # "The daemon scheduling strategy does not support values above 100 for maximumPercent."
    "max_percent": Reason(
        "A second daemon never starts beside the first, so ECS takes a maximum of 100 percent and no other.",
        "min_healthy_percent alone.",
    ),
}
"""By argument, why a DaemonService refuses it."""

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html
ON_EXTERNAL: Mapping[str, Reason] = {
    "capacity": Reason(
        "Capacity providers are not supported on external instances; launch type EXTERNAL finds every "
        "machine that is registered with the cluster.",
        "constraints=[MemberOf(...)] over attributes of the machines.",
    ),
    "load_balancer": Reason(
        "Service load balancing is not supported on external instances: no target group reaches them.",
        "a load balancer of your own network, or Ec2Service(...).",
    ),
    "routing": Reason(
        "Service load balancing is not supported on external instances, so no rule leads there.",
        "a load balancer of your own network, or Ec2Service(...).",
    ),
    "target_groups": Reason(
        "Service load balancing is not supported on external instances, so there is no target group.",
        "a load balancer of your own network, or Ec2Service(...).",
    ),
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html
    "service_connect": Reason(
        "Service Connect does not run on external instances.",
        "an address that your own network knows the service by.",
    ),
    "discovery": Reason(
        "Service discovery is not supported on external instances.",
        "a name in your own network's DNS.",
    ),
    "placement": Reason(
        "A strategy goes by what instances of EC2 have, such as their zone; CDK offers none for launch type "
        "EXTERNAL.",
        "constraints=[DistinctInstance()] or [MemberOf(...)].",
    ),
}
"""By argument, why an ExternalService refuses it."""


def unsupported(given: Mapping[str, object], reasons: Mapping[str, Reason], *, kind: str) -> list[Mistake]:
    """A mistake for each argument that is given although this kind of service cannot have it.

    Args:
        given: The arguments that were given.
        reasons: Why each cannot be.
        kind: The construct that refuses.

    Raises:
        TypeError: An argument that no service has.
    """
    unknown = sorted(given.keys() - reasons.keys())
    if unknown:
        raise TypeError(f"{kind}() got an unexpected keyword argument {unknown[0]!r}")
    return [
        Mistake(problem=reasons[name].why, allowed=reasons[name].instead, where=f"{kind}({name}=...).")
        for name, value in given.items()
        if value is not None
    ]
