"""Endpoints or NAT: what each costs standing, and from how much data on the other is the cheaper one.

What comes from S3, image layers first of all, takes the gateway endpoint, which is free and in no sum here.
"""

from collections.abc import Iterator, Sequence

from costs.bill import Template, interface_endpoints, nat_gateways
from costs.prices import HOURS, Prices

NEEDED = 3
"""Interface endpoints that every task needs: both of ECR and that of CloudWatch Logs."""


def ways_out(templates: Sequence[Template], prices: Prices, *, zones: int) -> Sequence[str]:
    """What an environment's way out costs and what the others would, a sentence each.

    Args:
        templates: Of all its stacks.
        prices: Those of its region.
        zones: How many zones are in use. The templates hold the subnets of retired ones as well.
    """
    endpoints, gateways = interface_endpoints(templates), nat_gateways(templates)
    if gateways:
        return list(_instead_of_nat(gateways, len(endpoints), zones, prices))
    if endpoints:
        return list(_instead_of_endpoints(len(endpoints), zones, prices))
    return []


def break_even_gb(endpoints_month: float, nat_month: float, prices: Prices) -> float:
    """From how many GB a month on endpoints cost less than NAT; 0 where they do anyway.

    Args:
        endpoints_month: What the endpoints cost standing.
        nat_month: What the NAT gateways cost standing.
        prices: Those of the region.
    """
    return max(endpoints_month - nat_month, 0) / (prices.nat_gateway_gb - prices.endpoint_gb)


def _instead_of_endpoints(endpoints: int, zones: int, prices: Prices) -> Iterator[str]:
    standing = endpoints * zones * prices.endpoint_hour * HOURS
    yield (
        f"{endpoints} endpoints in {zones} zones: ${standing:.2f} a month and ${prices.endpoint_gb:g} a GB. "
        "Nothing else can be reached."
    )
    for gateways, words in ((1, "One NAT gateway"), (zones, "One in each zone")):
        nat = _nat_month(gateways, prices)
        data = break_even_gb(standing, nat, prices)
        less = f"cheaper below {data:,.0f} GB a month" if data else "dearer whatever flows"
        yield f"{words}: ${nat:.2f} a month and ${prices.nat_gateway_gb:g} a GB, {less}."


def _instead_of_nat(gateways: int, beside: int, zones: int, prices: Prices) -> Iterator[str]:
    nat = _nat_month(gateways, prices)
    told = f"{gateways} NAT {'gateway' if gateways == 1 else 'gateways'}"
    if beside:
        both = nat + beside * zones * prices.endpoint_hour * HOURS
        yield (
            f"{told} and {beside} endpoints in {zones} zones: ${both:.2f} a month; "
            f"${prices.endpoint_gb:g} a GB to those services, ${prices.nat_gateway_gb:g} to all else."
        )
        return
    yield (f"{told}: ${nat:.2f} a month and ${prices.nat_gateway_gb:g} a GB, to AWS's APIs and the internet.")
    standing = NEEDED * zones * prices.endpoint_hour * HOURS
    data = break_even_gb(standing, nat, prices)
    less = f"cheaper above {data:,.0f} GB a month" if data else "cheaper whatever flows"
    yield (
        f"The {NEEDED} endpoints that every task needs, in {zones} zones: ${standing:.2f} a month and "
        f"${prices.endpoint_gb:g} a GB, {less}. Nothing else could be reached."
    )


def _nat_month(gateways: int, prices: Prices) -> float:
    # Each with the address it has.
    return gateways * (prices.nat_gateway_hour + prices.public_address_hour) * HOURS
