"""The options of the application's container that are seldom needed."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from aws_cdk import aws_ecs as ecs

from ecs_platform.task.environment_file import EnvironmentFile
from ecs_platform.task.port_protocol import PortProtocol
from ecs_platform.task.restart_policy import RestartPolicy


class ContainerOptions(TypedDict, total=False):
    """Fields of a Container by the same names, each with the meaning and the default it has there."""

    protocol: PortProtocol
    essential: bool
    working_directory: str
    environment_files: Sequence[EnvironmentFile]
    restart_policy: RestartPolicy
    add_capabilities: Sequence[ecs.Capability]
    system_controls: Mapping[str, str]
    start_timeout_seconds: int
    cpu: int
    memory_mib: int
    memory_reservation_mib: int
    docker_labels: Mapping[str, str]
    pseudo_terminal: bool
    version_consistency: bool


class BridgeContainerOptions(ContainerOptions, total=False):
    """The same, and what only EC2 and external instances have; ECS takes most of it in some network modes."""

    host_port: int
    gpus: int
    privileged: bool
    hostname: str
    dns_servers: Sequence[str]
    dns_search_domains: Sequence[str]
    extra_hosts: Mapping[str, str]
