import pytest

from ecs_platform.problem import ConfigurationError
from ecs_platform.task.machines.task_size import TaskSize


@pytest.mark.parametrize(
    "limits", [{"cpu": 128}, {"cpu": 196_608}, {"memory_mib": 6}, {"cpu": 256, "memory_mib": 512}]
)
def test_one_limit_is_enough(limits: dict[str, int]) -> None:
    size = TaskSize(**limits)
    assert (size.cpu, size.memory_mib) == (limits.get("cpu"), limits.get("memory_mib"))


@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        ({}, "A task size limits nothing."),
        ({"cpu": 127}, "cpu is 127."),
        ({"cpu": 196_609}, "cpu is 196609."),
        ({"memory_mib": 5}, "memory_mib is 5."),
        ({"cpu": 1, "memory_mib": 1}, "cpu is 1. memory_mib is 1."),
    ],
)
def test_what_ecs_does_not_take(limits: dict[str, int], problem: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        TaskSize(**limits)
    assert error.value.problem == problem
