"""A container definition of CDK, made from a Container that was checked."""

from functools import partial

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform import once
from ecs_platform.task.checks.mounts import writable_volume
from ecs_platform.task.checks.words import Words
from ecs_platform.task.container import Container
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.port_protocol import PortProtocol


def make_container(
    scope: Construct,
    definition: ecs.TaskDefinition,
    words: Words,
    *,
    image: ecs.ContainerImage,
    logging: ecs.LogDriver,
    network_mode: NetworkMode,
) -> ecs.ContainerDefinition:
    """Add a container to a task definition.

    Args:
        scope: What belongs to the container alone is made in here.
        definition: The task definition.
        words: The container, and whether it is the application's.
        image: Its image, bound.
        logging: Where its output goes.
        network_mode: How the task is connected.
    """
    container = words.container
    add = (
        definition.add_container
        if container.firelens is None
        else partial(definition.add_firelens_log_router, firelens_config=container.firelens)
    )
    restart = container.restart_policy
    made = add(
        container.name,
        image=image,
        logging=logging,
        essential=None if container.essential else False,
        port_mappings=_port_mappings(container, network_mode),
        command=None if container.command is None else list(container.command),
        entry_point=None if container.entry_point is None else list(container.entry_point),
        working_directory=container.working_directory,
        environment=dict(container.environment),
        environment_files=[file.bind() for file in container.environment_files] or None,
        secrets={name: secret.bind(scope, f"Secret{name}") for name, secret in container.secrets.items()},
        health_check=None if container.health_check is None else container.health_check.bind(),
        enable_restart_policy=None if restart is None else True,
        restart_ignored_exit_codes=(list(restart.ignored_exit_codes) or None) if restart else None,
        restart_attempt_period=once.seconds(restart.attempt_period_seconds) if restart else None,
        readonly_root_filesystem=container.read_only_root,
        user=container.user,
        ulimits=list(container.ulimits),
        system_controls=[
            ecs.SystemControl(namespace=name, value=value)
            for name, value in container.system_controls.items()
        ]
        or None,
        stop_timeout=once.seconds(container.stop_timeout_seconds),
        start_timeout=(
            None if container.start_timeout_seconds is None else once.seconds(container.start_timeout_seconds)
        ),
        linux_parameters=_linux(scope, container),
        cpu=container.cpu,
        memory_limit_mib=container.memory_mib,
        memory_reservation_mib=container.memory_reservation_mib,
        gpu_count=container.gpus,
        privileged=container.privileged or None,
        docker_labels=dict(container.docker_labels) or None,
        pseudo_terminal=container.pseudo_terminal or None,
        version_consistency=None if container.version_consistency else ecs.VersionConsistency.DISABLED,
        hostname=container.hostname,
        dns_servers=list(container.dns_servers) or None,
        dns_search_domains=list(container.dns_search_domains) or None,
        extra_hosts=dict(container.extra_hosts) or None,
    )
    mount_points = [
        *(
            ecs.MountPoint(container_path=path, read_only=False, source_volume=writable_volume(words, path))
            for path in container.writable_mounts
        ),
        *(
            ecs.MountPoint(container_path=mount.path, read_only=mount.read_only, source_volume=mount.volume)
            for mount in container.mounts
        ),
    ]
    if mount_points:
        made.add_mount_points(*mount_points)
    return made


def _port_mappings(container: Container, mode: NetworkMode) -> list[ecs.PortMapping] | None:
    if container.port is None:
        return None
    # Service Connect, which the name is for, and its protocol, exist in these two modes alone; CDK refuses
    # them in the others.
    named = mode in (NetworkMode.AWSVPC, NetworkMode.BRIDGE)
    return [
        ecs.PortMapping(
            container_port=container.port,
            host_port=container.host_port,
            name=container.name if named else None,
            app_protocol=_app_protocol(container.protocol) if named else None,
            protocol=ecs.Protocol.UDP if container.protocol is PortProtocol.UDP else None,
        )
    ]


def _app_protocol(protocol: PortProtocol) -> ecs.AppProtocol | None:
    if protocol is PortProtocol.HTTP:
        return once.http()
    if protocol in (PortProtocol.HTTP2, PortProtocol.GRPC):
        return getattr(ecs.AppProtocol, protocol.value)
    return None


def _linux(scope: Construct, container: Container) -> ecs.LinuxParameters:
    linux = ecs.LinuxParameters(scope, "Linux", init_process_enabled=container.init_process)
    if container.drop_capabilities:
        linux.drop_capabilities(*container.drop_capabilities)
    if container.add_capabilities:
        linux.add_capabilities(*container.add_capabilities)
    if container.tmpfs:
        linux.add_tmpfs(*(ecs.Tmpfs(container_path=m.path, size=m.size_mib) for m in container.tmpfs))
    return linux
