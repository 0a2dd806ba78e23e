"""How the containers of a task are connected to the network."""

from enum import StrEnum

from aws_cdk import aws_ecs as ecs


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
