"""What services on instances and outside AWS refuse: each impossible pair, and all mistakes at once."""

from itertools import count
from typing import Any

import pytest
from aws_cdk.assertions import Template
from constructs import Construct

from ecs_platform.capacity.agent import AgentConfig
from ecs_platform.capacity.image import Ec2Image
from ecs_platform.capacity.placement import DistinctInstance, MemberOf, Random
from ecs_platform.deployment.alarms import AlarmThresholds
from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.native import NativeBlueGreen
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.service.machines.ec2_service import Ec2Service
from ecs_platform.service.machines.unsupported import ON_DAEMON, ON_EXTERNAL
from ecs_platform.service.target_groups import TargetGroupSettings
from ecs_platform.task.architecture import Architecture
from ecs_platform.task.network_mode import NetworkMode
from tests.unit.service.machines.ec2_builder import Ground, privileged_agent

AWSVPC, BRIDGE, HOST, NONE = NetworkMode
X86_64 = Ec2Image(architecture=Architecture.X86_64)
GPU = Ec2Image(architecture=Architecture.X86_64, gpu=True)


class Refusing(Ground):
    """What every refused service stands on; each is made in a scope of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._scopes = count()
        self.tasks = {
            "awsvpc": self.task(AWSVPC, "Awsvpc"),
            "bridge": self.task(BRIDGE, "Bridge"),
            "host": self.task(HOST, "Host"),
            "none": self.task(NONE, "None"),
            "no port": self.task(AWSVPC, "NoPort", port=None),
            "x86": self.task(AWSVPC, "X86", architecture=Architecture.X86_64),
            "gpu": self.task(AWSVPC, "Gpu", gpus=1),
            "privileged": self.task(HOST, "Privileged", privileged=True, drop_capabilities=()),
            "dynamic port": self.task(BRIDGE, "DynamicPort", host_port=40000),
            "constrained": self.task(
                AWSVPC,
                "Constrained",
                placement_constraints=[MemberOf(f"attribute:n == {number}") for number in range(5)],
            ),
            "fargate": self.fargate_task(),
            "external": self.external_task(),
        }

    def refused(self, kind: str, task: str, **options: Any) -> ConfigurationError:
        scope = Construct(self.stack, f"Refused{next(self._scopes)}")
        with pytest.raises(ConfigurationError) as error:
            getattr(self, kind)(scope=scope, task=self.tasks[task], **options)
        return error.value


@pytest.fixture(scope="module")
def ground() -> Refusing:
    return Refusing()


@pytest.mark.parametrize(
    ("task", "options", "problem"),
    [
        ("none", {"front": True}, "In network mode none a task has no network"),
        ("no port", {"front": True}, "The task has no port"),
        ("awsvpc", {"tasks": -1}, "A service cannot run -1 tasks."),
        (
            "awsvpc",
            {"health_check_grace_period_seconds": -1, "front": True},
            "health_check_grace_period_seconds is -1.",
        ),
        (
            "awsvpc",
            {"health_check_grace_period_seconds": 60, "target_groups": TargetGroupSettings()},
            "target_groups is given, and there is no load balancer that it would be about. "
            "health_check_grace_period_seconds is given, and there is",
        ),
        ("bridge", {"alarms": AlarmThresholds()}, "alarms is given, and there is no load balancer"),
        ("awsvpc", {"deployment": CodeDeployBlueGreen(), "front": True}, "A release by CodeDeploy"),
        ("awsvpc", {"deployment": NativeBlueGreen()}, "NativeBlueGreen moves traffic, and without"),
        ("bridge", {"deployment": NativeBlueGreen(), "front": True}, "in network mode bridge targets are"),
        ("host", {"deployment": NativeBlueGreen(), "front": True}, "in network mode host targets are"),
        ("x86", {}, "The task's image is built for X86_64, and the instances are ARM64"),
        ("gpu", {}, "A task wants 1 GPUs, and the image of its instances drives none."),
        ("privileged", {}, "A container is privileged, and the agents of the instances start none."),
        ("dynamic port", {}, "Host port 40000 lies among 32768 to 60999"),
        ("fargate", {}, "Ec2Service cannot run the task hello-fargate: it is made for Fargate"),
        ("external", {}, "Ec2Service cannot run the task hello-external: it is made for external"),
        ("awsvpc", {"placement": [Random()] * 6}, "6 placement strategies are given."),
        ("awsvpc", {"constraints": [DistinctInstance()] * 2}, "Two placement constraints are the same."),
        (
            "constrained",
            {"constraints": [MemberOf(f"attribute:m == {number}") for number in range(6)]},
            "11 placement constraints are given.",
        ),
    ],
)
def test_an_ec2_service_refuses(ground: Refusing, task: str, options: dict[str, Any], problem: str) -> None:
    assert problem in ground.refused("service", task, **options).problem


def test_all_mistakes_are_said_at_once(ground: Refusing) -> None:
    error = ground.refused("service", "none", front=True, tasks=-1, deployment=NativeBlueGreen())
    for problem in ("cannot run -1 tasks", "has no network", "targets are instances"):
        assert problem in error.problem


@pytest.mark.parametrize("name", ON_DAEMON)
def test_a_daemon_refuses_what_other_services_have(ground: Refusing, name: str) -> None:
    error = ground.refused("daemon", "bridge", **{name: 100})
    assert error.problem == ON_DAEMON[name].why
    assert error.where == f"DaemonService({name}=...)."


@pytest.mark.parametrize(
    ("task", "options", "problem"),
    [
        ("fargate", {}, "on Fargate nobody has an instance to put one task on each"),
        ("external", {}, "DaemonService cannot run the task hello-external: it is made for external"),
        ("bridge", {"min_healthy_percent": 100}, "min_healthy_percent is 100."),
        ("bridge", {"min_healthy_percent": -1}, "min_healthy_percent is -1."),
        ("bridge", {"instances": []}, "A daemon has no instances to run on."),
        ("x86", {}, "The task's image is built for X86_64"),
        ("constrained", {"constraints": [MemberOf(f"attribute:m == {n}") for n in range(5)]}, "11 placement"),
    ],
)
def test_a_daemon_refuses(ground: Refusing, task: str, options: dict[str, Any], problem: str) -> None:
    assert problem in ground.refused("daemon", task, **options).problem


def test_a_daemon_on_fargate_hears_what_to_do_instead(ground: Refusing) -> None:
    error = ground.refused("daemon", "fargate")
    assert error.allowed.startswith("a sidecar in every task, TaskDefinition(sidecars=[...])")


def test_a_daemon_belongs_to_one_cluster() -> None:
    ground, other = Ground(), Ground()
    with pytest.raises(ConfigurationError, match="belong to several clusters"):
        ground.daemon(instances=[ground.capacity, other.capacity])


@pytest.mark.parametrize("name", ON_EXTERNAL)
def test_an_external_service_refuses_what_other_services_have(ground: Refusing, name: str) -> None:
    error = ground.refused("external", "external", **{name: object()})
    assert error.problem == ON_EXTERNAL[name].why
    assert error.where == f"ExternalService({name}=...)."


@pytest.mark.parametrize(
    ("task", "options", "problem"),
    [
        ("fargate", {}, "ExternalService cannot run the task hello-fargate: it is made for Fargate"),
        ("awsvpc", {}, "ExternalService cannot run the task hello-Awsvpc: it is made for instances of EC2"),
        ("external", {"daemon": True}, "DAEMON with a desired count is refused."),
        ("external", {"tasks": None}, "The service has no number of tasks."),
        ("external", {"tasks": -1}, "A service cannot run -1 tasks."),
        ("external", {"tasks": Scaling(min_tasks=1, max_tasks=3, cpu_percent=60)}, "The service is to scale"),
        (
            "external",
            {"tasks": Scaling(min_tasks=1, max_tasks=3, cpu_percent=60), "deployment": RollingUpdate()},
            "The service is to scale",
        ),
        ("external", {"deployment": CodeDeployBlueGreen()}, "CodeDeployBlueGreen moves the traffic"),
        ("external", {"deployment": NativeBlueGreen()}, "NativeBlueGreen moves the traffic"),
        (
            "external",
            {"deployment": RollingUpdate(min_healthy_percent=60, max_percent=120)},
            "lets no task stop",
        ),
        (
            "external",
            {"daemon": True, "tasks": None, "deployment": RollingUpdate()},
            "max_percent is 200, and a second daemon never starts",
        ),
        ("external", {"constraints": [DistinctInstance()] * 2}, "Two placement constraints are the same."),
    ],
)
def test_an_external_service_refuses(
    ground: Refusing, task: str, options: dict[str, Any], problem: str
) -> None:
    assert problem in ground.refused("external", task, **options).problem


def test_several_mistakes_of_an_external_service_are_said_at_once(ground: Refusing) -> None:
    error = ground.refused(
        "external", "external", daemon=True, load_balancer=object(), deployment=NativeBlueGreen()
    )
    for problem in ("DAEMON with a desired count", "no target group reaches them", "moves the traffic"):
        assert problem in error.problem


def test_machines_that_have_it_take_it() -> None:
    ground = Ground(image=GPU, instance_types=["g5.xlarge"], agent=privileged_agent())
    ground.service(
        task=ground.task(
            HOST, architecture=Architecture.X86_64, gpus=1, privileged=True, drop_capabilities=()
        )
    )
    (found,) = Template.from_stack(ground.stack).find_resources("AWS::ECS::TaskDefinition").values()
    (container,) = found["Properties"]["ContainerDefinitions"]
    assert container["Privileged"] is True
    assert container["ResourceRequirements"] == [{"Type": "GPU", "Value": "1"}]


def test_a_host_port_beside_the_range_is_taken() -> None:
    ground = Ground()
    assert isinstance(ground.service(task=ground.task(BRIDGE, host_port=32767)), Ec2Service)


@pytest.mark.parametrize(("mode", "options"), [(HOST, {"port": 8126}), (BRIDGE, {"host_port": 8126})])
def test_a_port_that_the_agents_keep_is_refused(mode: NetworkMode, options: dict[str, Any]) -> None:
    ground = Ground(agent=AgentConfig(reserved_ports=[8126]))
    with pytest.raises(ConfigurationError, match="Host port 8126 is reserved on the instances"):
        ground.daemon(task=ground.task(mode, **options))


@pytest.mark.parametrize(
    ("kind", "task"), [("service", "awsvpc"), ("daemon", "bridge"), ("external", "external")]
)
def test_a_name_that_ecs_does_not_take_is_refused(ground: Refusing, kind: str, task: str) -> None:
    assert ground.refused(kind, task, name="n" * 256).problem.startswith("name has 256 characters")
