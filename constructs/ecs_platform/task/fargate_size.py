"""The CPU and memory of a Fargate task: the pairs that AWS sells, and no others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ecs_platform.problem import ConfigurationError


def _gigabytes(values: Sequence[int]) -> tuple[int, ...]:
    return tuple(value * 1024 for value in values)


FARGATE_MEMORY_MIB: Mapping[int, tuple[int, ...]] = MappingProxyType(
    {
        256: (512, 1024, 2048),
        512: _gigabytes(range(1, 5)),
        1024: _gigabytes(range(2, 9)),
        2048: _gigabytes(range(4, 17)),
        4096: _gigabytes(range(8, 31)),
        8192: _gigabytes(range(16, 61, 4)),
        16384: _gigabytes(range(32, 121, 8)),
        # Since June 2026: three sizes, no steps between them. The API reference and many tables still end at
        # 16384; https://github.com/aws-cloudformation/cfn-lint/pull/4668 cites the developer guide.
        32768: _gigabytes((60, 120, 244)),
    }
)
"""Every memory size in MiB that a Linux task can have, by its CPU units."""


@dataclass(frozen=True, kw_only=True)
class FargateSize:
    """The CPU and memory of one Fargate task, a pair that AWS offers for Linux.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size

    Args:
        cpu: CPU units; 1024 are one vCPU.
        memory_mib: Memory in MiB.

    Raises:
        ConfigurationError: The CPU is no Fargate size, or the memory is none of those that go with it.
    """

    cpu: int
    memory_mib: int

    def __post_init__(self) -> None:
        sizes = FARGATE_MEMORY_MIB.get(self.cpu)
        if sizes is None:
            raise ConfigurationError(
                f"Fargate has no task with {self.cpu} CPU units.",
                allowed=f"{_listed(tuple(FARGATE_MEMORY_MIB))} CPU units (1024 are one vCPU).",
                where="FargateSize(cpu=...)",
            )
        if self.memory_mib not in sizes:
            raise ConfigurationError(
                f"Fargate has no task with {self.cpu} CPU units and {self.memory_mib} MiB of memory.",
                allowed=f"with {self.cpu} CPU units, {_listed(sizes)} MiB.",
                where="FargateSize(memory_mib=...)",
            )


def _listed(values: Sequence[int]) -> str:
    """Short lists in full; long ones, which have even steps, by their ends."""
    if len(values) <= 8:
        return ", ".join(str(value) for value in values)
    return f"{values[0]} to {values[-1]} in steps of {values[1] - values[0]}"
