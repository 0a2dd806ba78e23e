"""One service with everything it stands on, for the tests of service, scaling and deployment."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr

from ecs_platform.cluster import Cluster
from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.registry.images import RegistryImage
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.service.routing import Routing
from ecs_platform.service.service import Service
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork


def build_service(
    stack: cdk.Stack,
    *,
    zones: int = 3,
    logs: AwsLogs | None = None,
    port: int | None = 8080,
    **options: Any,
) -> Service:
    """A service called hello on /hello, with what the test changes."""
    network = FakeNetwork(stack, zones=zones)
    repository = ecr.Repository.from_repository_attributes(
        stack,
        "Repository",
        repository_name="dev-hello",
        repository_arn="arn:aws:ecr:eu-central-1:111122223333:repository/dev-hello",
    )
    arguments: dict[str, Any] = {
        "name": "hello",
        "network": network,
        "cluster": Cluster(stack, "Cluster", network=network),
        "load_balancer": LoadBalancer(stack, "Lb", network=network, plain_http_reason="A test."),
        "task": TaskDefinition(
            stack,
            "Task",
            network=network,
            family="hello",
            size=FargateSize(cpu=256, memory_mib=512),
            image=RegistryImage(tag="1"),
            logs=logs or AwsLogs(group_name="/ecs/hello"),
            repository=repository,
            port=port,
        ),
        "routing": Routing(priority=10, paths=["/hello"]),
        "tasks": Scaling(min_tasks=2, max_tasks=6, cpu_percent=60),
    }
    return Service(stack, "Service", **(arguments | options))
