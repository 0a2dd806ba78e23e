from typing import Any

import aws_cdk as cdk
import pytest

from ecs_platform.capacity.placement import (
    Binpack,
    DistinctInstance,
    MemberOf,
    PackBy,
    Random,
    Spread,
    SpreadOver,
    placement_mistakes,
)
from ecs_platform.mistakes import Mistake
from ecs_platform.problem import ConfigurationError


@pytest.mark.parametrize(
    ("strategy", "written"),
    [
        (Binpack(by=PackBy.CPU), {"type": "binpack", "field": "CPU"}),
        (Binpack(by=PackBy.MEMORY), {"type": "binpack", "field": "MEMORY"}),
        (Binpack(), {"type": "binpack", "field": "MEMORY"}),
        (Random(), {"type": "random", "field": None}),
        (Spread(), {"type": "spread", "field": "attribute:ecs.availability-zone"}),
        (Spread(over=SpreadOver.INSTANCE), {"type": "spread", "field": "instanceId"}),
        (Spread(over="rack"), {"type": "spread", "field": "attribute:rack"}),
    ],
)
def test_a_strategy_is_what_ecs_calls_it(
    strategy: Binpack | Random | Spread, written: dict[str, Any]
) -> None:
    (rendered,) = strategy.bind().to_json()
    assert {"type": rendered.type, "field": rendered.field} == written


@pytest.mark.parametrize(
    ("constraint", "written"),
    [
        (DistinctInstance(), ("distinctInstance", None)),
        (MemberOf("attribute:stack == prod"), ("memberOf", "attribute:stack == prod")),
    ],
)
def test_a_constraint_is_what_ecs_calls_it(
    constraint: DistinctInstance | MemberOf, written: tuple[str, str | None]
) -> None:
    (rendered,) = constraint.bind().to_json()
    assert (rendered.type, rendered.expression) == written


@pytest.mark.parametrize("by", ["disk", "CPU", ""])
def test_packing_by_what_ecs_does_not_count_is_refused(by: Any) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Binpack(by=by)
    assert refused.value.problem == f'"{by}" is nothing that ECS packs by: it counts CPU units and memory.'


def test_the_words_of_the_enumeration_pack_as_well() -> None:
    word: Any = "cpu"
    (rendered,) = Binpack(by=word).bind().to_json()
    assert rendered.field == "CPU"


@pytest.mark.parametrize("over", ["", "attribute:rack", "two words", "a" * 129])
def test_spreading_over_what_is_no_attribute_is_refused(over: str) -> None:
    with pytest.raises(ConfigurationError, match=r"is no name of an attribute.*without `attribute:`"):
        Spread(over=over)


def test_a_malformed_query_is_refused_with_place_and_reason() -> None:
    with pytest.raises(ConfigurationError) as refused:
        MemberOf("attribute:stack = prod")
    assert refused.value.problem == (
        "`attribute:stack = prod` is no cluster query: at character 17, "
        "`= prod` stands where the operator of `attribute:stack` is expected."
    )
    assert refused.value.where == "MemberOf(expression=...)"


def test_a_query_has_up_to_2000_characters() -> None:
    longest = "attribute:a == "
    longest += "b" * (2000 - len(longest))
    MemberOf(longest)
    with pytest.raises(ConfigurationError, match="has 2001 characters"):
        MemberOf(longest + "b")


def test_a_query_that_is_known_at_deployment_is_left_alone() -> None:
    token = cdk.Fn.ref("Query")
    assert cdk.Token.is_unresolved(token)
    MemberOf(token)


def test_more_than_ecs_takes_is_refused_all_at_once() -> None:
    strategies = [Spread(over=f"level{number}") for number in range(6)]
    constraints = [MemberOf(f"runningTasksCount < {number}") for number in range(11)]
    assert placement_mistakes(strategies[:5], constraints[:10], where="here") == []
    assert placement_mistakes(strategies, constraints, where="here") == [
        Mistake(problem="6 placement strategies are given.", allowed="up to 5 strategies.", where="here"),
        Mistake(problem="11 placement constraints are given.", allowed="up to 10 constraints.", where="here"),
    ]


@pytest.mark.parametrize(
    ("strategies", "constraints", "what"),
    [
        ([Spread(), Spread(over=SpreadOver.ZONE)], [], "strategies"),
        ([], [DistinctInstance(), DistinctInstance()], "constraints"),
    ],
)
def test_what_is_said_twice_is_refused(strategies: Any, constraints: Any, what: str) -> None:
    (mistake,) = placement_mistakes(strategies, constraints, where="here")
    assert mistake.problem == f"Two placement {what} are the same."
