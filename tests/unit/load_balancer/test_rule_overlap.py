"""Rules that leave nothing to the ones behind them."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecs_platform.load_balancer.rule_overlap import takes_all_of
from ecs_platform.load_balancer.rule_places import RulePlace, conflict
from tests.unit.load_balancer.test_priorities import QUICK

PATTERNS = st.text("ab*?/", max_size=4).map("/".__add__)
LISTS = st.lists(PATTERNS, min_size=1, max_size=2)


@pytest.mark.parametrize(
    ("path", "other", "taken"),
    [
        ("/a*", "/a", True),
        ("/a*", "/ab?", True),
        ("/a?", "/ab", True),
        ("/a?", "/a*", False),
        ("/a?", "/a", False),
        ("/a*b*", "/a*b", True),
        ("/a*b", "/a*b*", False),
        ("/?*", "/a*", True),
        ("/a.c", "/abc", False),
        ("/*", "*.jpg", True),
        ("/A", "/a", False),
    ],
)
def test_one_path_and_another(path: str, other: str, taken: bool) -> None:
    assert takes_all_of([], [path], other_hosts=[], other_paths=[other]) is taken


@pytest.mark.parametrize(
    ("rule", "other", "taken"),
    [
        (([], ["/*"]), (["a.example.com"], []), True),
        ((["a.example.com"], ["/*"]), ([], ["/a"]), False),
        ((["*.example.com"], []), (["A.Example.com"], ["/a"]), True),
        ((["a.example.com"], []), (["a.example.com", "b.example.com"], []), False),
        (([], ["/a", "/b*"]), ([], ["/bc", "/a"]), True),
        (([], ["/a"]), (["a.example.com"], []), False),
    ],
)
def test_hosts_and_paths_together(
    rule: tuple[list[str], list[str]], other: tuple[list[str], list[str]], taken: bool
) -> None:
    assert takes_all_of(*rule, other_hosts=other[0], other_paths=other[1]) is taken


def _matches(path: str, request: str) -> bool:
    return bool(re.fullmatch(path.replace("?", ".").replace("*", ".*"), request))


@QUICK
@given(LISTS, LISTS)
def test_of_two_rules_with_computed_numbers_each_is_asked_for_something(one: list[str], other: list[str]):
    """What is not refused gets requests: with strange letters for wildcards, one that the other leaves."""
    places = [RulePlace(priority=None, paths=paths) for paths in (one, other)]
    assume(conflict(*places, name="one", other_name="other") is None)
    first, behind = sorted(places, key=lambda place: place.number)
    requests = [path.replace("*", "xyz").replace("?", "x") for path in behind.paths]
    assert any(not _matches(path, request) for request in requests for path in first.paths) or not all(
        any(_matches(path, request) for path in first.paths) for request in requests
    )
