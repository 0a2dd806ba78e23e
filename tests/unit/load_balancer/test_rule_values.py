from collections.abc import Sequence

import aws_cdk as cdk
import pytest

from ecs_platform.load_balancer.rule_values import wrong_conditions, wrong_priority


@pytest.mark.parametrize("priority", [1, 10, 50_000, None])
def test_priorities_that_elb_takes(priority: int | None) -> None:
    assert not wrong_priority(priority)


def test_a_priority_that_only_the_deployment_knows_is_left_to_elb() -> None:
    assert not wrong_priority(cdk.Token.as_number({"Ref": "Priority"}))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("priority", [0, -1, 50_001])
def test_priorities_that_elb_refuses(priority: int) -> None:
    (found,) = wrong_priority(priority)

    assert found.problem == f"The priority of a rule is {priority}."
    assert found.allowed == "a whole number from 1 to 50000."
    assert found.where == "ListenerRule(priority=...), the service's routing priority."


@pytest.mark.parametrize(
    ("hosts", "paths"),
    [
        (["a.example.com"], []),
        (["*.example.com", "a-b_c.Example.COM"], []),
        ([], ["/"]),
        ([], ["/*", "/img/*.p?g", "*.php", "/a_b-c.$/~\"'@:+&"]),
        (["a.example.com", "b.example.com"], ["/a", "/b", "/c"]),
        ([], ["/" + "a" * 127]),
        ([cdk.Token.as_string({"Ref": "Host"})], [cdk.Token.as_string({"Ref": "Path"})]),
    ],
)
def test_conditions_that_elb_takes(hosts: Sequence[str], paths: Sequence[str]) -> None:
    assert not wrong_conditions(hosts, paths)


@pytest.mark.parametrize(
    ("hosts", "paths", "problem"),
    [
        ([], [], "A rule without hosts and paths would take every request."),
        (["a.example.com"], ["/a", "/b", "/c", "/d", "/e"], "A rule has 6 hosts and paths."),
        (["*.example.com"], ["/*/*", "/a*", "/???"], "A rule has 7 wildcards in its hosts and paths."),
        ([], ["/" + "a" * 128], " has 129 characters."),
        (["localhost"], [], "'localhost' is not a host."),
        (["example.*"], [], "'example.*' is not a host."),
        (["https://a.example.com"], [], "'https://a.example.com' is not a host."),
        (["a.example.com:8080"], [], "'a.example.com:8080' is not a host."),
        ([], ["hello"], "'hello' is not a path."),
        ([], [""], "'' is not a path."),
        ([], ["/a b"], "'/a b' is not a path."),
        ([], ["/a?x=1"], "'/a?x=1' is not a path."),
        ([], ["/ä"], "'/ä' is not a path."),
        ([], ["/a\n"], "'/a\\n' is not a path."),
    ],
)
def test_conditions_that_elb_refuses(hosts: Sequence[str], paths: Sequence[str], problem: str) -> None:
    (found,) = wrong_conditions(hosts, paths)

    assert problem in found.problem
    assert found.where == "ListenerRule(hosts=..., paths=...), the service's routing hosts and paths."
    assert found.allowed


def test_all_mistakes_are_found_at_once() -> None:
    found = wrong_conditions(["localhost", "*.*.*.example.com"], ["a b", "/*/*", "/*", "/ä"], computed=True)

    assert [one.problem for one in found] == [
        "A rule has 6 hosts and paths.",
        "A rule has 6 wildcards in its hosts and paths.",
        "'localhost' is not a host.",
        "'a b' is not a path.",
        "'/ä' is not a path.",
    ]


def test_a_priority_does_not_come_from_what_only_the_deployment_knows() -> None:
    (found,) = wrong_conditions([cdk.Token.as_string({"Ref": "Host"})], [], computed=True)

    assert found.problem.startswith("A priority cannot be computed")
    assert found.where == "ListenerRule(priority=...), the service's routing priority."


def test_a_host_or_path_by_itself_is_no_list() -> None:
    found = wrong_conditions("shop.example.com", "/*")

    assert [one.problem for one in found] == ['"shop.example.com" stands alone.', '"/*" stands alone.']
