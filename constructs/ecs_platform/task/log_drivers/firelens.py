"""A log router beside the application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs

from ecs_platform import once
from ecs_platform.mistakes import refuse
from ecs_platform.network.aws_repositories import AwsRepository
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import Image, RegistryImage
from ecs_platform.task.container import Container
from ecs_platform.task.health_check import HealthCheck
from ecs_platform.task.log_drivers.cloudwatch_output import CloudWatchOutput
from ecs_platform.task.log_drivers.firehose_output import FirehoseOutput
from ecs_platform.task.log_drivers.firelens_checks import mistakes_of
from ecs_platform.task.log_drivers.grant import grant
from ecs_platform.task.log_drivers.plugin_output import PluginOutput
from ecs_platform.task.log_drivers.s3_output import S3Output
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.secrets import Secret

if TYPE_CHECKING:
    from ecs_platform.task.task import Task

# A release, and not "stable" or "latest", as AWS advises: a task that starts tonight runs what was tested.
# https://github.com/aws/aws-for-fluent-bit#guidance-on-consuming-versions
_RELEASE = "3.4.14"

Output = CloudWatchOutput | FirehoseOutput | S3Output | PluginOutput
"""Where a log router sends what the application writes."""


@dataclass(frozen=True, kw_only=True)
class FireLens:
    """Output goes to Fluent Bit, in a container of its own, and from there to one or several places.

    The router is essential: an application without its logs stops. It runs as a user that is not root,
    without capabilities, on a read-only root file system, and writes to the task's own log group itself, so
    that what it cannot deliver can be read there. It listens on port 24224, which no security group opens.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html

    Args:
        output: Where output goes. None leaves that to the configuration file.
        config_file: The path of a configuration file in the router's image, which Fluent Bit includes before
            the output; parsers, filters and further outputs stand there. What those need of the task's role
            and of the network, the caller grants and asks for. By default none. AWS's image brings
            `/fluent-bit/configs/parse-json.conf`, for one.
        image: What the router runs. By default AWS's own image in the region's ECR, which isolated tasks can
            pull.
        repository: Where a RegistryImage or SourceImage of the router's lies.
        container_name: The router's name. By default "log-router".
        cpu: CPU units of the task that are the router's own. By default it shares what is left.
        memory_reservation_mib: MiB of the task's memory that are kept for it. By default 50, as AWS has it.
        buffer_lines: How many lines wait for the router before lines are dropped. By default 1048576; times
            the length of a line, that can be more memory than the task has.
        ecs_metadata: Whether each line says its cluster, task and task definition. By default it does.
        user: The uid the router runs as, or "uid:gid". By default "10001", and root for an output that
            buffers on disk.
        health_check: A command that ECS runs in the router; a router that fails it stops the task. By default
            none, as AWS advises for a start:
            https://github.com/aws-samples/amazon-ecs-firelens-examples/tree/mainline/examples/fluent-bit/health-check

    Raises:
        ConfigurationError: Neither output nor configuration file, a path that cannot hold one, an image
            without its repository or a repository without its image, a user by name, or a number out of its
            range; all of them at once. In a task: a region for which the place of AWS's image is not known,
            a task without a network, or an output that cannot be reached.
    """

    output: Output | None = None
    config_file: str | None = None
    image: Image | None = None
    repository: ecr.IRepository | None = None
    container_name: str = "log-router"
    cpu: int | None = None
    memory_reservation_mib: int = 50
    buffer_lines: int | None = None
    ecs_metadata: bool = True
    user: str | None = None
    health_check: HealthCheck | None = None

    def __post_init__(self) -> None:
        refuse(
            mistakes_of(
                has_output=self.output is not None,
                config_file=self.config_file,
                image=self.image,
                has_repository=self.repository is not None,
                user=self.user,
                on_disk=self._on_disk,
                buffer_lines=self.buffer_lines,
            )
        )

    @property
    def _on_disk(self) -> bool:
        return self.output is not None and self.output.buffers_on_disk

    @property
    def _secret_options(self) -> Mapping[str, Secret]:
        return self.output.secret_options if self.output else {}

    @property
    def secrets(self) -> Sequence[Secret]:
        """What ECS fetches for the output."""
        return list(self._secret_options.values())

    def containers(self, task: Task) -> Sequence[Container]:
        """The router's container.

        Raises:
            ConfigurationError: The task has no network, or AWS's image has no known place in its region.
        """
        if task.network_mode is NetworkMode.NONE:
            raise ConfigurationError(
                f"The task {task.family} has no network, so its log router reaches nothing.",
                allowed="another network mode, or no log driver: ECS itself writes to the task's log group.",
                where="the `network_mode` or the `log_driver` of the task.",
            )
        image, repository = self.image, self.repository
        if image is None:
            task.network.reach(AwsRepository.FLUENT_BIT)
            image = RegistryImage(tag=_RELEASE)
            repository = AwsRepository.FLUENT_BIT.repository(task, "FluentBit")
        # ECS hands the router's directory to a user that is given by number.
        # https://github.com/aws/amazon-ecs-agent/pull/4596
        user = self.user or ("0" if self._on_disk else "10001")
        return [
            Container(
                name=self.container_name,
                image=image,
                repository=repository,
                cpu=self.cpu,
                memory_reservation_mib=self.memory_reservation_mib,
                user=user,
                allow_root=user.partition(":")[0] == "0",
                writable_mounts=["/tmp"] if self._on_disk else [],  # noqa: S108 - the container's own
                health_check=self.health_check,
                # Time to send what it holds: it stops after the containers that write to it.
                # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html
                stop_timeout_seconds=60,
                firelens=ecs.FirelensConfig(
                    type=ecs.FirelensLogRouterType.FLUENTBIT,
                    options=ecs.FirelensOptions(
                        enable_ecs_log_metadata=self.ecs_metadata,
                        # Fargate reads no configuration from S3.
                        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html
                        config_file_type=ecs.FirelensConfigFileType.FILE if self.config_file else None,
                        config_file_value=self.config_file,
                    ),
                ),
            )
        ]

    def bind(self, task: Task) -> ecs.LogDriver:
        """The driver of the application's container; grants the router what it does."""
        options: dict[str, str] = {}
        if self.output is not None:
            options |= self.output.options(task)
            grant(task, self.output.permissions(task))
            task.network.reach(*self.output.services())
        if self.buffer_lines is not None:
            options["log-driver-buffer-limit"] = str(self.buffer_lines)
        secrets = {
            name: secret.bind(task, f"LogSecret{name}") for name, secret in self._secret_options.items()
        }
        return ecs.LogDrivers.firelens(options=options or None, secret_options=secrets or None)

    def connect(self, connections: ec2.Connections) -> None:
        """Open the output's port, where that is not HTTPS, which every task may use."""
        if self.output is not None and self.output.port != 443:
            connections.allow_to_any_ipv4(once.tcp(self.output.port), "log router to its output")
