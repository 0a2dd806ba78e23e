"""Two rules that cannot stand together, and more of them than a load balancer takes."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

from typing import Any

import pytest

from ecs_platform.load_balancer.priorities import computed_priority
from ecs_platform.load_balancer.rule_ledger import RuleLedger
from ecs_platform.load_balancer.rule_places import RulePlace, conflict
from ecs_platform.problem import ConfigurationError
from tests.unit.load_balancer.test_priorities import Owner


def place(priority: int | None = None, *paths: str, **conditions: Any) -> RulePlace:
    return RulePlace(priority=priority, paths=paths, **conditions)


def said(one: RulePlace, other: RulePlace) -> str:
    found = conflict(one, other, name="a", other_name="b")
    assert found
    return f"{found.problem} {found.allowed} {found.where}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (place(None, "/a/*"), place(None, "/*")),
        (place(10, "/a/*"), place(None, "/*")),
        (place(100, "/*"), place(200, "/*")),
        (place(50_000, "/*"), place(None, "/a/*")),
        (place(100, "/*", hosts=["a.example.com"]), place(None, "/a/*")),
        (place(None, "/a", hosts=["a.example.com"]), place(None, "/a")),
    ],
)
def test_what_can_stand_together(one, other):
    assert conflict(one, other, name="a", other_name="b") is None
    assert conflict(other, one, name="a", other_name="b") is None


def test_the_same_conditions_are_refused_with_a_computed_priority_among_them():
    assert said(place(None, "/a", "/b"), place(10, "/b", "/a")) == (
        "a and b have the same hosts and paths, so that one of them is never asked. conditions of its own for "
        "each rule, or a priority chosen by hand for both. the routing priority of a or of b."
    )


def test_the_same_number_is_refused_by_both_names():
    number = computed_priority([], ["/a/*"])
    assert said(place(None, "/a/*"), place(number, "/c")) == (
        f"a and b come to one priority, {number}: it is computed from hosts and paths, and such a coincidence "
        f"is rare. a priority chosen by hand for one of the two, such as {number + 1}. the routing priority of "
        "a or of b."
    )


def test_two_computed_numbers_can_meet():
    numbers = {}
    for n in range(2_000):
        path = f"/{n:04}/*"
        earlier = numbers.setdefault(computed_priority([], [path]), path)
        if earlier != path:
            assert "come to one priority" in said(place(None, path), place(None, earlier))
            return
    pytest.fail("2,000 paths of one length and no coincidence among 400 numbers")


def test_a_rule_behind_one_that_takes_everything_is_refused_whoever_comes_first():
    behind = computed_priority([], ["/a/*"])
    expected = (
        "{taker} takes every request of {unasked} at priority 100, so that {unasked}, at "
        f"{behind}, is never asked. a priority below 100 for {{unasked}}, or no priority for {{taker}}; or, "
        "where that is meant, one chosen by hand for both. the routing priority of a or of b."
    )
    assert said(place(100, "/*"), place(None, "/a/*")) == expected.format(taker="a", unasked="b")
    assert said(place(None, "/a/*"), place(100, "/*")) == expected.format(taker="b", unasked="a")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (place(5, "/api/*"), place(None, "/api/v2/*")),
        (place(5, "/*", hosts=["a.example.com"]), place(None, "/api/*", hosts=["a.example.com"])),
        (place(5, hosts=["*.example.com"]), place(None, "/api/*", hosts=["A.example.com"])),
        (place(None, "/*"), place(49_500, "/orders/*")),
        (place(None, "/*"), place(None, "*")),
        (place(None, "/*"), place(None, "/*", "/x/*")),
        (place(None, "/*", hosts=["a.example.com"]), place(None, hosts=["a.example.com"])),
    ],
)
def test_a_rule_that_would_never_be_asked_is_refused(one, other):
    assert "is never asked" in said(one, other)
    assert "is never asked" in said(other, one)


@pytest.mark.parametrize(
    ("broad", "narrow"),
    [
        (lambda word: place(None, f"/{word}/*/x*"), lambda word: place(None, f"/{word}/*/x")),
        (lambda word: place(None, f"/{word}??"), lambda word: place(None, f"/{word}?y")),
        (
            lambda word: place(None, hosts=[f"{word}.example.com", "b.example.com"]),
            lambda word: place(None, hosts=[f"{word}.example.com"]),
        ),
    ],
)
def test_where_text_is_equally_long_the_order_is_chance_and_the_wrong_one_is_refused(broad, narrow):
    outcomes = set()
    for n in range(100):
        one, other = broad(f"w{n:02}"), narrow(f"w{n:02}")
        found = conflict(one, other, name="a", other_name="b")
        assert not found or one.number <= other.number
        outcomes.add("refused" if found and one.number < other.number else "fine")
    assert outcomes == {"fine", "refused"}


def test_hosts_that_differ_in_case_alone_are_the_same():
    one, other = (place(None, "/a", hosts=[host]) for host in ("Shop.example.com", "shop.example.com"))
    assert "have the same hosts and paths" in said(one, other)
    one, other = place(None, "/A"), place(None, "/a")
    assert conflict(one, other, name="a", other_name="b") is None


def test_the_ledger_refuses_on_one_listener_by_the_paths_of_both_constructs():
    ledger = RuleLedger()
    ledger.enter("http", place(None, "/a"), owner=Owner("one/Rule"))
    ledger.enter("test", place(None, "/a"), owner=Owner("one/Test"))
    with pytest.raises(ConfigurationError, match=r"^two/Rule and one/Rule have the same hosts and paths"):
        ledger.enter("http", place(None, "/a"), owner=Owner("two/Rule"))


def test_an_owner_may_enter_twice():
    ledger, owner = RuleLedger(), Owner("one/Rule")
    ledger.enter("http", place(10, "/a"), owner=owner)
    ledger.enter("http", place(10, "/a"), owner=owner)


def fill(ledger: RuleLedger, services: int, *, own_groups: bool = True) -> None:
    for n in range(services):
        groups = [f"blue-{n}", f"green-{n}"] if own_groups else ["blue", "green"]
        for listener in ("http", "test"):
            place_ = place(n + 1, f"/{n}")
            ledger.enter(listener, place_, groups=groups, owner=Owner(f"s{n}/{listener}"))


def test_fifty_services_are_a_full_load_balancer_and_one_more_is_told_both_reasons():
    ledger = RuleLedger()
    fill(ledger, 50)
    with pytest.raises(ConfigurationError) as refusal:
        ledger.enter("http", place(51, "/51"), groups=["blue-51", "green-51"], owner=Owner("s51/http"))
    assert str(refusal.value) == (
        "2 mistakes:\n"
        "- With s51/http the load balancer has 102 target groups. Allowed: 100 target groups, two for each "
        "service, and AWS raises this quota for nobody: other services need another load balancer. "
        "Change: Service(load_balancer=...).\n"
        "- With s51/http the load balancer has 101 rules. Allowed: 100 rules, one on each of two listeners for "
        "each service; another load balancer, or a higher quota once AWS has granted it. "
        "Change: Service(load_balancer=...), LoadBalancer(rule_quota=...)."
    )


def test_a_raised_quota_takes_more_rules_and_not_more_target_groups():
    ledger = RuleLedger(rule_quota=102)
    fill(ledger, 51, own_groups=False)
    with pytest.raises(ConfigurationError, match=r"has 103 rules\. Allowed: 102 rules"):
        ledger.enter("http", place(999, "/999"), groups=["blue", "green"], owner=Owner("s/http"))
    ledger = RuleLedger(rule_quota=200)
    with pytest.raises(
        ConfigurationError, match=r"^With s50/http the load balancer has 102 target groups. All"
    ):
        fill(ledger, 51)


def test_a_quota_that_no_account_has_is_refused():
    with pytest.raises(ConfigurationError) as refusal:
        RuleLedger(rule_quota=99)
    assert str(refusal.value) == (
        "The quota of rules is 99. Allowed: 100, which every account has, or the higher one that AWS granted. "
        "Change: LoadBalancer(rule_quota=...)."
    )
