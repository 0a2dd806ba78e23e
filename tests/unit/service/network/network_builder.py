"""One service behind a Network Load Balancer with everything it stands on."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr

from ecs_platform.cluster import Cluster
from ecs_platform.load_balancer.network_load_balancer import NetworkLoadBalancer
from ecs_platform.load_balancer.network_routing import NetworkRouting
from ecs_platform.registry.images import RegistryImage
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.service.network.load_balanced_service import NetworkLoadBalancedService
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork


def build_network_service(
    stack: cdk.Stack,
    *,
    balancer: dict[str, Any] | None = None,
    port: int | None = 7000,
    apart: cdk.Stack | None = None,
    **options: Any,
) -> NetworkLoadBalancedService:
    """A service called chat on TCP 7000, behind 5000 and 5001, with what the test changes.

    Args:
        stack: Where it is.
        balancer: Arguments of its load balancer.
        port: The task's.
        apart: Another stack for what a service does not own.
        options: Arguments of the service.
    """
    shared = apart or stack
    network = FakeNetwork(shared, zones=3)
    repository = ecr.Repository.from_repository_attributes(
        stack,
        "Repository",
        repository_name="dev-chat",
        repository_arn="arn:aws:ecr:eu-central-1:111122223333:repository/dev-chat",
    )
    arguments: dict[str, Any] = {
        "name": "chat",
        "network": network,
        "cluster": Cluster(shared, "Cluster", network=network),
        "load_balancer": NetworkLoadBalancer(shared, "Nlb", network=network, **(balancer or {})),
        "task": TaskDefinition(
            stack,
            "Task",
            network=network,
            family="chat",
            size=FargateSize(cpu=256, memory_mib=512),
            image=RegistryImage(tag="1"),
            logs=AwsLogs(group_name="/ecs/chat"),
            repository=repository,
            port=port,
        ),
        "routing": NetworkRouting(port=5000, test_port=5001),
        "tasks": Scaling(min_tasks=2, max_tasks=6, cpu_percent=60),
    }
    return NetworkLoadBalancedService(stack, "Service", **(arguments | options))
