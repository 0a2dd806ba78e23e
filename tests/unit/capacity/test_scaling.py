from typing import Any

import pytest

from ecs_platform.capacity.scaling import InstanceReplacement, ManagedScaling, Spot
from ecs_platform.problem import ConfigurationError


@pytest.mark.parametrize(
    ("kind", "option", "low", "high"),
    [
        (ManagedScaling, "target_percent", 1, 100),
        (ManagedScaling, "smallest_step", 1, 10_000),
        (ManagedScaling, "largest_step", 1, 10_000),
        (ManagedScaling, "warmup_seconds", 0, 10_000),
        (Spot, "on_demand_base", 0, 5_000),
        (Spot, "on_demand_percent", 0, 99),
        (InstanceReplacement, "max_healthy_percent", 100, 200),
        (InstanceReplacement, "min_healthy_percent", 20, 100),
    ],
)
def test_a_number_stays_in_its_range(kind: type[Any], option: str, low: int, high: int) -> None:
    kind(**{option: low})
    kind(**{option: high})


@pytest.mark.parametrize(
    ("kind", "option", "beyond"),
    [
        (ManagedScaling, "target_percent", (0, 101)),
        (ManagedScaling, "smallest_step", (0, 10_001)),
        (ManagedScaling, "largest_step", (0, 10_001)),
        (ManagedScaling, "warmup_seconds", (-1, 10_001)),
        (Spot, "on_demand_base", (-1, 5_001)),
        (Spot, "on_demand_percent", (-1, 100)),
        (InstanceReplacement, "max_healthy_percent", (99, 201)),
        (InstanceReplacement, "min_healthy_percent", (-1, 101)),
    ],
)
def test_a_number_beyond_it_is_refused(kind: type[Any], option: str, beyond: tuple[int, int]) -> None:
    for value in beyond:
        with pytest.raises(ConfigurationError, match=f"{option} is {value}\\."):
            kind(**{option: value})


def test_the_smallest_step_is_not_above_the_largest() -> None:
    ManagedScaling(smallest_step=5, largest_step=5)
    with pytest.raises(ConfigurationError, match="The smallest step is 6, the largest 5"):
        ManagedScaling(smallest_step=6, largest_step=5)


def test_percentages_of_a_replacement_differ_by_up_to_100() -> None:
    InstanceReplacement(min_healthy_percent=50, max_healthy_percent=150)
    with pytest.raises(ConfigurationError, match="Between 49 and 150 % lie more than 100"):
        InstanceReplacement(min_healthy_percent=49, max_healthy_percent=150)
