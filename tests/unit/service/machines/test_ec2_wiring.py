import pytest
from aws_cdk import aws_ecs as ecs

from ecs_platform.capacity.placement import (
    Binpack,
    DistinctInstance,
    MemberOf,
    PlacementConstraint,
    PlacementStrategy,
    Random,
    Spread,
    SpreadOver,
)
from ecs_platform.deployment.native import NativeBlueGreen
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy
from ecs_platform.service.machines.ec2_wiring import rebalancing

ROLLING = RollingUpdate()
STOPS_FIRST = RollingUpdate(min_healthy_percent=50, max_percent=100)
ON, OFF = ecs.AvailabilityZoneRebalancing.ENABLED, ecs.AvailabilityZoneRebalancing.DISABLED


@pytest.mark.parametrize(
    ("strategy", "placement", "constraints", "expected"),
    [
        (ROLLING, [], [], ON),
        (NativeBlueGreen(), [], [], ON),
        (ROLLING, [Spread()], [DistinctInstance()], ON),
        (ROLLING, [Spread(), Binpack()], [MemberOf("attribute:rack == 7")], ON),
        (STOPS_FIRST, [], [], OFF),
        (ROLLING, [Binpack()], [], OFF),
        (ROLLING, [Random()], [], OFF),
        (ROLLING, [Spread(over=SpreadOver.INSTANCE), Spread()], [], OFF),
        (ROLLING, [Spread(over="rack")], [], OFF),
        (ROLLING, [], [MemberOf("attribute:ecs.availability-zone == eu-central-1a")], OFF),
    ],
)
def test_zones_are_evened_out_where_nothing_undoes_it(
    strategy: Strategy,
    placement: list[PlacementStrategy],
    constraints: list[PlacementConstraint],
    expected: ecs.AvailabilityZoneRebalancing,
) -> None:
    assert rebalancing(strategy, placement, constraints) is expected
