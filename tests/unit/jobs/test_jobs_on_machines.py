"""Jobs on instances and outside AWS: what stands, what RunTask is told, and what is refused."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk.assertions import Template

from ecs_platform.capacity.agent import AgentConfig
from ecs_platform.cluster import Cluster
from ecs_platform.jobs.one_off_task import OneOffTask
from ecs_platform.jobs.schedule import Rate
from ecs_platform.jobs.scheduled_task import ScheduledTask
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.architecture import Architecture
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.task import Task
from tests.unit.service.machines.ec2_builder import Ground

AWSVPC, BRIDGE, HOST, NONE = NetworkMode
COMMON = {"ClusterName", "TaskDefinitionArn", "TaskFamily", "ContainerName", "LogGroupName"}


def _job(ground: Ground, task: Any, **where: Any) -> OneOffTask:
    return OneOffTask(ground.stack, "Job", cluster=ground.cluster, task=task, **where)


def _on_instances(ground: Ground, mode: NetworkMode) -> OneOffTask:
    return _job(ground, ground.task(mode, port=None), network=ground.network, capacity=ground.capacity)


def _outside(ground: Ground) -> OneOffTask:
    return _job(ground, ground.external_task())


def _target(ground: Ground, job: OneOffTask, **options: Any) -> dict[str, Any]:
    ScheduledTask(ground.stack, "Schedule", job=job, schedule=Rate(every="1 day"), **options)
    (found,) = Template.from_stack(ground.stack).find_resources("AWS::Scheduler::Schedule").values()
    return found["Properties"]["Target"]


@pytest.mark.parametrize("mode", [BRIDGE, HOST, NONE])
def test_without_an_interface_of_its_own_a_task_has_its_instances_group(mode: NetworkMode) -> None:
    ground = Ground()
    job = _job(ground, ground.task(mode, port=None), capacity=ground.capacity)
    assert (job.security_group, job.subnets) == (None, ())
    assert job.connections is ground.capacity.connections
    assert set(job.outputs) == COMMON | {"CapacityProvider"}
    assert job.outputs["CapacityProvider"] == ground.capacity.provider_name


def test_in_awsvpc_mode_it_has_a_group_of_its_own_as_on_fargate() -> None:
    ground = Ground()
    job = _on_instances(ground, AWSVPC)
    assert job.security_group
    assert set(job.outputs) == COMMON | {"CapacityProvider", "TaskSubnets", "TaskSecurityGroup"}
    assert job.outputs["TaskSubnets"] == "subnet-private-a,subnet-private-b"
    assert job.connections is not ground.capacity.connections


def test_outside_aws_there_is_a_launch_type_and_nothing_to_open() -> None:
    job = _outside(Ground())
    assert set(job.outputs) == COMMON | {"LaunchType"}
    assert job.outputs["LaunchType"] == "EXTERNAL"
    assert job.security_group is None
    with pytest.raises(ConfigurationError, match="run on external instances, which have no security group"):
        _ = job.connections


@pytest.mark.parametrize("mode", [AWSVPC, BRIDGE])
def test_what_a_task_needs_is_opened_once_where_it_runs(
    monkeypatch: pytest.MonkeyPatch, mode: NetworkMode
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(Task, "connect", lambda _, connections: opened.append(connections))
    job = _on_instances(Ground(), mode)
    assert opened == [job.connections]


@pytest.mark.parametrize("mode", [AWSVPC, BRIDGE])
def test_a_schedule_starts_it_on_its_instances(mode: NetworkMode) -> None:
    ground = Ground()
    job = _on_instances(ground, mode)
    target = _target(ground, job, command=["report"])
    resolve = ground.stack.resolve
    expected: dict[str, Any] = {
        "TaskDefinitionArn": resolve(job.task.definition.task_definition_arn),
        "CapacityProviderStrategy": [
            {"CapacityProvider": resolve(ground.capacity.provider_name), "Weight": 1}
        ],
        "EnableECSManagedTags": True,
        "PropagateTags": "TASK_DEFINITION",
    }
    # In bridge mode RunTask refuses a network configuration.
    assert (job.security_group is not None) is (mode is AWSVPC)
    if job.security_group:
        expected["NetworkConfiguration"] = {
            "AwsvpcConfiguration": {
                "SecurityGroups": [resolve(job.security_group.security_group_id)],
                "Subnets": ["subnet-private-a", "subnet-private-b"],
            }
        }
    assert target["EcsParameters"] == expected
    assert target["Arn"] == resolve(ground.cluster.cluster.cluster_arn)
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 185}
    assert target["Input"] == '{"containerOverrides":[{"name":"app","command":["report"]}]}'
    assert set(target) >= {"DeadLetterConfig", "RoleArn"}


def test_a_schedule_starts_it_outside_aws() -> None:
    ground = Ground()
    job = _outside(ground)
    assert _target(ground, job)["EcsParameters"] == {
        "TaskDefinitionArn": ground.stack.resolve(job.task.definition.task_definition_arn),
        "LaunchType": "EXTERNAL",
        "EnableECSManagedTags": True,
        "PropagateTags": "TASK_DEFINITION",
    }


def test_fargates_platform_is_not_that_of_machines() -> None:
    ground = Ground()
    with pytest.raises(ConfigurationError, match="hello-external does not run on Fargate"):
        _target(ground, _outside(ground), platform_version=ecs.FargatePlatformVersion.LATEST)


def _other_cluster(ground: Ground) -> OneOffTask:
    other = Cluster(ground.stack, "Other", network=ground.network)
    task = ground.task(BRIDGE, port=None)
    return OneOffTask(ground.stack, "Job", cluster=other, task=task, capacity=ground.capacity)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (
            lambda ground: _job(ground, ground.task(AWSVPC)),
            "Each task has a network interface of its own, and no network to have it in. "
            "The task is made for instances of EC2, and none are named",
        ),
        (
            lambda ground: _job(ground, ground.fargate_task(), capacity=ground.capacity),
            "Each task has a network interface of its own, and no network to have it in. "
            "Instances are given, and the task is made for Fargate",
        ),
        (
            lambda ground: _job(
                ground, ground.external_task(), network=ground.network, capacity=ground.capacity
            ),
            "Capacity providers are not supported on external instances; launch type EXTERNAL finds every "
            "machine that is registered with the cluster. A network is given, and external instances stand",
        ),
        (
            lambda ground: _job(
                ground, ground.task(BRIDGE, architecture=Architecture.X86_64), capacity=ground.capacity
            ),
            "The task's image is built for X86_64, and the instances are ARM64",
        ),
        (_other_cluster, "The instances belong to stack/Cluster, and the job to stack/Other."),
    ],
)
def test_what_run_task_would_refuse_is(make: Callable[[Ground], object], problem: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        make(Ground(agent=AgentConfig()))
    assert error.value.problem.startswith(problem)


def test_no_finding(stack: cdk.Stack, findings: Callable[[], list[str]]) -> None:
    ground = Ground(stack)
    ScheduledTask(stack, "Daily", job=_on_instances(ground, BRIDGE), schedule=Rate(every="1 day"))
    outside = OneOffTask(stack, "Outside", cluster=ground.cluster, task=ground.external_task())
    ScheduledTask(stack, "Hourly", job=outside, schedule=Rate(every="1 hour"))
    assert findings() == []
