from collections.abc import Sequence

import aws_cdk as cdk
import pytest

from ecs_platform.load_balancer.rule_values import check_conditions, check_priority
from ecs_platform.problem import ConfigurationError


@pytest.mark.parametrize("priority", [1, 10, 50_000])
def test_priorities_that_elb_takes(priority: int) -> None:
    check_priority(priority)


def test_a_priority_that_only_the_deployment_knows_is_left_to_elb() -> None:
    check_priority(cdk.Token.as_number({"Ref": "Priority"}))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("priority", [0, -1, 50_001])
def test_priorities_that_elb_refuses(priority: int) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        check_priority(priority)

    assert str(refusal.value) == (
        f"The priority of a rule is {priority}. Allowed: a whole number from 1 to 50000. "
        "Change: ListenerRule(priority=...), the service's routing priority."
    )


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
    check_conditions(hosts, paths)


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
    with pytest.raises(ConfigurationError) as refusal:
        check_conditions(hosts, paths)

    assert problem in refusal.value.problem
    assert refusal.value.where == "ListenerRule(hosts=..., paths=...), the service's routing hosts and paths."
    assert refusal.value.allowed
