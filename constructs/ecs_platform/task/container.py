"""One container of a task: a value, checked with all others when the task is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs

from ecs_platform.registry.images import Image
from ecs_platform.task.depends_on import Condition, DependsOn
from ecs_platform.task.environment_file import EnvironmentFile
from ecs_platform.task.health_check import HealthCheck
from ecs_platform.task.mounts import Mount, Tmpfs
from ecs_platform.task.port_protocol import PortProtocol
from ecs_platform.task.restart_policy import RestartPolicy
from ecs_platform.task.secrets import Secret

__all__ = ["Condition", "Container", "DependsOn"]


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container as closed as the application's own: not root, no capabilities, a read-only root.

    Nothing is checked here: a task checks all its containers, and says all mistakes at once.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definitions

    Args:
        name: Its name, once in a task: 1 to 255 letters, digits, _ and -. The port has the same name, and
            ECS takes 64 characters for that, in lower case, of which - is not the first.
        image: What it runs.
        repository: The repository the image comes from. By default the task's. A PublicImage needs none.
        port: The port it listens on. By default none. Containers of a task share localhost, so none of them
            can have the port of another; only bridge mode gives each a network of its own.
        protocol: What it speaks there. By default HTTP.
        host_port: The port of the machine it leads to, in bridge mode alone. By default Docker picks a free
            one.
        essential: Whether the whole task stops when it does. By default it does.
        depends_on: What it waits for before it starts. By default nothing.
        command: Arguments in place of the image's. By default the image's.
        entry_point: An entry point in place of the image's. By default the image's.
        working_directory: Where the command runs, an absolute path. By default the image's.
        environment: Environment variables, readable to whoever may describe the task definition.
        environment_files: Files with more of them, on S3; ten in a task at most. By default none.
        secrets: Environment variables whose values ECS fetches when the container starts. By default none.
        health_check: A command that ECS runs in the container. By default none.
        restart_policy: Whether it is started again when it exits. By default it is not.
        read_only_root: Whether the root file system is read-only. By default it is.
        writable_mounts: Paths on the task's ephemeral storage that this container alone may write to.
        tmpfs: Directories in the task's memory. By default none.
        mounts: Where volumes of the task appear in it. By default none do.
        user: The user, or "user:group", by name or number. By default "10001".
        allow_root: Whether that may be root. By default it is refused.
        drop_capabilities: Linux capabilities it does without. By default all.
        add_capabilities: Linux capabilities it gets; on Fargate SYS_PTRACE alone. By default none.
        ulimits: Resource limits. By default those of the platform.
        system_controls: Kernel parameters by name, such as `net.core.somaxconn`. By default none.
        stop_timeout_seconds: Seconds between SIGTERM and SIGKILL, 2 to 120. By default 30.
        start_timeout_seconds: Seconds after which containers that wait for this one give up, 2 to 120. By
            default 180.
        init_process: Whether an init process passes signals on and reaps children. By default it does.
        cpu: CPU units of the task that are its own when all want some. By default what is left is shared.
        memory_mib: MiB above which it is killed, 6 or more. By default the task's memory is the limit.
        memory_reservation_mib: MiB that are kept for it, 6 or more. By default none.
        gpus: GPUs that are its own, on EC2 alone. By default none.
        privileged: Whether it may do on its instance what root may, on EC2 and external instances alone; then
            `drop_capabilities=()` belongs to it, for it has them all. By default not.
        docker_labels: Labels of the container. By default none.
        pseudo_terminal: Whether it has a terminal. By default it has none.
        version_consistency: Whether all tasks of a deployment run the image that its tag named at the start.
            By default they do.
        hostname: Its host name, in bridge and host mode alone. By default its id.
        dns_servers: Addresses of name servers, in bridge and host mode alone. By default the instance's.
        dns_search_domains: Domains that short names are looked up in, in bridge and host mode alone.
        extra_hosts: Lines of its /etc/hosts by host name, in bridge and host mode alone. By default none.
        firelens: Makes it the task's log router. By default it is none; a log driver sets this.
    """

    name: str
    image: Image
    repository: ecr.IRepository | None = None
    port: int | None = None
    protocol: PortProtocol = PortProtocol.HTTP
    host_port: int | None = None
    essential: bool = True
    depends_on: Sequence[DependsOn] = ()
    command: Sequence[str] | None = None
    entry_point: Sequence[str] | None = None
    working_directory: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    environment_files: Sequence[EnvironmentFile] = ()
    secrets: Mapping[str, Secret] = field(default_factory=dict[str, Secret])
    health_check: HealthCheck | None = None
    restart_policy: RestartPolicy | None = None
    read_only_root: bool = True
    writable_mounts: Sequence[str] = ()
    tmpfs: Sequence[Tmpfs] = ()
    mounts: Sequence[Mount] = ()
    user: str = "10001"
    allow_root: bool = False
    drop_capabilities: Sequence[ecs.Capability] = (ecs.Capability.ALL,)
    add_capabilities: Sequence[ecs.Capability] = ()
    ulimits: Sequence[ecs.Ulimit] = ()
    system_controls: Mapping[str, str] = field(default_factory=dict[str, str])
    stop_timeout_seconds: int = 30
    start_timeout_seconds: int | None = None
    init_process: bool = True
    cpu: int | None = None
    memory_mib: int | None = None
    memory_reservation_mib: int | None = None
    gpus: int | None = None
    privileged: bool = False
    docker_labels: Mapping[str, str] = field(default_factory=dict[str, str])
    pseudo_terminal: bool = False
    version_consistency: bool = True
    hostname: str | None = None
    dns_servers: Sequence[str] = ()
    dns_search_domains: Sequence[str] = ()
    extra_hosts: Mapping[str, str] = field(default_factory=dict[str, str])
    firelens: ecs.FirelensConfig | None = None
