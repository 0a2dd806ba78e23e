"""The task definition of a service on machines outside AWS."""

from collections.abc import Sequence
from typing import Unpack

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform.capacity.placement import PlacementConstraint
from ecs_platform.mistakes import Mistake
from ecs_platform.registry.images import Image
from ecs_platform.task.architecture import Architecture
from ecs_platform.task.checks.host_ports import host_port_of, reserved_mistakes
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.container import Container
from ecs_platform.task.interface import ILogDriver, IVolume
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.machines.external_network import ExternalNetwork
from ecs_platform.task.machines.machine_task import MachineContainerOptions, Sharing, constraint_mistakes
from ecs_platform.task.machines.task_size import TaskSize
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.secrets import Secret
from ecs_platform.task.task import Task
from ecs_platform.task.volumes import EfsVolume


class ExternalTaskDefinition(Task):
    """A task definition for ECS Anywhere: machines of your own, registered with a cluster.

    It has the roles, the secrets and the log group of every task here; the agent of the machine takes the
    execution role to pull, to fetch and to write. What it reaches, the network around the machine decides.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        family: The name that all revisions share.
        image: What the application's container runs.
        logs: Where its output goes, in CloudWatch.
        size: What all containers may use together. By default there is no limit, and each container has its
            own: `memory_mib` to be killed above, or `memory_reservation_mib` to be sure of.
        network_mode: BRIDGE by default, HOST or NONE; AWSVPC is refused.
        repository: The repository that the image comes from. By default none, for a PublicImage.
        port: The port that the application's container listens on. By default none. In bridge mode the
            machine maps a port of Docker's choice to it, or `host_port`.
        architecture: The processor of the machines, which a SourceImage is built for. By default X86_64, as
            most machines outside AWS are.
        container_name: The name of the application's container, fixed once a service exists. By default
            "app".
        sidecars: Containers beside it. By default none.
        front: The name of the sidecar that callers call. By default the application's container.
        volumes: What containers mount by name: SharedVolume, HostVolume or DockerVolume. By default nothing.
        log_driver: Where the application's container writes instead of the log group. By default there.
        placement_constraints: What a machine must be to run such a task, `MemberOf(...)` alone. By default
            nothing.
        processes: Whose processes containers see. By default each its own.
        shared_memory: Whose shared memory they see. By default as Docker on the machine has it.
        retired_secrets: As for a TaskDefinition. By default nothing.
        retired_repositories: As for a TaskDefinition. By default none.
        options: The other fields of the application's container: see `MachineContainerOptions`, and
            `Container` for what each means.

    Attributes:
        host_port: The port of the machine that callers call. None where ECS picks one in bridge mode, and in
            the other modes.
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
        size: TaskSize | None = None,
        network_mode: NetworkMode = NetworkMode.BRIDGE,
        repository: ecr.IRepository | None = None,
        port: int | None = None,
        architecture: Architecture = Architecture.X86_64,
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
            network=ExternalNetwork(),
            network_mode=network_mode,
            compatibility=Compatibility.EXTERNAL,
            architecture=architecture,
            cpu=size.cpu if size else None,
            memory_mib=size.memory_mib if size else None,
            repository=repository,
            retired_secrets=retired_secrets,
            retired_repositories=retired_repositories,
            mistakes=[
                *_mode_mistakes(network_mode),
                *_volume_mistakes(volumes),
                *reserved_mistakes(containers, network_mode),
                *constraint_mistakes(placement_constraints, kind="ExternalTaskDefinition"),
            ],
            # The general class, because CDK's own ExternalTaskDefinition has neither a size nor constraints.
            define=lambda task, shared: ecs.TaskDefinition(
                task,
                "Definition",
                compatibility=ecs.Compatibility.EXTERNAL,
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


def _mode_mistakes(mode: NetworkMode) -> list[Mistake]:
    if mode is not NetworkMode.AWSVPC:
        return []
    return [
        Mistake(
            problem="External instances stand in no VPC, so a task there gets no interface of one.",
            allowed="network mode bridge, host or none.",
            where="ExternalTaskDefinition(network_mode=...)",
        )
    ]


def _volume_mistakes(volumes: Sequence[IVolume]) -> list[Mistake]:
    return [
        Mistake(
            problem=f"The volume {volume.name} is on Amazon EFS, which external instances do not mount.",
            allowed="HostVolume(...), DockerVolume(...) or SharedVolume(...).",
            where="ExternalTaskDefinition(volumes=...)",
        )
        for volume in volumes
        if isinstance(volume, EfsVolume)
    ]
