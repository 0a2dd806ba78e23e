"""A task definition with everything it stands on; a test changes what it is about."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr
from aws_cdk.assertions import Template

from ecs_platform.registry.images import RegistryImage
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork


@pytest.fixture
def network(stack: cdk.Stack) -> FakeNetwork:
    return FakeNetwork(stack)


@pytest.fixture
def repository(stack: cdk.Stack) -> ecr.IRepository:
    return ecr.Repository.from_repository_attributes(
        stack,
        "Repository",
        repository_name="dev/hello",
        repository_arn="arn:aws:ecr:eu-central-1:111122223333:repository/dev/hello",
    )


@pytest.fixture
def task(
    stack: cdk.Stack, network: FakeNetwork, repository: ecr.IRepository
) -> Callable[..., TaskDefinition]:
    """Builds a task definition with the options given."""

    def build(**options: Any) -> TaskDefinition:
        arguments: dict[str, Any] = {
            "family": "dev-hello",
            "size": FargateSize(cpu=256, memory_mib=512),
            "image": RegistryImage(tag="1"),
            "repository": repository,
            "port": 8080,
            "logs": AwsLogs(group_name="/dev/hello"),
            "network": network,
        }
        return TaskDefinition(stack, "Task", **(arguments | options))

    return build


@pytest.fixture
def definition(
    task: Callable[..., TaskDefinition], template: Callable[[], Template]
) -> Callable[..., dict[str, Any]]:
    """The properties of a task definition built with the options given."""

    def build(**options: Any) -> dict[str, Any]:
        task(**options)
        (resource,) = template().find_resources("AWS::ECS::TaskDefinition").values()
        return dict(resource["Properties"])

    return build


@pytest.fixture
def container(definition: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """The one container of such a task definition."""

    def build(**options: Any) -> dict[str, Any]:
        (only,) = definition(**options)["ContainerDefinitions"]
        return only

    return build
