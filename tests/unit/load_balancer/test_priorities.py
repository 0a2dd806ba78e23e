"""A computed priority: the same for the same conditions whoever else is there, in an order that serves."""

import string
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ecs_platform.load_balancer.priorities import computed_priority
from ecs_platform.load_balancer.rule_ledger import RuleLedger
from ecs_platform.load_balancer.rule_places import RulePlace
from ecs_platform.problem import ConfigurationError

WORD = st.text(string.ascii_lowercase + "-", min_size=1, max_size=40)
PATHS = st.builds(
    lambda words, end: "/" + "/".join(words) + end,
    st.lists(WORD, max_size=3),
    st.sampled_from(["", "/", "*", "/*", "?"]),
)
HOSTS = st.builds(
    lambda star, words: star + ".".join([*words, "example.com"]),
    st.sampled_from(["", "*.", "?."]),
    st.lists(WORD, max_size=2),
)
CONDITIONS = st.tuples(st.lists(HOSTS, max_size=2), st.lists(PATHS, max_size=3)).filter(any)
QUICK = settings(derandomize=True, database=None, deadline=None, max_examples=300)


class Owner:
    """Stands for a construct."""

    @dataclass
    class Node:
        path: str

    def __init__(self, path: str) -> None:
        self.node = Owner.Node(path)


@QUICK
@given(CONDITIONS)
def test_it_is_a_priority_with_room_before_and_behind(conditions):
    assert 1_000 <= computed_priority(*conditions) <= 48_999


@QUICK
@given(CONDITIONS, st.randoms())
def test_the_order_in_which_conditions_are_written_is_nothing_to_it(conditions, random):
    hosts, paths = conditions
    shuffled = random.sample(hosts, len(hosts)), random.sample(paths, len(paths))
    assert computed_priority(*shuffled) == computed_priority(hosts, paths)


@QUICK
@given(st.lists(CONDITIONS, min_size=1, max_size=12), st.randoms())
def test_adding_removing_and_renaming_services_renumbers_none(services, random):
    def numbers(rules: list[tuple[str, tuple[list[str], list[str]]]]) -> dict[str, int]:
        ledger = RuleLedger()
        found = {}
        for name, (hosts, paths) in rules:
            place = RulePlace(priority=None, hosts=hosts, paths=paths)
            ledger.enter("listener", place, owner=Owner(name))
            found[f"{sorted(set(hosts))} {sorted(set(paths))}"] = place.number
        return found

    try:
        everybody = numbers([(f"service-{n}", one) for n, one in enumerate(services)])
    except ConfigurationError:
        assume(False)
    some = [(f"renamed-{n}", one) for n, one in enumerate(services) if random.random() < 0.6]
    random.shuffle(some)
    assert numbers(some).items() <= everybody.items()


@QUICK
@given(PATHS, st.data())
def test_a_narrower_path_is_asked_before_a_broader_one(broad, data):
    """What a rule takes beside another that takes all of it, and more."""
    assume("*" in broad)
    narrow = broad.replace("*", data.draw(st.sampled_from(["x", "x*", "x/*", "xyz"])), 1)
    assume(len(narrow.replace("*", "")) <= 128)
    hosts = data.draw(st.lists(HOSTS, max_size=2))
    assert computed_priority(hosts, [narrow]) < computed_priority(hosts, [broad])


@QUICK
@given(HOSTS, HOSTS, st.lists(PATHS, max_size=2))
def test_a_host_with_a_wildcard_comes_between_a_name_and_any_host(one, other, paths):
    name, wild = one.lstrip("*?."), "*." + other.lstrip("*?.")
    numbers = [computed_priority(hosts, paths) for hosts in ([name], [wild], [])]
    assert numbers == sorted(set(numbers))


@QUICK
@given(st.lists(PATHS, max_size=2))
def test_a_narrower_wildcard_comes_before_a_broader_one(paths):
    numbers = [computed_priority([host], paths) for host in ("*.eu.example.com", "*.example.com")]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    "rules",
    [
        [([], ["/api/v2/*"]), ([], ["/api/*"]), ([], ["/*"]), ([], ["*"])],
        [([], ["/api"]), ([], ["/api*"]), ([], ["/"]), ([], ["/*"])],
        [([], ["/login"]), ([], ["/api/*", "/"]), ([], ["/api/v2/*", "/*"]), ([], ["/a", "*"])],
        [(["a.example.com"], ["/api/*"]), (["a.example.com"], []), (["*.example.com"], []), ([], ["/*"])],
        [([], ["/a?"]), ([], ["/a*"])],
    ],
)
def test_the_order_of_rules_that_share_requests(rules):
    numbers = [computed_priority(*rule) for rule in rules]
    assert numbers == sorted(set(numbers))


def test_numbers_do_not_change_between_versions_of_this_library():
    """Another number is a write to every load balancer out there."""
    assert [
        computed_priority([], ["/*"]),
        computed_priority([], ["/orders/*", "/orders"]),
        computed_priority(["shop.example.com"], []),
        computed_priority(["*.example.com"], ["/a"]),
    ] == [47843, 44608, 18186, 27143]
