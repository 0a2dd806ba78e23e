"""All containers of a task, the application's first, and what they wait for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform.registry.images import PublicImage
from ecs_platform.task.checks.words import Words
from ecs_platform.task.container import Container
from ecs_platform.task.interface import ILogDriver
from ecs_platform.task.make_container import make_container

if TYPE_CHECKING:
    from ecs_platform.task.task import Task


def make_containers(
    task: Task,
    words: Sequence[Words],
    *,
    repository: ecr.IRepository | None,
    log_driver: ILogDriver | None,
) -> Mapping[str, ecs.ContainerDefinition]:
    """Add the containers to the task's definition.

    Args:
        task: The task; its definition, roles and log group are there.
        words: Its containers, checked.
        repository: Where images come from of containers that name no repository.
        log_driver: Where the application's container writes. None for the log group.
    """
    # One for all: what differs between containers, the name of the stream, ECS writes itself.
    awslogs = task.logs.driver(task.log_group, family=task.family)
    made: dict[str, ecs.ContainerDefinition] = {}
    for each in words:
        container = each.container
        is_application = each.owner is not None
        # What belongs to the application's container, such as its image's build, is the task's own child: so
        # it was before there were sidecars, and another id would replace it.
        scope = task if is_application else Construct(task, f"Container-{container.name}")
        made[container.name] = make_container(
            scope,
            task.definition,
            each,
            image=_image(scope, task, container, container.repository or repository),
            logging=log_driver.bind(task) if is_application and log_driver else awslogs,
            network_mode=task.network_mode,
        )
    for each in words:
        waits = [
            ecs.ContainerDependency(container=made[other.container], condition=other.condition.bind())
            for other in each.container.depends_on
        ]
        if waits:
            made[each.container.name].add_container_dependencies(*waits)
    return made


def _image(
    scope: Construct, task: Task, container: Container, repository: ecr.IRepository | None
) -> ecs.ContainerImage:
    if isinstance(container.image, PublicImage):
        return container.image.bind(task.network)
    assert repository is not None  # noqa: S101 - narrows a type, the checks were before
    return container.image.bind(scope, repository, task.architecture)
