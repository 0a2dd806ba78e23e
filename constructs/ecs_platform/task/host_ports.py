"""Ports of a machine that no container can be given."""

from collections.abc import Iterator, Sequence

from ecs_platform.mistakes import Mistake
from ecs_platform.task.container import Container

# SSH, Docker and the agent: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
_RESERVED = {
    22: "SSH",
    2375: "Docker",
    2376: "Docker",
    51678: "the agent",
    51679: "the agent",
    51680: "the agent",
}


def reserved_mistakes(containers: Sequence[Container]) -> Iterator[Mistake]:
    """Host ports that every machine keeps for itself.

    Args:
        containers: All containers of a task that were given a host port, or none.
    """
    for container in containers:
        if container.host_port in _RESERVED:
            yield Mistake(
                problem=f"Host port {container.host_port} is kept for {_RESERVED[container.host_port]} on "
                "every machine.",
                allowed="a host_port that no machine uses itself, or none: then ECS picks a free one.",
                where=f'Container(name="{container.name}", host_port=...)',
            )


def host_port_of(containers: Sequence[Container], name: str) -> int | None:
    """The host port of a container by name; None where ECS picks one, or where there is no choice."""
    # 0 asks ECS to pick one, too.
    return next((each.host_port for each in containers if each.name == name), None) or None
