"""What every task definition of the library is, whatever its tasks run on."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict, cast

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from constructs import Construct

from ecs_platform.acknowledge import acknowledge
from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.network.interface import INetwork
from ecs_platform.network.reach import EVERY_TASK, AwsService
from ecs_platform.task.architecture import Architecture, architecture_mistakes
from ecs_platform.task.checks.mounts import writable_volume
from ecs_platform.task.checks.task import task_mistakes
from ecs_platform.task.checks.words import Words
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.container import Container
from ecs_platform.task.interface import ILogDriver, IVolume
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.make_containers import make_containers
from ecs_platform.task.network_mode import NetworkMode, check_mode
from ecs_platform.task.secrets import Secret, SecretsManagerSecret
from ecs_platform.task.task_roles import TaskRoles


class Shared(TypedDict):
    """What CDK's task definitions of all compatibilities take by the same names."""

    family: str
    execution_role: iam.IRole
    task_role: iam.IRole
    volumes: list[ecs.Volume]


class Task(Construct):
    """A task definition with its roles, its log group and its containers: the base of the library's own.

    A subclass is thin: it takes the arguments of its compatibility, makes a Container of those that speak of
    the application, and hands both on with `define`, which makes CDK's task definition. Everything else
    happens here, in this order: what the log driver brings beside the others, all checks at once, log group,
    roles, volumes, definition, containers, grants, reach.

    A service or a job calls `connect` once, with the connections of its security group.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        family: The name that all revisions share.
        application: The application's container.
        sidecars: The containers beside it.
        front: The name of the container that requests go to. None for the application's.
        logs: The task's own log group.
        log_driver: Where the application writes instead. None for the log group.
        volumes: What containers mount by name.
        network: Where the task runs.
        network_mode: How its containers are connected.
        compatibility: What it is made for.
        architecture: The processor it runs on.
        cpu: Its CPU units, None without a limit.
        memory_mib: Its memory in MiB, None without a limit.
        repository: Where images of containers come from that name no repository.
        retired_secrets: What no container gets any more, and older revisions still do.
        retired_repositories: Where no image comes from any more, and those of older revisions still do.
        mistakes: What the subclass found wrong with arguments of its own.
        define: Makes CDK's task definition in the task, with the id "Definition".

    Attributes:
        family: As given.
        container_name: The name of the application's container: a release changes its image.
        port: The port that requests go to: of the front container, or None.
        front_name: The name of the container that requests go to; a load balancer asks for it by this.
        logs: As given.
        log_group: The task's own log group.
        roles: The execution role and the task role.
        network: As given.
        network_mode: As given.
        compatibility: As given.
        architecture: As given.
        definition: CDK's task definition.
        container: The application's container.
        containers: All containers by name.
        given: The same as they were given, the log driver's included.
        read_only_root: Whether the application's root file system is read-only.
        init_process: Whether the application runs under an init process.

    Raises:
        ConfigurationError: All that is wrong with the task and its containers.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        family: str,
        application: Container,
        sidecars: Sequence[Container],
        front: str | None,
        logs: AwsLogs,
        log_driver: ILogDriver | None,
        volumes: Sequence[IVolume],
        network: INetwork,
        network_mode: NetworkMode,
        compatibility: Compatibility,
        architecture: Architecture,
        cpu: int | None,
        memory_mib: int | None,
        repository: ecr.IRepository | None,
        retired_secrets: Sequence[Secret],
        retired_repositories: Sequence[ecr.IRepository],
        mistakes: Sequence[Mistake],
        define: Callable[["Task", Shared], ecs.TaskDefinition],
    ) -> None:
        super().__init__(scope, id_)
        owner = type(self).__name__
        check_mode(network_mode, owner=owner)
        self.family = family
        self.container_name = application.name
        self.front_name = front or application.name
        self.logs = logs
        self.network = network
        self.network_mode = network_mode
        self.compatibility = compatibility
        refuse(architecture_mistakes(architecture, where=f"{owner}(architecture=...)"))
        self.architecture = Architecture(architecture)
        self.read_only_root = application.read_only_root
        self.init_process = application.init_process
        self._log_driver, self._volumes = log_driver, volumes

        others = [*sidecars, *(log_driver.containers(self) if log_driver else ())]
        words = [
            Words(container=application, owner=owner, alone=not others),
            *(Words(container=each, owner=None, alone=False) for each in others),
        ]
        refuse(
            [
                *task_mistakes(
                    words,
                    owner=owner,
                    family=family,
                    front=front,
                    has_repository=repository is not None,
                    retired_secrets=retired_secrets,
                    network_mode=network_mode,
                    compatibility=compatibility,
                    cpu=cpu,
                    memory_mib=memory_mib,
                    volumes=[volume.name for volume in volumes],
                ),
                *mistakes,
            ]
        )
        self.port = next(each.port for each in (application, *others) if each.name == self.front_name)

        given = [application, *others]
        self.given: Mapping[str, Container] = {each.name: each for each in given}
        repositories = [
            *([repository] if repository else ()),
            *(each.repository for each in given if each.repository),
            *retired_repositories,
        ]
        # What older revisions fetch, too: the update comes before the release.
        secrets = [
            *(secret for each in given for secret in each.secrets.values()),
            *(log_driver.secrets if log_driver else ()),
            *retired_secrets,
        ]
        files = [file for each in given for file in each.environment_files]
        self.log_group = logs.log_group(self, "Logs")
        self.roles = TaskRoles(
            self,
            "Roles",
            repositories=repositories,
            log_group=self.log_group,
            secrets=secrets,
            environment_files=files,
        )
        self.definition = define(
            self,
            {
                "family": family,
                # CDK would grant the same again, and more: every action on a parameter where ECS needs one. A
                # later grant to roles.execution_role itself still takes effect.
                "execution_role": self.roles.execution_role.without_policy_updates(),
                "task_role": cast("iam.IRole", self.roles.task_role),
                "volumes": [
                    *(
                        ecs.Volume(name=writable_volume(each, path))
                        for each in words
                        for path in each.container.writable_mounts
                    ),
                    *(volume.bind(self) for volume in volumes),
                ],
            },
        )
        # An update registers a new revision and would deregister the old one, which is still live, or what a
        # rollback starts. What a failed first deployment made still goes.
        self.definition.apply_removal_policy(cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        self.containers: Mapping[str, ecs.ContainerDefinition] = make_containers(
            self, words, repository=repository, log_driver=log_driver
        )
        self.container = self.containers[application.name]
        if front is not None or not application.essential:
            # CDK attaches load balancers to the first essential container.
            self.definition.default_container = self.containers[self.front_name]
        if any(each.environment for each in given):
            acknowledge(
                self.definition,
                {
                    "AwsSolutions-ECS2": (
                        "These variables are plain settings. What must not be read is given as `secrets`, "
                        "which ECS fetches when the container starts."
                    )
                },
            )
        for volume in volumes:
            volume.grant(self)
        network.reach(
            *(EVERY_TASK if repositories else (AwsService.LOGS,)),
            *((AwsService.S3,) if files else ()),
            *(_service_of(secret) for secret in secrets),
        )

    def connect(self, connections: ec2.Connections) -> None:
        """Open what the task's volumes and its log driver need from where its tasks run.

        Args:
            connections: Those of the service's or job's security group.
        """
        for volume in self._volumes:
            volume.connect(connections)
        if self._log_driver is not None:
            self._log_driver.connect(connections)


def _service_of(secret: Secret) -> AwsService:
    # Never KMS: both services decrypt on their side.
    return AwsService.SECRETS_MANAGER if isinstance(secret, SecretsManagerSecret) else AwsService.SSM
