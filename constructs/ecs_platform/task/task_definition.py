"""The task definition of a service or a job: one container on Fargate, closed by default."""

from collections.abc import Mapping, Sequence
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from ecs_platform import once
from ecs_platform.acknowledge import acknowledge
from ecs_platform.network.interface import INetwork
from ecs_platform.network.reach import EVERY_TASK, AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import Image, PublicImage
from ecs_platform.task.architecture import Architecture
from ecs_platform.task.container_checks import (
    check_name,
    check_no_name_twice,
    check_range,
    check_retired,
    check_ulimits,
    check_user,
)
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.health_check import HealthCheck
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.mounts import Tmpfs, check_mounts, volume_name
from ecs_platform.task.secrets import Secret, SecretsManagerSecret
from ecs_platform.task.task_roles import TaskRoles


class TaskDefinition(Construct):
    """A Fargate task definition with its roles and log group.

    The container runs as a user that is not root, without Linux capabilities, on a read-only root file
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

    Raises:
        ConfigurationError: A value that ECS would refuse, root where it was not allowed, an image that needs
            a repository where there is none or the internet where there is no way to it, or a retired secret
            that the container still gets.
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
    ) -> None:
        super().__init__(scope, id_)
        environment, secrets = dict(environment or {}), dict(secrets or {})
        check_name("family", family)
        check_name("container_name", container_name)
        if port is not None:
            check_range("port", port, 1, 65535)
        check_range("stop_timeout_seconds", stop_timeout_seconds, 2, 120)
        if ephemeral_storage_gib is not None:
            check_range("ephemeral_storage_gib", ephemeral_storage_gib, 21, 200)
        check_user(user, allow_root=allow_root)
        check_no_name_twice(environment, secrets)
        check_retired(secrets, retired_secrets)
        check_ulimits(ulimits)
        check_mounts(writable_mounts, tmpfs, memory_mib=size.memory_mib)

        # What older revisions fetch, too: the update comes before the release.
        fetched = [*secrets.values(), *retired_secrets]

        self.family = family
        self.port = port
        self.container_name = container_name
        self.logs = logs
        self.log_group = logs.log_group(self, "Logs")
        self.roles = TaskRoles(
            self,
            "Roles",
            repository=repository,
            log_group=self.log_group,
            secrets=fetched,
        )
        self.definition = ecs.FargateTaskDefinition(
            self,
            "Definition",
            family=family,
            cpu=size.cpu,
            memory_limit_mib=size.memory_mib,
            runtime_platform=once.linux(architecture),
            # CDK would grant the same again, and more: every action on a parameter where ECS needs one. A
            # later grant to roles.execution_role itself still takes effect.
            execution_role=self.roles.execution_role.without_policy_updates(),
            task_role=cast("iam.IRole", self.roles.task_role),
            ephemeral_storage_gib=ephemeral_storage_gib,
            volumes=[ecs.Volume(name=volume_name(path)) for path in writable_mounts],
        )
        # An update registers a new revision and would deregister the old one, which is still live, or what a
        # rollback starts. What a failed first deployment made still goes.
        self.definition.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)

        linux = ecs.LinuxParameters(self, "Linux", init_process_enabled=init_process)
        if drop_capabilities:
            linux.drop_capabilities(*drop_capabilities)
        if tmpfs:
            linux.add_tmpfs(*(ecs.Tmpfs(container_path=m.path, size=m.size_mib) for m in tmpfs))
        self.container = self.definition.add_container(
            container_name,
            image=self._bind(image, repository, architecture, network),
            logging=logs.driver(self.log_group, family=family),
            port_mappings=(
                None
                if port is None
                else [ecs.PortMapping(container_port=port, name=container_name, app_protocol=once.http())]
            ),
            command=None if command is None else list(command),
            entry_point=None if entry_point is None else list(entry_point),
            environment=environment,
            secrets={name: secret.bind(self, f"Secret{name}") for name, secret in secrets.items()},
            health_check=None if health_check is None else health_check.bind(),
            readonly_root_filesystem=read_only_root,
            user=user,
            ulimits=list(ulimits),
            stop_timeout=once.seconds(stop_timeout_seconds),
            linux_parameters=linux,
        )
        if writable_mounts:
            self.container.add_mount_points(
                *(
                    ecs.MountPoint(container_path=path, read_only=False, source_volume=volume_name(path))
                    for path in writable_mounts
                )
            )
        if environment:
            acknowledge(
                self.definition,
                {
                    "AwsSolutions-ECS2": (
                        "These variables are plain settings. What must not be read is given as `secrets`, "
                        "which ECS fetches when the container starts."
                    )
                },
            )

        needed = EVERY_TASK if repository else (AwsService.LOGS,)
        network.reach(*needed, *(_service_of(secret) for secret in fetched))

    def _bind(
        self, image: Image, repository: ecr.IRepository | None, architecture: Architecture, network: INetwork
    ) -> ecs.ContainerImage:
        if isinstance(image, PublicImage):
            return image.bind(network)
        if repository is None:
            raise ConfigurationError(
                f"A {type(image).__name__} is given, and no repository.",
                allowed="the repository that the image comes from; a PublicImage alone needs none.",
                where="TaskDefinition(repository=...)",
            )
        return image.bind(self, repository, architecture)


def _service_of(secret: Secret) -> AwsService:
    # Never KMS: both services decrypt on their side.
    return AwsService.SECRETS_MANAGER if isinstance(secret, SecretsManagerSecret) else AwsService.SSM
