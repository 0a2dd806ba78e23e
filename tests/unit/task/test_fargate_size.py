import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from ecs_platform.problem import ConfigurationError
from ecs_platform.task.fargate_size import FARGATE_MEMORY_MIB, FargateSize

# From the developer guide's table, in its own words: the first, the second and the last size, and how many.
DEVELOPER_GUIDE = [
    (256, 512, 1024, 2048, 3),
    (512, 1024, 2048, 4096, 4),
    (1024, 2048, 3072, 8192, 7),
    (2048, 4096, 5120, 16384, 13),
    (4096, 8192, 9216, 30720, 23),
    (8192, 16384, 20480, 61440, 12),
    (16384, 32768, 40960, 122880, 12),
    (32768, 61440, 122880, 249856, 3),
]


@pytest.mark.parametrize(("cpu", "first", "second", "last", "count"), DEVELOPER_GUIDE)
def test_the_table_is_the_developer_guides(cpu: int, first: int, second: int, last: int, count: int) -> None:
    sizes = FARGATE_MEMORY_MIB[cpu]
    assert (sizes[0], sizes[1], sizes[-1], len(sizes)) == (first, second, last, count)
    assert list(FARGATE_MEMORY_MIB) == [row[0] for row in DEVELOPER_GUIDE]


@pytest.mark.parametrize("cpu", FARGATE_MEMORY_MIB)
def test_every_pair_of_the_table_is_accepted_and_its_neighbours_are_not(cpu: int) -> None:
    for memory_mib in FARGATE_MEMORY_MIB[cpu]:
        assert FargateSize(cpu=cpu, memory_mib=memory_mib).memory_mib == memory_mib
        with pytest.raises(ConfigurationError):
            FargateSize(cpu=cpu, memory_mib=memory_mib + 1)


def test_cfn_lint_knows_the_same_pairs() -> None:
    """cfn-lint's schema is kept by others from the same page: where the two part, one is out of date."""
    # Found without importing it, which takes two seconds.
    spec = find_spec("cfnlint")
    assert spec is not None
    assert spec.origin is not None
    table = (
        Path(spec.origin).parent / "data/schemas/extensions/aws_ecs_taskdefinition/fargate_cpu_memory.json"
    )
    schema = json.loads(table.read_text())
    theirs: dict[int, tuple[int, ...]] = {}
    for pair in schema["then"]["anyOf"]:
        cpu = int(pair["properties"]["Cpu"]["then"]["enum"][0])
        memory = pair["properties"]["Memory"]["then"]
        theirs[cpu] = tuple(
            memory.get("enum") or range(memory["minimum"], memory["maximum"] + 1, memory["multipleOf"])
        )
    assert theirs == FARGATE_MEMORY_MIB


def test_an_unknown_cpu_names_the_known_ones() -> None:
    with pytest.raises(ConfigurationError) as error:
        FargateSize(cpu=300, memory_mib=512)
    assert str(error.value) == (
        "Fargate has no task with 300 CPU units. "
        "Allowed: 256, 512, 1024, 2048, 4096, 8192, 16384, 32768 CPU units (1024 are one vCPU). "
        "Change: FargateSize(cpu=...)"
    )


def test_a_memory_of_another_cpu_names_the_right_ones() -> None:
    with pytest.raises(ConfigurationError) as error:
        FargateSize(cpu=256, memory_mib=4096)
    assert str(error.value) == (
        "Fargate has no task with 256 CPU units and 4096 MiB of memory. "
        "Allowed: with 256 CPU units, 512, 1024, 2048 MiB. Change: FargateSize(memory_mib=...)"
    )


def test_a_long_list_is_named_by_its_ends() -> None:
    message = "with 16384 CPU units, 32768 to 122880 in steps of 8192 MiB."
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        FargateSize(cpu=16384, memory_mib=2048)


def test_it_is_a_frozen_value() -> None:
    assert FargateSize(cpu=256, memory_mib=512) == FargateSize(cpu=256, memory_mib=512)
    with pytest.raises(AttributeError):
        FargateSize(cpu=256, memory_mib=512).cpu = 512  # type: ignore[misc]
