"""Who may reach a task on an instance, and where ECS places it."""

from collections.abc import Sequence
from functools import cache

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

from ecs_platform import once
from ecs_platform.capacity.agent import PortRange
from ecs_platform.capacity.placement import (
    MemberOf,
    PlacementConstraint,
    PlacementStrategy,
    Spread,
    SpreadOver,
)
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy
from ecs_platform.task.network_mode import NetworkMode


def target_type(mode: NetworkMode) -> elbv2.TargetType:
    """What stands in the target groups: a task's address, or an instance and a port of it.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html

    Args:
        mode: The tasks' network mode.
    """
    return elbv2.TargetType.IP if mode is NetworkMode.AWSVPC else elbv2.TargetType.INSTANCE


def outer_port(mode: NetworkMode, *, port: int, host_port: int | None, dynamic: PortRange) -> ec2.Port:
    """What a load balancer has to reach, so what a security group has to let in.

    Args:
        mode: The tasks' network mode.
        port: The container's port.
        host_port: The port of the instance that it is mapped to. None where ECS picks one.
        dynamic: What ECS picks from on these instances.
    """
    if mode is not NetworkMode.BRIDGE:
        return once.tcp(port)
    return _ports(dynamic.first, dynamic.last) if host_port is None else once.tcp(host_port)


@cache
def _ports(first: int, last: int) -> ec2.Port:
    return ec2.Port.tcp_range(first, last)


def rebalancing(
    strategy: Strategy, placement: Sequence[PlacementStrategy], constraints: Sequence[PlacementConstraint]
) -> ecs.AvailabilityZoneRebalancing:
    """Whether ECS evens out the zones by itself; said always, because silence means something else on update.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html

    Args:
        strategy: How a revision takes over; rebalancing starts a task before it stops one.
        placement: The placement strategies; only spreading over zones goes first with it.
        constraints: All constraints, the task's included; none may choose the zone.
    """
    starts_first = not isinstance(strategy, RollingUpdate) or strategy.max_percent > 100
    by_zone = not placement or placement[0] == Spread(over=SpreadOver.ZONE)
    chosen = any(
        isinstance(each, MemberOf) and SpreadOver.ZONE.value in each.expression for each in constraints
    )
    return (
        ecs.AvailabilityZoneRebalancing.ENABLED
        if starts_first and by_zone and not chosen
        else ecs.AvailabilityZoneRebalancing.DISABLED
    )
