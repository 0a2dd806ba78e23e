"""One worker with everything it stands on, for the tests of what services without a load balancer do."""

from functools import cached_property
from itertools import count
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from constructs import Construct

from ecs_platform.cluster import Cluster
from ecs_platform.registry.images import RegistryImage
from ecs_platform.service.worker import Worker
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork


class Ground:
    """A network, a cluster and a repository, and the task definitions of one test."""

    def __init__(self, stack: cdk.Stack) -> None:
        self.stack = stack
        self._refusals = count()
        self.network = FakeNetwork(stack, zones=3)
        self.cluster = Cluster(stack, "Cluster", network=self.network)
        self.repository = ecr.Repository.from_repository_attributes(
            stack,
            "Repository",
            repository_name="dev-hello",
            repository_arn="arn:aws:ecr:eu-central-1:111122223333:repository/dev-hello",
        )

    def task(self, name: str, **options: Any) -> TaskDefinition:
        """A task definition of the family `name`."""
        return TaskDefinition(
            self.stack,
            f"{name}-task",
            network=self.network,
            family=name,
            size=FargateSize(cpu=512, memory_mib=1024),
            image=RegistryImage(tag="1"),
            logs=AwsLogs(group_name=f"/ecs/{name}"),
            repository=self.repository,
            **options,
        )

    def worker(
        self,
        name: str = "resize",
        *,
        task: TaskDefinition | None = None,
        scope: Construct | None = None,
        **options: Any,
    ) -> Worker:
        """A worker called `name`, with what the test changes."""
        arguments: dict[str, Any] = {
            "name": name,
            "network": self.network,
            "cluster": self.cluster,
            "task": task or self.task(name),
            "tasks": 2,
        }
        return Worker(scope or self.stack, name, **(arguments | options))

    def refused(self, **options: Any) -> Worker:
        """A worker that is not made to the end, one of many in a stack."""
        scope = Construct(self.stack, f"Refused{next(self._refusals)}")
        return self.worker("refused", task=self._of_refused, scope=scope, **options)

    @cached_property
    def _of_refused(self) -> TaskDefinition:
        return self.task("refused")
