"""The task definition of a service or a job on EC2 instances."""

from collections.abc import Sequence
from typing import Unpack

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform.capacity.placement import PlacementConstraint
from ecs_platform.network.interface import INetwork
from ecs_platform.registry.images import Image
from ecs_platform.task.architecture import Architecture
from ecs_platform.task.checks.host_ports import host_port_of, reserved_mistakes
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.container import Container
from ecs_platform.task.interface import ILogDriver, IVolume
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.machines.machine_task import MachineContainerOptions, Sharing, constraint_mistakes
from ecs_platform.task.machines.task_size import TaskSize
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.secrets import Secret
from ecs_platform.task.task import Task


class Ec2TaskDefinition(Task):
    """A task definition for EC2 instances: the application's container, and sidecars.

    Containers are as closed as on Fargate: not root, without capabilities, on a read-only root file system,
    and privileged only by that name. What instances have besides is open: network modes, host ports, GPUs,
    directories of the instance, name servers. Each container has a share of memory, or the task a size. Links
    between containers are not offered: docs/network-modes.md.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        family: The name that all revisions share.
        image: What the application's container runs.
        logs: Where its output goes.
        network: Where the instances are.
        size: What all containers may use together. By default there is no limit, and each container has its
            own: `memory_mib` to be killed above, or `memory_reservation_mib` to be sure of.
        network_mode: How containers are connected. By default AWSVPC: the task has an interface of its own.
        repository: The repository that the image comes from. By default none, for a PublicImage.
        port: The port that the application's container listens on. By default none. In bridge mode its
            instance maps a port of Docker's choice to it, or `host_port`.
        architecture: The processor it runs on, which its capacity must have. By default ARM64.
        container_name: The name of the application's container, fixed once a service exists. By default
            "app".
        sidecars: Containers beside it. By default none.
        front: The name of the sidecar that requests go to. By default the application's container.
        volumes: What containers mount by name: SharedVolume, EfsVolume, HostVolume or DockerVolume. By
            default nothing.
        log_driver: Where the application's container writes instead of the log group. By default there.
        placement_constraints: What an instance must be to run such a task, `MemberOf(...)` alone. By default
            nothing.
        processes: Whose processes containers see. By default each its own.
        shared_memory: Whose shared memory they see. By default as Docker on the instance has it.
        retired_secrets: As for a TaskDefinition. By default nothing.
        retired_repositories: As for a TaskDefinition. By default none.
        options: The other fields of the application's container: see `MachineContainerOptions`, and
            `Container` for what each means.

    Attributes:
        host_port: The port of the instance that requests go to. None where ECS picks one in bridge mode, and
            in the other modes.
        gpus: How many GPUs a task has.
        privileged: Whether a container is privileged.
        placement_constraints: As given.

    Raises:
        ConfigurationError: All that ECS would refuse; see docs/network-modes.md.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        family: str,
        image: Image,
        logs: AwsLogs,
        network: INetwork,
        size: TaskSize | None = None,
        network_mode: NetworkMode = NetworkMode.AWSVPC,
        repository: ecr.IRepository | None = None,
        port: int | None = None,
        architecture: Architecture = Architecture.ARM64,
        container_name: str = "app",
        sidecars: Sequence[Container] = (),
        front: str | None = None,
        volumes: Sequence[IVolume] = (),
        log_driver: ILogDriver | None = None,
        placement_constraints: Sequence[PlacementConstraint] = (),
        processes: Sharing | None = None,
        shared_memory: Sharing | None = None,
        retired_secrets: Sequence[Secret] = (),
        retired_repositories: Sequence[ecr.IRepository] = (),
        **options: Unpack[MachineContainerOptions],
    ) -> None:
        application = Container(name=container_name, image=image, port=port, **options)
        containers = [application, *sidecars]
        super().__init__(
            scope,
            id_,
            family=family,
            application=application,
            sidecars=sidecars,
            front=front,
            logs=logs,
            log_driver=log_driver,
            volumes=volumes,
            network=network,
            network_mode=network_mode,
            compatibility=Compatibility.EC2,
            architecture=architecture,
            cpu=size.cpu if size else None,
            memory_mib=size.memory_mib if size else None,
            repository=repository,
            retired_secrets=retired_secrets,
            retired_repositories=retired_repositories,
            mistakes=[
                *reserved_mistakes(containers, network_mode),
                *constraint_mistakes(placement_constraints, kind="Ec2TaskDefinition"),
            ],
            # The general class, because CDK's own Ec2TaskDefinition has no size.
            define=lambda task, shared: ecs.TaskDefinition(
                task,
                "Definition",
                compatibility=ecs.Compatibility.EC2,
                network_mode=network_mode.bind(),
                cpu=str(size.cpu) if size and size.cpu else None,
                memory_mib=str(size.memory_mib) if size and size.memory_mib else None,
                placement_constraints=[each.bind() for each in placement_constraints],
                pid_mode=ecs.PidMode[processes.name] if processes else None,
                ipc_mode=ecs.IpcMode[shared_memory.name] if shared_memory else None,
                **shared,
            ),
        )
        self.placement_constraints = placement_constraints
        self.host_port = host_port_of(containers, self.front_name)
        self.gpus = sum(each.gpus or 0 for each in containers)
        self.privileged = any(each.privileged for each in containers)
