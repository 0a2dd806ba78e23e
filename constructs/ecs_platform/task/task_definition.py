"""The task definition of a service or a job on Fargate, closed by default."""

from collections.abc import Mapping, Sequence
from typing import Unpack

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform import once
from ecs_platform.mistakes import Mistake
from ecs_platform.network.interface import INetwork
from ecs_platform.registry.images import Image
from ecs_platform.task.architecture import Architecture
from ecs_platform.task.checks.container import range_mistakes
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.container import Container, DependsOn
from ecs_platform.task.container_options import ContainerOptions
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.health_check import HealthCheck
from ecs_platform.task.interface import ILogDriver, IVolume
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.mounts import Mount, Tmpfs
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.secrets import Secret
from ecs_platform.task.task import Task


class TaskDefinition(Task):
    """A Fargate task definition with its roles and log group: the application's container, and sidecars.

    The arguments describe the application's container; sidecars stand beside it and share its localhost. The
    container runs as a user that is not root, without Linux capabilities, on a read-only root file
    system. Revisions that an update replaces stay active, because a rollback goes back to them. What the task
    calls to start, the registry, its layers, its log and its secrets, is asked of the network.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        family: The name that all revisions share.
        size: CPU and memory of the task.
        image: What the container runs; built while deploying, already in the repository, or of a public
            registry, which takes a network with a way to the internet.
        logs: Where the container's output goes.
        network: Where the task runs.
        network_mode: AWSVPC, the one that Fargate has. The others are refused, with the reason.
        repository: The repository that the image comes from, and that tasks may pull from. By default none,
            which suits a PublicImage alone. A service that has run from a repository keeps it beside a
            PublicImage: the revision that is live until the release, and the one that a rollback goes back
            to, pull from there.
        port: The TCP port the container listens on; it speaks HTTP there, and a service needs one. By default
            none: a job listens nowhere.
        architecture: The processor it runs on. By default ARM64.
        container_name: The container's name, fixed once a service exists. By default "app".
        command: Arguments in place of the image's. By default the image's.
        entry_point: An entry point in place of the image's. By default the image's.
        environment: Environment variables, readable to whoever may describe the task definition. By default
            none.
        secrets: Environment variables whose values ECS fetches when the container starts. By default none.
        retired_secrets: What the container does not get any more, and older revisions still do: tasks may
            fetch it, and the network reaches it, until no revision that may start again names it. By default
            nothing. The grant of a secret would otherwise go with its last use, in the update before the
            release that stops using it, and a task of the live revision that is replaced meanwhile would not
            start.
        health_check: A command that ECS runs in the container. By default none: the load balancer asks.
        read_only_root: Whether the root file system is read-only, as it is by default. ECS Exec cannot work
            with it: https://github.com/aws/containers-roadmap/issues/1359
        writable_mounts: Paths on the task's ephemeral storage, which come up empty and owned by root with
            permissions 0755. For any other user the Dockerfile makes the directory, gives it to that user,
            and names exactly this path in a VOLUME instruction:
            https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
        tmpfs: Directories in the task's memory. By default none.
        user: The user, or "user:group", by name or number. By default "10001".
        allow_root: Whether that may be root. By default it is refused.
        drop_capabilities: Linux capabilities the container does without. By default all; ECS Exec works with
            Docker's usual ones, and which of them it needs is not documented:
            https://github.com/aws/containers-roadmap/issues/1360
        ulimits: Resource limits. By default those of Fargate.
        stop_timeout_seconds: Seconds between SIGTERM and SIGKILL, 2 to 120. By default 30.
        init_process: Whether an init process passes signals on and reaps children. By default it does.
        ephemeral_storage_gib: Storage of the task in GiB, 21 to 200. By default the 20 GiB that cost nothing.
        sidecars: Containers beside the application's. By default none.
        front: The name of the sidecar that requests go to, such as an nginx before the application. By
            default the application's container.
        depends_on: What the application's container waits for before it starts. By default nothing.
        mounts: Where volumes of the task appear in the application's container. By default none do.
        volumes: What containers mount by name. By default nothing.
        log_driver: Where the application's container writes instead of the log group, which sidecars and
            log routers write to always. By default the log group.
        retired_repositories: As retired_secrets, for the repository of a sidecar that is gone. By default
            none.
        share_processes: Whether containers see each other's processes, as a debugger or a security agent
            wants. By default they do not.
        fault_injection: Whether AWS Fault Injection Service may disturb tasks through their metadata
            endpoint. By default it may not.
        options: The seldom needed options of the application's container: see `ContainerOptions`, and
            `Container` for what each means.

    Raises:
        ConfigurationError: All that ECS would refuse, root where it was not allowed, an image that needs a
            repository where there is none or the internet where there is no way to it, or a retired secret
            that a container still gets.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        family: str,
        size: FargateSize,
        image: Image,
        logs: AwsLogs,
        network: INetwork,
        network_mode: NetworkMode = NetworkMode.AWSVPC,
        repository: ecr.IRepository | None = None,
        port: int | None = None,
        architecture: Architecture = Architecture.ARM64,
        container_name: str = "app",
        command: Sequence[str] | None = None,
        entry_point: Sequence[str] | None = None,
        environment: Mapping[str, str] | None = None,
        secrets: Mapping[str, Secret] | None = None,
        retired_secrets: Sequence[Secret] = (),
        health_check: HealthCheck | None = None,
        read_only_root: bool = True,
        writable_mounts: Sequence[str] = (),
        tmpfs: Sequence[Tmpfs] = (),
        user: str = "10001",
        allow_root: bool = False,
        drop_capabilities: Sequence[ecs.Capability] = (ecs.Capability.ALL,),
        ulimits: Sequence[ecs.Ulimit] = (),
        stop_timeout_seconds: int = 30,
        init_process: bool = True,
        ephemeral_storage_gib: int | None = None,
        sidecars: Sequence[Container] = (),
        front: str | None = None,
        depends_on: Sequence[DependsOn] = (),
        mounts: Sequence[Mount] = (),
        volumes: Sequence[IVolume] = (),
        log_driver: ILogDriver | None = None,
        retired_repositories: Sequence[ecr.IRepository] = (),
        share_processes: bool = False,
        fault_injection: bool = False,
        **options: Unpack[ContainerOptions],
    ) -> None:
        super().__init__(
            scope,
            id_,
            family=family,
            application=Container(
                name=container_name,
                image=image,
                port=port,
                command=command,
                entry_point=entry_point,
                environment=environment or {},
                secrets=secrets or {},
                health_check=health_check,
                read_only_root=read_only_root,
                writable_mounts=writable_mounts,
                tmpfs=tmpfs,
                mounts=mounts,
                user=user,
                allow_root=allow_root,
                drop_capabilities=drop_capabilities,
                ulimits=ulimits,
                stop_timeout_seconds=stop_timeout_seconds,
                init_process=init_process,
                depends_on=depends_on,
                **options,
            ),
            sidecars=sidecars,
            front=front,
            logs=logs,
            log_driver=log_driver,
            volumes=volumes,
            network=network,
            network_mode=network_mode,
            compatibility=Compatibility.FARGATE,
            architecture=architecture,
            cpu=size.cpu,
            memory_mib=size.memory_mib,
            repository=repository,
            retired_secrets=retired_secrets,
            retired_repositories=retired_repositories,
            mistakes=[
                *_mode_mistakes(network_mode),
                *range_mistakes(
                    "ephemeral_storage_gib",
                    ephemeral_storage_gib,
                    21,
                    200,
                    "TaskDefinition(ephemeral_storage_gib=...)",
                ),
            ],
            define=lambda task, shared: ecs.FargateTaskDefinition(
                task,
                "Definition",
                cpu=size.cpu,
                memory_limit_mib=size.memory_mib,
                runtime_platform=once.linux(architecture),
                ephemeral_storage_gib=ephemeral_storage_gib,
                pid_mode=ecs.PidMode.TASK if share_processes else None,
                enable_fault_injection=fault_injection or None,
                **shared,
            ),
        )


def _mode_mistakes(mode: NetworkMode) -> list[Mistake]:
    if mode is NetworkMode.AWSVPC:
        return []
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#network_mode
    return [
        Mistake(
            problem=f"Fargate has no network mode {mode}: each task there has an interface of its own.",
            allowed="NetworkMode.AWSVPC; an Ec2TaskDefinition for the other modes.",
            where="TaskDefinition(network_mode=...)",
        )
    ]
