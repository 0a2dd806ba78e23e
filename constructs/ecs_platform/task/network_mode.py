"""How the containers of a task are connected to the network."""

from enum import StrEnum

from aws_cdk import aws_ecs as ecs

from ecs_platform.problem import ConfigurationError


class NetworkMode(StrEnum):
    """The network mode of a task; Fargate knows AWSVPC alone.

    AWSVPC gives each task a network interface of its own: its containers share localhost, and target groups
    hold addresses. BRIDGE puts each container behind a port of its EC2 instance, HOST shares the instance's
    interface, and NONE leaves a task without any: target groups hold instances, where there are any at all.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
    """

    AWSVPC = "awsvpc"
    BRIDGE = "bridge"
    HOST = "host"
    NONE = "none"

    @property
    def shares_localhost(self) -> bool:
        """Whether all containers of a task share one localhost, and so one set of ports."""
        return self in (NetworkMode.AWSVPC, NetworkMode.HOST)

    def bind(self) -> ecs.NetworkMode:
        """The mode as a task definition takes it."""
        return {
            NetworkMode.AWSVPC: ecs.NetworkMode.AWS_VPC,
            NetworkMode.BRIDGE: ecs.NetworkMode.BRIDGE,
            NetworkMode.HOST: ecs.NetworkMode.HOST,
            NetworkMode.NONE: ecs.NetworkMode.NONE,
        }[self]


def check_mode(mode: NetworkMode, *, owner: str) -> None:
    """Refuse a plain word, which a program that is not type-checked may give, before the mode is asked.

    Args:
        mode: What was given.
        owner: The class of the task definition.

    Raises:
        ConfigurationError: It is no NetworkMode.
    """
    if not any(mode is each for each in NetworkMode):
        raise ConfigurationError(
            f"network_mode is {mode!r}.",
            allowed=", ".join(f"NetworkMode.{each.name}" for each in NetworkMode) + ".",
            where=f"{owner}(network_mode=...)",
        )
