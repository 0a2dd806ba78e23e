"""What every task shows of itself, and when it asks what is plugged in."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from ecs_platform.network.reach import EVERY_TASK, AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import RegistryImage
from ecs_platform.task.architecture import Architecture
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.container import Container, DependsOn
from ecs_platform.task.mounts import Mount
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.secrets import Secret, SsmParameter
from ecs_platform.task.task import Task
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork

Properties = Callable[..., dict[str, Any]]
CONNECTIONS: Any = object()


class Volume:
    """A volume that remembers how far its task was when it was asked."""

    name = "data"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def bind(self, task: Task) -> ecs.Volume:
        assert task.roles.task_role
        assert task.log_group
        assert not hasattr(task, "definition")
        self.asked.append(f"bind {task.compatibility} {task.network_mode}")
        return ecs.Volume(name=self.name)

    def grant(self, task: Task) -> None:
        assert task.definition
        self.asked.append(f"grant {', '.join(task.containers)}")

    def connect(self, connections: ec2.Connections) -> None:
        assert connections is CONNECTIONS
        self.asked.append("connect")


class Router:
    """A log driver with a router beside the application."""

    secrets: Sequence[Secret] = (SsmParameter(name="splunk"),)

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        self.asked: list[str] = []

    def containers(self, task: Task) -> Sequence[Container]:
        self.asked.append(f"containers {task.family} {task.architecture}")
        return [
            Container(
                **{
                    "name": "log_router",
                    "image": RegistryImage(tag="3"),
                    "memory_reservation_mib": 50,
                    "firelens": ecs.FirelensConfig(type=ecs.FirelensLogRouterType.FLUENTBIT),
                }
                | self.fields
            )
        ]

    def bind(self, task: Task) -> ecs.LogDriver:
        self.asked.append("bind")
        task.roles.task_role.add_to_principal_policy(
            iam.PolicyStatement(actions=["firehose:PutRecordBatch"], resources=["arn:aws:firehose:::s"])
        )
        return ecs.LogDrivers.firelens(options={"Name": "firehose"})

    def connect(self, connections: ec2.Connections) -> None:
        assert connections is CONNECTIONS
        self.asked.append("connect")


def test_it_shows_what_services_and_jobs_need(task: Callable[..., TaskDefinition]) -> None:
    built = task(read_only_root=False, init_process=False, architecture=Architecture.X86_64)
    assert isinstance(built, Task)
    assert (built.network_mode, built.compatibility) == (NetworkMode.AWSVPC, Compatibility.FARGATE)
    assert (built.read_only_root, built.init_process) == (False, False)
    assert built.architecture is Architecture.X86_64
    assert built.containers == {"app": built.container}
    assert built.logs.group_name == "/dev/hello"
    built.connect(CONNECTIONS)


def test_a_volume_is_bound_then_granted_then_connected(task: Callable[..., TaskDefinition]) -> None:
    volume = Volume()
    built = task(volumes=[volume], mounts=[Mount(volume="data", path="/data", read_only=True)])
    assert volume.asked == ["bind FARGATE awsvpc", "grant app"]
    built.connect(CONNECTIONS)
    assert volume.asked[-1] == "connect"


def test_mounts_are_of_the_tasks_volumes(definition: Properties) -> None:
    properties = definition(
        volumes=[Volume()],
        writable_mounts=["/cache"],
        mounts=[Mount(volume="data", path="/data", read_only=True), Mount(volume="data", path="/more")],
    )
    assert properties["Volumes"] == [{"Name": "cache"}, {"Name": "data"}]
    assert properties["ContainerDefinitions"][0]["MountPoints"] == [
        {"ContainerPath": "/cache", "SourceVolume": "cache", "ReadOnly": False},
        {"ContainerPath": "/data", "SourceVolume": "data", "ReadOnly": True},
        {"ContainerPath": "/more", "SourceVolume": "data", "ReadOnly": False},
    ]


def test_the_application_logs_by_the_driver_and_its_router_to_the_log_group(
    definition: Properties, network: FakeNetwork
) -> None:
    driver = Router()
    properties = definition(log_driver=driver, sidecars=[Container(name="web", image=RegistryImage(tag="2"))])
    assert driver.asked == ["containers dev-hello ARM64", "bind"]
    containers = {each["Name"]: each for each in properties["ContainerDefinitions"]}
    assert {name: each["LogConfiguration"]["LogDriver"] for name, each in containers.items()} == {
        "app": "awsfirelens",
        "web": "awslogs",
        "log_router": "awslogs",
    }
    router = containers["log_router"]
    assert router["FirelensConfiguration"]["Type"] == "fluentbit"
    # As closed as every other container.
    assert (router["User"], router["ReadonlyRootFilesystem"]) == ("10001", True)
    assert network.reached == {*EVERY_TASK, AwsService.SSM}


def test_what_a_log_driver_fetches_can_be_read(
    task: Callable[..., TaskDefinition], template: Callable[[], Template]
) -> None:
    task(log_driver=Router())
    roles = template().find_resources("AWS::IAM::Role").values()
    (policy,) = (each for role in roles for each in role["Properties"].get("Policies", []))
    *_, read = policy["PolicyDocument"]["Statement"]
    assert read["Resource"] == "arn:aws:ssm:eu-central-1:111122223333:parameter/splunk"


def test_a_log_driver_is_connected(task: Callable[..., TaskDefinition]) -> None:
    driver = Router()
    task(log_driver=driver).connect(CONNECTIONS)
    assert driver.asked[-1] == "connect"


def test_a_log_router_is_checked_with_the_others(task: Callable[..., TaskDefinition]) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(log_driver=Router(name="app", user="root"))
    assert error.value.problem == (
        'The container "app" would run as root ("root"). 2 containers are named "app".'
    )


def test_all_mistakes_of_a_task_are_said_at_once(task: Callable[..., TaskDefinition]) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(
            family="a b",
            port=0,
            front="proxy",
            user="root",
            hostname="hello",
            ephemeral_storage_gib=500,
            cpu=512,
            depends_on=[DependsOn(container="nobody")],
            mounts=[Mount(volume="nothing", path="/data")],
            volumes=[Volume()],
            sidecars=[Container(name="w b", image=RegistryImage(tag="1"), port=0, memory_mib=1)],
        )
    for said in (
        'family is "a b".',
        'The container "app" would run as root ("root").',
        'port of the container "app" is 0.',
        'The container "app" has hostname, and network mode awsvpc takes none:',
        'name is "w b".',
        'port of the container "w b" is 0.',
        '"app" waits for "nobody", which is no container of the task.',
        '"proxy" cannot stand in front: it is no container of the task.',
        'The container "app" mounts "nothing", which is no volume of the task.',
        'No container mounts the volume "data".',
        'memory_mib of the container "w b" is 1.',
        "512 CPU units are kept for the containers, and the task has 256 in all.",
        "ephemeral_storage_gib is 500.",
    ):
        assert said in error.value.problem
