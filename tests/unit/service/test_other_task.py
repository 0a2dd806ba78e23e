"""Fargate runs no task that is made for machines, and has one network mode."""

from collections.abc import Callable

import pytest

from ecs_platform.problem import ConfigurationError
from ecs_platform.service.routing import Routing
from ecs_platform.service.service import Service
from ecs_platform.service.worker import Worker
from ecs_platform.task.fargate_size import FargateSize
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.task import Task
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.service.machines.ec2_builder import IMAGE, Ground


def _service(ground: Ground, task: Task) -> Service:
    return Service(
        ground.stack,
        "Hello",
        name="hello",
        network=ground.network,
        cluster=ground.cluster,
        task=task,  # type: ignore[arg-type]
        tasks=1,
        load_balancer=ground.load_balancer,
        routing=Routing(priority=1, paths=["/*"]),
    )


def _worker(ground: Ground, task: Task) -> Worker:
    return Worker(
        ground.stack,
        "Hello",
        name="hello",
        network=ground.network,
        cluster=ground.cluster,
        task=task,  # type: ignore[arg-type]
        tasks=1,
    )


@pytest.mark.parametrize(("kind", "make"), [("Service", _service), ("Worker", _worker)])
@pytest.mark.parametrize(
    ("task", "made_for"),
    [
        (lambda ground: ground.task(NetworkMode.BRIDGE), "instances of EC2, in network mode bridge"),
        (lambda ground: ground.task(NetworkMode.AWSVPC), "instances of EC2"),
        (lambda ground: ground.external_task(port=8080), "external instances, in network mode bridge"),
    ],
)
def test_a_task_for_machines_is_refused(
    kind: str, make: Callable[..., object], task: Callable[[Ground], Task], made_for: str
) -> None:
    ground = Ground()
    given = task(ground)
    with pytest.raises(ConfigurationError) as error:
        make(ground, given)
    assert error.value.problem == (
        f"{kind} cannot run the task {given.family}: it is made for {made_for}, and on Fargate every task "
        "has a size that AWS sells and a network interface of its own."
    )
    assert error.value.where == f"{kind}(task=...)."


@pytest.mark.parametrize("mode", [NetworkMode.BRIDGE, NetworkMode.HOST, NetworkMode.NONE])
def test_fargate_has_one_network_mode(mode: NetworkMode) -> None:
    ground = Ground()
    with pytest.raises(ConfigurationError) as error:
        TaskDefinition(
            ground.stack,
            "Task",
            family="hello",
            size=FargateSize(cpu=256, memory_mib=512),
            image=IMAGE,
            logs=AwsLogs(group_name="/ecs/hello"),
            network=ground.network,
            network_mode=mode,
            ephemeral_storage_gib=1,
        )
    assert error.value.problem == (
        f"Fargate has no network mode {mode}: each task there has an interface of its own. "
        "ephemeral_storage_gib is 1."
    )
