"""Endpoints against NAT, with the sums done by hand."""

from collections.abc import Sequence
from typing import Any

import pytest

from costs.ways_out import break_even_gb, ways_out
from tests.costs.test_bill import PRICES


def _said(zones: int, *, endpoints: int = 0, gateways: int = 0) -> Sequence[str]:
    resources: dict[str, Any] = {}
    for number in range(endpoints):
        properties = {"VpcEndpointType": "Interface", "SubnetIds": [*range(zones)]}
        resources[f"Endpoint{number}"] = {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}
    for number in range(gateways):
        resources[f"Nat{number}"] = {"Type": "AWS::EC2::NatGateway", "Properties": {}}
    return ways_out([{"Resources": resources}], PRICES, zones=zones)


def test_endpoints_and_what_nat_would_cost() -> None:
    # 3 x 2 x $0.01 x 730 h against $0.055 x 730 h, and $0.04 less for each GB.
    assert _said(2, endpoints=3) == [
        "3 endpoints in 2 zones: $43.80 a month and $0.01 a GB. Nothing else can be reached.",
        "One NAT gateway: $40.15 a month and $0.05 a GB, cheaper below 91 GB a month.",
        "One in each zone: $80.30 a month and $0.05 a GB, dearer whatever flows.",
    ]


def test_nat_and_what_the_endpoints_would_cost() -> None:
    assert _said(3, gateways=1) == [
        "1 NAT gateway: $40.15 a month and $0.05 a GB, to AWS's APIs and the internet.",
        "The 3 endpoints that every task needs, in 3 zones: $65.70 a month and $0.01 a GB, cheaper above "
        "639 GB a month. Nothing else could be reached.",
    ]
    assert _said(3, gateways=3)[1] == (
        "The 3 endpoints that every task needs, in 3 zones: $65.70 a month and $0.01 a GB, cheaper whatever "
        "flows. Nothing else could be reached."
    )


def test_nat_with_endpoints_beside_it() -> None:
    # $40.15 for the gateway and 2 x 3 x $0.01 x 730 h.
    assert _said(3, gateways=1, endpoints=2) == [
        "1 NAT gateway and 2 endpoints in 3 zones: $83.95 a month; $0.01 a GB to those services, $0.05 to "
        "all else."
    ]


def test_a_network_that_is_somebody_elses_has_nothing_to_say() -> None:
    assert _said(2) == []


@pytest.mark.parametrize("gb", [0.0, 100.0, 5_000.0])
@pytest.mark.parametrize("standing", [30.0, 43.8, 78.84])
def test_at_the_break_even_both_cost_the_same(gb: float, standing: float) -> None:
    nat = 40.15
    even = break_even_gb(standing, nat, PRICES)
    if even:
        assert standing + even * PRICES.endpoint_gb == pytest.approx(nat + even * PRICES.nat_gateway_gb)
    cheaper = standing + gb * PRICES.endpoint_gb <= nat + gb * PRICES.nat_gateway_gb
    assert cheaper == (gb >= even)
