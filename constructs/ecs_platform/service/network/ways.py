"""How what comes through a Network Load Balancer reaches a task."""

from typing import cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs

from ecs_platform import once
from ecs_platform.load_balancer.network_load_balancer import NetworkLoadBalancer
from ecs_platform.load_balancer.network_routing import NetworkProtocol
from ecs_platform.task.task_definition import TaskDefinition


def let_in(
    connections: ec2.Connections,
    load_balancer: NetworkLoadBalancer,
    *,
    protocol: NetworkProtocol,
    port: int,
    health_check_port: int | None,
) -> None:
    """Open the tasks' group for clients and health checks.

    Args:
        connections: The tasks'.
        load_balancer: Where both come from.
        protocol: What clients connect with.
        port: The port that tasks listen on.
        health_check_port: The port that is asked, where it is another.
    """
    ways = {(transport, port) for transport in protocol.transports}
    # Health checks come over TCP, whatever clients come over.
    ways.add(("tcp", health_check_port or port))
    for transport, at in sorted(ways):
        # By its group and not by addresses: that holds also where tasks see those of clients.
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
        connections.allow_from(
            load_balancer.security_group,
            once.tcp(at) if transport == "tcp" else ec2.Port.udp(at),
            "load balancer to tasks",
        )


def open_for_udp(task: TaskDefinition, port: int, protocol: NetworkProtocol) -> None:
    """Let the application's container take UDP on its port, where clients come over it.

    Args:
        task: What a task is.
        port: The port that it listens on.
        protocol: What clients connect with.
    """
    if "udp" not in protocol.transports:
        return
    container = cast("ecs.ContainerDefinition", task.definition.default_container)
    open_for = [mapping.protocol for mapping in container.port_mappings if mapping.container_port == port]
    if ecs.Protocol.UDP not in open_for:
        container.add_port_mappings(ecs.PortMapping(container_port=port, protocol=ecs.Protocol.UDP))
