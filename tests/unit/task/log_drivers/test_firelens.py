"""A log router: its container, where the application's output goes, and what it may and can reach."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk.assertions import Template

from ecs_platform.network.aws_repositories import AwsRepository
from ecs_platform.network.reach import AwsService
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import PublicImage, RegistryImage, SourceImage
from ecs_platform.task.container import Container
from ecs_platform.task.health_check import HealthCheck
from ecs_platform.task.log_drivers.cloudwatch_output import CloudWatchOutput
from ecs_platform.task.log_drivers.firelens import FireLens
from ecs_platform.task.log_drivers.plugin_output import PluginOutput
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.task_definition import TaskDefinition
from tests.unit.fakes import FakeNetwork

Task = Callable[..., TaskDefinition]
Containers = Callable[..., tuple[dict[str, Any], dict[str, Any]]]
OWN = PublicImage(uri="public.ecr.aws/acme/router:1.0")


@pytest.fixture
def containers(definition: Callable[..., dict[str, Any]]) -> Containers:
    """The application's container and the router's, of a task with this FireLens."""

    def build(**options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        options = {"output": CloudWatchOutput()} | options
        app, router = definition(log_driver=FireLens(**options))["ContainerDefinitions"]
        return app, router

    return build


def test_the_router_is_essential_and_closed_and_writes_to_the_tasks_own_group(containers: Containers) -> None:
    app, router = containers()
    assert app["LogConfiguration"]["LogDriver"] == "awsfirelens"
    assert router["FirelensConfiguration"] == {
        "Type": "fluentbit",
        "Options": {"enable-ecs-log-metadata": "true"},
    }
    assert router["Name"] == "log-router"
    assert router["Essential"] is True
    assert router["User"] == "10001"
    assert router["ReadonlyRootFilesystem"] is True
    assert router["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    assert router["MemoryReservation"] == 50
    assert router["StopTimeout"] == 60
    assert router["LogConfiguration"]["LogDriver"] == "awslogs"
    for absent in ("Cpu", "HealthCheck", "MountPoints", "PortMappings"):
        assert absent not in router


def test_its_options_can_be_changed(containers: Containers) -> None:
    app, router = containers(
        container_name="router",
        cpu=32,
        memory_reservation_mib=100,
        buffer_lines=4096,
        ecs_metadata=False,
        user="1234:99",
        health_check=HealthCheck(command="true"),
    )
    assert (router["Name"], router["Cpu"], router["MemoryReservation"]) == ("router", 32, 100)
    assert router["User"] == "1234:99"
    assert router["HealthCheck"]["Command"] == ["CMD-SHELL", "true"]
    assert router["FirelensConfiguration"]["Options"] == {"enable-ecs-log-metadata": "false"}
    assert app["LogConfiguration"]["Options"]["log-driver-buffer-limit"] == "4096"


def test_the_image_is_awss_own_in_the_region_and_may_be_pulled(
    task: Task, template: Callable[[], Template], network: FakeNetwork
) -> None:
    task(log_driver=FireLens(output=CloudWatchOutput()))
    assert AwsRepository.FLUENT_BIT in network.reached
    made = template()
    (definition,) = made.find_resources("AWS::ECS::TaskDefinition").values()
    _, router = definition["Properties"]["ContainerDefinitions"]
    parts = router["Image"]["Fn::Join"][1]
    assert parts[0].startswith("906394416424.dkr.ecr.eu-central-1.")
    assert parts[-1].startswith("/aws-for-fluent-bit:3.")
    statements = [
        statement
        for role in made.find_resources("AWS::IAM::Role").values()
        for policy in role["Properties"].get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    (pull,) = (each for each in statements if "ecr:BatchGetImage" in each["Action"])
    assert pull["Resource"] == [
        "arn:aws:ecr:eu-central-1:111122223333:repository/dev/hello",
        "arn:aws:ecr:eu-central-1:906394416424:repository/aws-for-fluent-bit",
    ]


def test_an_image_of_ones_own_comes_from_its_repository(
    containers: Containers, stack: cdk.Stack, network: FakeNetwork
) -> None:
    own = ecr.Repository.from_repository_attributes(
        stack,
        "Own",
        repository_name="dev/router",
        repository_arn="arn:aws:ecr:eu-central-1:111122223333:repository/dev/router",
    )
    _, router = containers(image=RegistryImage(tag="7"), repository=own)
    assert router["Image"]["Fn::Join"][1][-1] == "/dev/router:7"
    assert AwsRepository.FLUENT_BIT not in network.reached


def test_a_public_image_needs_no_repository(containers: Containers, network: FakeNetwork) -> None:
    network.has_egress = True
    assert containers(image=OWN)[1]["Image"] == OWN.uri


def test_a_configuration_file_comes_before_the_output_or_has_it(containers: Containers) -> None:
    app, router = containers(output=None, config_file="/fluent-bit/configs/parse-json.conf")
    assert router["FirelensConfiguration"]["Options"] == {
        "enable-ecs-log-metadata": "true",
        "config-file-type": "file",
        "config-file-value": "/fluent-bit/configs/parse-json.conf",
    }
    assert app["LogConfiguration"] == {"LogDriver": "awsfirelens"}


@pytest.mark.parametrize(
    ("port", "opened"), [(443, []), (8088, [{"CidrIp": "0.0.0.0/0", "FromPort": 8088, "ToPort": 8088}])]
)
def test_the_way_out_is_open_at_the_outputs_port(
    stack: cdk.Stack, network: FakeNetwork, template: Callable[[], Template], port: int, opened: list[Any]
) -> None:
    group = ec2.SecurityGroup(stack, "Tasks", vpc=network.vpc, allow_all_outbound=False)
    FireLens(output=PluginOutput(plugin="http", port=port)).connect(group.connections)
    (made,) = template().find_resources("AWS::EC2::SecurityGroup").values()
    found = [
        {key: rule[key] for key in ("CidrIp", "FromPort", "ToPort")}
        for rule in made["Properties"]["SecurityGroupEgress"]
        if rule["CidrIp"] != "255.255.255.255/32"
    ]
    assert found == opened


def test_a_region_without_a_known_image_is_refused(
    app: cdk.App, network: FakeNetwork, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecs_platform.network.aws_repositories._ACCOUNT_OF", {"us-east-1": "1"})
    with pytest.raises(ConfigurationError, match=r"in eu-central-1 is not known.*FireLens\(image=...\)"):
        task(log_driver=FireLens(output=CloudWatchOutput()))


def test_a_task_without_a_network_is_refused() -> None:
    task: Any = SimpleNamespace(family="dev-hello", network_mode=NetworkMode.NONE)
    with pytest.raises(
        ConfigurationError, match="dev-hello has no network, so its log router reaches nothing"
    ):
        FireLens(output=CloudWatchOutput()).containers(task)


def test_neither_output_nor_file_is_refused() -> None:
    with pytest.raises(
        ConfigurationError, match=r"no output, and no configuration file.*CloudWatchOutput\(\)"
    ):
        FireLens()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("extra.conf", '"extra.conf" is no path of a configuration file'),
        ("/a b.conf", '"/a b.conf" is no path'),
        ("/fluent-bit/etc/fluent-bit.conf", "is the file that ECS writes"),
    ],
)
def test_a_path_that_cannot_hold_the_configuration_is_refused(path: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        FireLens(config_file=path)


@pytest.mark.parametrize("image", [RegistryImage(tag="1"), SourceImage(directory=".")])
def test_an_image_without_its_repository_is_refused(image: Any) -> None:
    with pytest.raises(
        ConfigurationError, match=f"A {type(image).__name__} is given for the log router, and no"
    ):
        FireLens(output=CloudWatchOutput(), image=image)


@pytest.mark.parametrize("image", [None, OWN])
def test_a_repository_without_its_image_is_refused(image: Any, repository: ecr.IRepository) -> None:
    with pytest.raises(ConfigurationError, match="and no image that comes from there"):
        FireLens(output=CloudWatchOutput(), image=image, repository=repository)


@pytest.mark.parametrize("user", ["app", "", "10001:", "app:10001", "-1"])
def test_a_user_that_is_no_number_is_refused(user: str) -> None:
    with pytest.raises(ConfigurationError, match=f'The log router\'s user is "{user}"'):
        FireLens(output=CloudWatchOutput(), user=user)


@pytest.mark.parametrize("lines", [-1, 536_870_912])
def test_a_buffer_that_ecs_does_not_take_is_refused(lines: int) -> None:
    with pytest.raises(ConfigurationError, match=f"buffer_lines is {lines}.*0 to 536870911"):
        FireLens(output=CloudWatchOutput(), buffer_lines=lines)


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        FireLens(image=RegistryImage(tag="1"), user="app", buffer_lines=-1)
    assert refused.value.where == (
        "FireLens(output=..., config_file=...) FireLens(image=..., repository=...) FireLens(user=...) "
        "FireLens(buffer_lines=...)"
    )


def test_reaching_is_asked_for_by_the_output(task: Task, network: FakeNetwork) -> None:
    task(log_driver=FireLens(output=CloudWatchOutput()))
    assert AwsService.LOGS in network.reached
    assert AwsService.FIREHOSE not in network.reached


def test_a_task_has_one_log_router(task: Task) -> None:
    router = Container(
        name="mine", image=OWN, firelens=ecs.FirelensConfig(type=ecs.FirelensLogRouterType.FLUENTBIT)
    )
    with pytest.raises(ConfigurationError) as refused:
        task(log_driver=FireLens(output=CloudWatchOutput()), sidecars=[router])
    assert str(refused.value) == (
        "mine and log-router are log routers of one task. "
        "Allowed: one in a task; it can have several outputs, in its configuration file. "
        'Change: log_driver=FireLens(...), or Container(name="mine", firelens=...)'
    )
