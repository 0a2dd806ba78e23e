"""What the containers of a task on a machine may use together."""

from dataclasses import dataclass

from ecs_platform.mistakes import Mistake, out_of_range, refuse


@dataclass(frozen=True, kw_only=True)
class TaskSize:
    """A limit for a whole task on EC2 or external instances, where AWS sells no sizes.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size

    Args:
        cpu: CPU units, 128 to 196608; 1024 are one vCPU. By default no limit.
        memory_mib: Memory in MiB, 6 or more. By default no limit, and each container has one of its own.

    Raises:
        ConfigurationError: A number that ECS does not take, or neither of them.
    """

    cpu: int | None = None
    memory_mib: int | None = None

    def __post_init__(self) -> None:
        mistakes: list[Mistake] = []
        if self.cpu is None and self.memory_mib is None:
            mistakes.append(
                Mistake(
                    problem="A task size limits nothing.",
                    allowed="cpu, memory_mib, or both; no size for a task without limits.",
                    where="TaskSize(cpu=..., memory_mib=...)",
                )
            )
        if self.cpu is not None:
            mistakes += out_of_range(self.cpu, 128, 196_608, what="cpu", where="TaskSize(cpu=...)")
        if self.memory_mib is not None:
            # Docker keeps at least 6 MiB for a container; the largest instance has 32 TiB.
            mistakes += out_of_range(
                self.memory_mib, 6, 33_554_432, what="memory_mib", where="TaskSize(memory_mib=...)"
            )
        refuse(mistakes)
