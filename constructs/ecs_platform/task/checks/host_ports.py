"""Ports of a machine that no container can be given."""

from collections.abc import Iterator, Sequence

from ecs_platform.mistakes import Mistake
from ecs_platform.task.container import Container
from ecs_platform.task.network_mode import NetworkMode

# SSH, Docker and the agent: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
_RESERVED = {
    22: "SSH",
    2375: "Docker",
    2376: "Docker",
    51678: "the agent",
    51679: "the agent",
    51680: "the agent",
}


def reserved_mistakes(containers: Sequence[Container], mode: NetworkMode) -> Iterator[Mistake]:
    """Ports that every machine keeps for itself.

    Args:
        containers: All containers of a task.
        mode: Its network mode; in host mode a container's port is the machine's.
    """
    hosted = mode is NetworkMode.HOST
    for container in containers:
        port = container.port if hosted else container.host_port
        if port in _RESERVED:
            yield Mistake(
                problem=f"Host port {port} is kept for {_RESERVED[port]} on every machine.",
                allowed="a port that no machine uses itself."
                if hosted
                else "a host_port that no machine uses itself, or none: then ECS picks a free one.",
                where=f'Container(name="{container.name}", {"port" if hosted else "host_port"}=...)',
            )


def host_port_of(containers: Sequence[Container], name: str) -> int | None:
    """The host port of a container by name; None where ECS picks one, or where there is no choice."""
    # 0 asks ECS to pick one, too.
    return next((each.host_port for each in containers if each.name == name), None) or None
