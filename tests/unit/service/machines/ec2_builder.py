"""Services on instances and on machines outside AWS, with everything they stand on."""

from typing import Any

import aws_cdk as cdk
from aws_cdk.assertions import Template

from ecs_platform.capacity.agent import AgentConfig
from ecs_platform.capacity.ec2_capacity import Ec2Capacity
from ecs_platform.capacity.image import Ec2Image
from ecs_platform.cluster import Cluster
from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.registry.images import PublicImage
from ecs_platform.service.machines.daemon import DaemonService
from ecs_platform.service.machines.ec2_service import Ec2Service
from ecs_platform.service.machines.external_service import ExternalService
from ecs_platform.service.routing import Routing
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.machines.ec2_task_definition import Ec2TaskDefinition
from ecs_platform.task.machines.external_task_definition import ExternalTaskDefinition
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.task_definition import TaskDefinition
from tests.synthesis import new_app
from tests.unit.fakes import FakeNetwork

IMAGE = PublicImage(uri="public.ecr.aws/nginx/nginx:1.27")


class Ground:
    """A stack with network, cluster and instances; what a test needs besides is made when it asks."""

    def __init__(self, stack: cdk.Stack | None = None, **capacity: Any) -> None:
        self.stack = stack or cdk.Stack(
            new_app(), "stack", env=cdk.Environment(account="111122223333", region="eu-central-1")
        )
        self.network = FakeNetwork(self.stack, has_egress=True)
        self.cluster = Cluster(self.stack, "Cluster", network=self.network)
        self.capacity = self.more_capacity("Capacity", **capacity)
        self._load_balancer: LoadBalancer | None = None

    def more_capacity(self, id_: str, **options: Any) -> Ec2Capacity:
        arguments: dict[str, Any] = {
            "cluster": self.cluster,
            "network": self.network,
            "image": Ec2Image(),
            "instance_types": ["m7g.large"],
            "max_instances": 3,
        }
        return Ec2Capacity(self.stack, id_, **(arguments | options))

    @property
    def load_balancer(self) -> LoadBalancer:
        if self._load_balancer is None:
            self._load_balancer = LoadBalancer(
                self.stack, "Lb", network=self.network, plain_http_reason="A test."
            )
        return self._load_balancer

    def task(
        self, mode: NetworkMode = NetworkMode.AWSVPC, id_: str = "Task", **options: Any
    ) -> Ec2TaskDefinition:
        arguments: dict[str, Any] = {
            "family": f"hello-{id_}",
            "image": IMAGE,
            "logs": AwsLogs(group_name=f"/ecs/{id_}"),
            "network": self.network,
            "network_mode": mode,
            "port": None if mode is NetworkMode.NONE else 8080,
            "memory_reservation_mib": 128,
        }
        return Ec2TaskDefinition(options.pop("stack", self.stack), id_, **(arguments | options))

    def fargate_task(self) -> TaskDefinition:
        return TaskDefinition(
            self.stack,
            "FargateTask",
            family="hello-fargate",
            size=FargateSize(cpu=256, memory_mib=512),
            image=IMAGE,
            logs=AwsLogs(group_name="/ecs/hello-fargate"),
            network=self.network,
        )

    def external_task(self, **options: Any) -> ExternalTaskDefinition:
        arguments: dict[str, Any] = {
            "family": "hello-external",
            "image": IMAGE,
            "logs": AwsLogs(group_name="/ecs/hello-external"),
            "memory_reservation_mib": 128,
        }
        return ExternalTaskDefinition(self.stack, "ExternalTask", **(arguments | options))

    def service(
        self, mode: NetworkMode = NetworkMode.AWSVPC, *, front: bool = False, **options: Any
    ) -> Ec2Service:
        arguments: dict[str, Any] = {
            "name": "hello",
            "network": self.network,
            "capacity": self.capacity,
            "task": options.pop("task", None) or self.task(mode),
            "tasks": 2,
        }
        if front:
            arguments["load_balancer"] = self.load_balancer
            arguments["routing"] = Routing(priority=10, paths=["/hello"])
        return Ec2Service(options.pop("scope", self.stack), "Service", **(arguments | options))

    def daemon(self, mode: NetworkMode = NetworkMode.BRIDGE, **options: Any) -> DaemonService:
        arguments: dict[str, Any] = {
            "name": "collector",
            "network": self.network,
            "instances": [self.capacity],
            "task": options.pop("task", None) or self.task(mode, port=None),
        }
        return DaemonService(options.pop("scope", self.stack), "Daemon", **(arguments | options))

    def external(self, **options: Any) -> ExternalService:
        arguments: dict[str, Any] = {
            "name": "plant",
            "cluster": self.cluster,
            "task": options.pop("task", None) or self.external_task(),
            "tasks": 2,
        }
        return ExternalService(options.pop("scope", self.stack), "External", **(arguments | options))


def machine_definition(
    mode: NetworkMode = NetworkMode.BRIDGE, *, external: bool = False, **options: Any
) -> dict[str, Any]:
    """The properties of one task definition, in a stack of its own."""
    ground = Ground()
    if external:
        ground.external_task(network_mode=mode, **options)
    else:
        ground.task(mode, **options)
    (found,) = Template.from_stack(ground.stack).find_resources("AWS::ECS::TaskDefinition").values()
    return found["Properties"]


def privileged_agent() -> AgentConfig:
    return AgentConfig(allow_privileged=True)
