"""The address plan: blocks, zones, subnets, and room for a deployment."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

from ipaddress import IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_platform.network.reach import AwsService
from environments.model import Zone
from environments.model.capacity import ENDPOINT_ADDRESSES

PRIVATE = "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10"


@pytest.mark.parametrize(
    ("cidr", "refusal"),
    [
        ("10.0.0.1/16", "Not written as first address and prefix length. Allowed: '10.0.0.0/16'."),
        ("10.0.0.0/255.255.0.0", "Not written as first address and prefix length. Allowed: '10.0.0.0/16'."),
        ("10.0.0.0", "Not an IPv4 block. Allowed: CIDR notation, such as '10.0.0.0/16'."),
        ("10.0.0.0/33", "Not an IPv4 block. Allowed: CIDR notation, such as '10.0.0.0/16'."),
        ("fd00::/56", "Not an IPv4 block. Allowed: CIDR notation, such as '10.0.0.0/16'."),
        ("11.0.0.0/16", f"These are not private addresses. Allowed: a block inside {PRIVATE}."),
        ("172.32.0.0/16", f"These are not private addresses. Allowed: a block inside {PRIVATE}."),
        ("10.0.0.0/15", "A VPC cannot be /15. Allowed: /16 (large) to /28 (small)."),
        ("10.0.0.0/29", "A VPC cannot be /29. Allowed: /16 (large) to /28 (small)."),
    ],
)
def test_block_of_the_vpc(mistakes, cidr, refusal):
    assert mistakes({"network.cidr": cidr}) == [f"network.cidr: {refusal}"]


def test_blocks_of_subnets(mistakes):
    assert mistakes(
        {"network.zones[0].public_cidr": "10.0.0.0/28", "network.zones[1].private_cidr": "10.0.32.0/29"}
    ) == [
        "network.zones[0].public_cidr (eu-central-1a): A load balancer's subnet cannot be /28. Allowed: /16 (large) to /27 (small).",
        "network.zones[1].private_cidr (eu-central-1b): A subnet cannot be /29. Allowed: /16 (large) to /28 (small).",
    ]


@settings(deadline=None)
@given(address=st.integers(0, 2**32 - 1), prefix=st.integers(0, 32), host_bits=st.booleans())
def test_any_block_is_judged_as_ipaddress_judges_it(mistakes, address, prefix, host_bits):
    network = IPv4Network((address, prefix), strict=False)
    text = f"{network[-1] if host_bits else network[0]}/{prefix}"
    private = any(
        network.subnet_of(IPv4Network(block))
        for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
    )
    valid = str(network) == text and private and 16 <= prefix <= 28
    of_the_block = [each for each in mistakes({"network.cidr": text}) if each.startswith("network.cidr")]
    assert len(of_the_block) == (0 if valid else 1)


@settings(deadline=None)
@given(prefix=st.integers(17, 27), position=st.integers(0, 2**11 - 1))
def test_any_subnet_is_inside_or_outside_as_ipaddress_says(mistakes, prefix, position):
    vpc = IPv4Network("10.0.0.0/17")
    in_twice_the_vpc = position % 2 ** (prefix - 16)
    subnet = IPv4Network((int(vpc[0]) + in_twice_the_vpc * 2 ** (32 - prefix), prefix))
    refusals = mistakes({"network.cidr": str(vpc), "network.zones[0].private_cidr": str(subnet)})
    outside = (
        "network.zones[0].private_cidr (eu-central-1a): The subnet lies outside the VPC. Allowed: a block"
    )
    assert any(each.startswith(outside) for each in refusals) == (not subnet.subnet_of(vpc))
    others = [IPv4Network(cidr) for cidr in ("10.0.0.0/24", "10.0.1.0/24", "10.0.32.0/20")]
    overlaps = sum(subnet.overlaps(other) for other in others)
    assert sum("Overlaps" in each for each in refusals) == overlaps


def test_subnets_overlap_and_say_which(mistakes):
    assert mistakes({"network.zones[1].public_cidr": "10.0.16.0/24"}) == [
        "network.zones[1].public_cidr (eu-central-1b): Overlaps zones[0].private_cidr, 10.0.16.0/20. Allowed: a block that shares no address with another subnet."
    ]


def test_a_retired_zone_keeps_its_addresses_but_does_not_count(mistakes):
    third = Zone(name="eu-central-1c", public_cidr="10.0.0.0/24", private_cidr="10.0.48.0/28", retired=True)
    assert mistakes({"network.zones[2]": third}) == [
        "network.zones[2].public_cidr (eu-central-1c): Overlaps zones[0].public_cidr, 10.0.0.0/24. Allowed: a block that shares no address with another subnet."
    ]
    assert mistakes({"network.zones[1].retired": True}) == [
        "network.zones: 1 of the zones is in use; a load balancer needs two. Allowed: at least two zones that are not retired.",
        "network.zones[1].retired (eu-central-1b): The services were created in the first two zones and cannot leave them. Allowed: False for the first two zones; True for any zone after them.",
    ]


def test_zones_belong_to_the_region_and_stand_once(mistakes):
    assert mistakes({"network.zones[1].name": "eu-central-1a"}) == [
        "network.zones[1].name: zones[0] has this name too. Allowed: each zone once."
    ]
    assert mistakes({"network.zones[1].name": "eu-west-1b"}) == [
        "network.zones[1].name: Not a zone of eu-central-1. Allowed: eu-central-1a, eu-central-1b and so on."
    ]


@pytest.mark.parametrize(
    ("zones", "prefix", "most_tasks"),
    # Free addresses, less those of endpoints, times the zones that are left, halved.
    [(2, 26, (64 - 5 - 24) * 1 // 2), (3, 26, (64 - 5 - 24) * 2 // 2), (2, 24, (256 - 5 - 24) * 1 // 2)],
)
def test_room_for_twice_the_tasks_while_a_zone_is_down(mistakes, zones, prefix, most_tasks):
    plan = {
        "network.zones": [
            Zone(
                name=f"eu-central-1{'abc'[position]}",
                public_cidr=f"10.0.{position}.0/24",
                private_cidr=f"10.0.{16 + position}.0/{prefix}",
            )
            for position in range(zones)
        ]
    }
    assert mistakes({**plan, "services[0].scaling.max_tasks": most_tasks}) == []
    refused = mistakes({**plan, "services[0].scaling.max_tasks": most_tasks + 1})
    assert len(refused) == zones
    assert f"Allowed: /{prefix - 1} or larger" in refused[0]


def test_the_numbers_are_said(mistakes, service):
    assert mistakes(
        {
            "network.zones[1].private_cidr": "10.0.32.0/26",
            "services[1]": service(),
            "services[1].name": "cart",
            "services[1].routing.priority": 11,
            "services[1].scaling.max_tasks": 14,
        }
    ) == [
        "network.zones[1].private_cidr (eu-central-1b): 59 addresses are free and 60 are needed: 36 for the share of 36 tasks (the 18 that all services may reach, and 18 that their deployments run beside them) when one of the 2 zones is down, and 24 for interface endpoints. Allowed: /25 or larger, fewer tasks, or more zones."
    ]


def test_no_subnet_is_large_enough(mistakes, service):
    changes: dict[str, object] = {"services": [service() for _ in range(7)]}
    for position in range(7):
        changes[f"services[{position}].name"] = f"shop-{position}"
        changes[f"services[{position}].routing.priority"] = position + 1
        changes[f"services[{position}].scaling.max_tasks"] = 5000
    refused = mistakes(changes)
    assert len(refused) == 2
    assert refused[0].endswith("Allowed: fewer tasks or more zones; a subnet is /16 at most.")
    # 2 * 32753 tasks, 24 endpoints and 5 reserved addresses are the 65,536 of a /16, less one.
    for position, tasks in enumerate([5000] * 6 + [2753]):
        changes[f"services[{position}].scaling.max_tasks"] = tasks
    assert mistakes(changes)[0].endswith("Allowed: /16 or larger, fewer tasks, or more zones.")


def test_the_allowance_covers_every_service_the_network_knows():
    assert sum(not service.is_gateway for service in AwsService) <= ENDPOINT_ADDRESSES
