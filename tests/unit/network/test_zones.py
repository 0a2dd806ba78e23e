import aws_cdk as cdk
import pytest

from ecs_platform.network.network import Network, Zone
from ecs_platform.network.zones import check_plan
from ecs_platform.problem import ConfigurationError
from tests.unit.network.plan import CIDR, network, zone


def test_letter_and_region_come_from_the_name() -> None:
    assert (zone("a").letter, zone("a").region) == ("A", "eu-central-1")
    gov = Zone(name="us-gov-west-1b", public_cidr="10.0.0.0/24", private_cidr="10.0.1.0/24")
    assert (gov.letter, gov.region) == ("B", "us-gov-west-1")


@pytest.mark.parametrize(
    "name", ["", "a", "eu-central-1", "eu-central-1A", "us-west-2-lax-1a", " eu-central-1a"]
)
def test_refuses_what_is_no_availability_zone(name: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Zone(name=name, public_cidr="10.0.0.0/24", private_cidr="10.0.1.0/24")
    assert str(refused.value) == (
        f"{name!r} is not the name of an availability zone. "
        "Allowed: a literal name such as 'eu-central-1a', of a zone that is not local or wavelength. "
        "Change: the `name` of the Zone."
    )


def test_refuses_a_zone_known_at_deployment_only() -> None:
    with pytest.raises(ConfigurationError, match="not the name of an availability zone"):
        Zone(name=cdk.Fn.select(0, cdk.Fn.get_azs()), public_cidr="10.0.0.0/24", private_cidr="10.0.1.0/24")


@pytest.mark.parametrize(
    ("public", "private", "message"),
    [
        ("10.0.0.0/28", "10.0.1.0/24", "'10.0.0.0/28' has a prefix length of 28. Allowed: /16 to /27."),
        ("10.0.0.0/27", "10.0.1.0/29", "'10.0.1.0/29' has a prefix length of 29. Allowed: /16 to /28."),
        ("10.0.0.0/15", "10.0.1.0/24", "has a prefix length of 15"),
        (
            "10.0.0.1/24",
            "10.0.1.0/24",
            "'10.0.0.1/24' is not an IPv4 network: 10.0.0.1/24 has host bits set.",
        ),
        ("fd00::/64", "10.0.1.0/24", "'fd00::/64' is not an IPv4 network"),
        ("10.0.0.0/24", "all", "Change: `private_cidr` of zone eu-central-1a."),
    ],
)
def test_refuses_a_range_that_cannot_be_a_subnet(public: str, private: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Zone(name="eu-central-1a", public_cidr=public, private_cidr=private)
    assert message in str(refused.value)


def test_the_smallest_subnets_that_do() -> None:
    Zone(name="eu-central-1a", public_cidr="10.0.0.0/27", private_cidr="10.0.1.0/28")


def test_a_range_known_at_deployment_is_not_judged(stack: cdk.Stack) -> None:
    token = cdk.Fn.import_value("Cidr")
    zones = [zone("a"), Zone(name="eu-central-1b", public_cidr=token, private_cidr=token)]
    Network(stack, "Network", cidr=cdk.Fn.import_value("Whole"), zones=zones)


def plan(*zones: Zone, cidr: str = CIDR, region: str = "eu-central-1") -> None:
    check_plan(cidr=cidr, zones=zones, region=region)


def test_a_network_checks_its_plan(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError, match="0 of 0 zones would be in use"):
        network(stack, [])


@pytest.mark.parametrize("zones", [[], [zone("a")], [zone("a"), zone("b", retired=True)]])
def test_refuses_fewer_than_two_zones_in_use(zones: list[Zone]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        plan(*zones)
    assert str(refused.value) == (
        f"{min(len(zones), 1)} of {len(zones)} zones would be in use. "
        "Allowed: two active zones or more; an Application Load Balancer needs two. "
        "Change: the `zones` of the Network: add one, or set `retired=False`."
    )


def test_refuses_a_zone_twice() -> None:
    with pytest.raises(ConfigurationError, match="Zone eu-central-1a is given more than once"):
        plan(zone("a"), zone("b"), zone("a"))


def test_refuses_a_zone_of_another_region_than_the_stack(app: cdk.App) -> None:
    stack = cdk.Stack(app, "elsewhere", env=cdk.Environment(region="eu-west-1"))
    with pytest.raises(ConfigurationError, match="eu-central-1a, eu-central-1b is not in region eu-west-1"):
        network(stack)


def test_refuses_zones_of_two_regions_where_the_stack_has_none() -> None:
    other = Zone(name="eu-west-1a", public_cidr="10.0.1.0/24", private_cidr="10.0.32.0/20")
    with pytest.raises(ConfigurationError, match="Zone eu-west-1a is not in region eu-central-1"):
        plan(zone("a"), other, region=cdk.Aws.REGION)


@pytest.mark.parametrize(
    ("cidr", "public", "private", "message"),
    [
        ("10.1.0.0/16", "10.1.0.0/24", "10.1.16.0/20", "10.0.0.0/24 of zone eu-central-1a lies outside"),
        (CIDR, "10.0.0.128/25", "10.0.32.0/20", "10.0.0.128/25 of zone eu-central-1b overlaps 10.0.0.0/24, "
            "the public_cidr of zone eu-central-1a. Allowed: ranges that share no address. "
            "Change: `public_cidr` of zone eu-central-1b."),
        (CIDR, "10.0.1.0/24", "10.0.0.0/18", "10.0.0.0/18 of zone eu-central-1b overlaps 10.0.0.0/24"),
        (CIDR, "10.0.1.0/24", "10.0.1.0/24", "the public_cidr of zone eu-central-1b"),
        ("10.0.0.0/29", "10.0.1.0/24", "10.0.32.0/20", "Change: the `cidr` of the Network."),
    ],
)  # fmt: skip
def test_refuses_ranges_that_are_no_plan(cidr: str, public: str, private: str, message: str) -> None:
    second = Zone(name="eu-central-1b", public_cidr=public, private_cidr=private)
    with pytest.raises(ConfigurationError) as refused:
        plan(zone("a"), second, cidr=cidr)
    assert message in str(refused.value)


def test_a_retired_zone_still_takes_its_place_in_the_plan() -> None:
    squatter = Zone(name="eu-central-1d", public_cidr="10.0.2.0/24", private_cidr="10.0.64.0/20")
    with pytest.raises(ConfigurationError, match="overlaps"):
        plan(zone("a"), zone("b"), zone("c", retired=True), squatter)
