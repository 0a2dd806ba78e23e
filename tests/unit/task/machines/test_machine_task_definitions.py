"""Task definitions for EC2 and external instances: what each option writes, and what AWS would refuse."""

from typing import Any

import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_efs as efs
from aws_cdk.assertions import Template

from ecs_platform.capacity.placement import DistinctInstance, MemberOf
from ecs_platform.network.reach import EVERY_TASK
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import RegistryImage
from ecs_platform.task.container import Container
from ecs_platform.task.machines.external_network import ExternalNetwork
from ecs_platform.task.machines.machine_task import Sharing
from ecs_platform.task.machines.task_size import TaskSize
from ecs_platform.task.mounts import Mount
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.volumes import EfsVolume
from tests.unit.service.machines.ec2_builder import IMAGE, Ground, machine_definition

AWSVPC, BRIDGE, HOST, NONE = NetworkMode
OF_THE_INSTANCE: dict[str, Any] = {
    "hostname": "edge",
    "dns_servers": ["10.0.0.2"],
    "dns_search_domains": ["example.com"],
    "extra_hosts": {"db": "10.0.0.9"},
}


def _container(definition: dict[str, Any]) -> dict[str, Any]:
    (only,) = definition["ContainerDefinitions"]
    return only


@pytest.mark.parametrize(
    ("mode", "mapping"),
    [
        (AWSVPC, {"ContainerPort": 8080, "Name": "app", "AppProtocol": "http", "Protocol": "tcp"}),
        (
            BRIDGE,
            {"ContainerPort": 8080, "HostPort": 0, "Name": "app", "AppProtocol": "http", "Protocol": "tcp"},
        ),
        # Without a name: Service Connect, which it is for, does not know this mode.
        (HOST, {"ContainerPort": 8080, "Protocol": "tcp"}),
    ],
)
def test_ports_by_network_mode(mode: NetworkMode, mapping: dict[str, Any]) -> None:
    definition = machine_definition(mode)
    assert definition["NetworkMode"] == mode.value
    assert definition["RequiresCompatibilities"] == ["EC2"]
    assert _container(definition)["PortMappings"] == [mapping]


def test_none_has_no_ports() -> None:
    definition = machine_definition(NONE)
    assert definition["NetworkMode"] == "none"
    assert "PortMappings" not in _container(definition)


def test_containers_are_as_closed_as_on_fargate() -> None:
    container = _container(machine_definition())
    assert container["ReadonlyRootFilesystem"] is True
    assert container["User"] == "10001"
    assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    assert "Privileged" not in container
    assert container["LogConfiguration"]["LogDriver"] == "awslogs"


@pytest.mark.parametrize(
    ("options", "written"),
    [
        ({"size": TaskSize(cpu=256, memory_mib=512)}, {"Cpu": "256", "Memory": "512"}),
        ({"size": TaskSize(memory_mib=512)}, {"Memory": "512"}),
        ({"processes": Sharing.TASK, "shared_memory": Sharing.HOST}, {"PidMode": "task", "IpcMode": "host"}),
        ({"processes": Sharing.HOST, "shared_memory": Sharing.TASK}, {"PidMode": "host", "IpcMode": "task"}),
        (
            {"placement_constraints": [MemberOf("attribute:ecs.os-type == linux")]},
            {"PlacementConstraints": [{"Type": "memberOf", "Expression": "attribute:ecs.os-type == linux"}]},
        ),
    ],
)
@pytest.mark.parametrize("external", [False, True])
def test_options_of_the_task(external: bool, options: dict[str, Any], written: dict[str, Any]) -> None:
    definition = machine_definition(BRIDGE, external=external, **options)
    keys = ("Cpu", "Memory", "PidMode", "IpcMode", "PlacementConstraints")
    assert {key: definition[key] for key in keys if key in definition} == written
    assert definition["RequiresCompatibilities"] == ["EXTERNAL" if external else "EC2"]


@pytest.mark.parametrize("mode", [BRIDGE, HOST])
@pytest.mark.parametrize("external", [False, True])
def test_names_and_addresses_of_the_machine(mode: NetworkMode, external: bool) -> None:
    container = _container(machine_definition(mode, external=external, **OF_THE_INSTANCE))
    assert container["Hostname"] == "edge"
    assert container["DnsServers"] == ["10.0.0.2"]
    assert container["DnsSearchDomains"] == ["example.com"]
    assert container["ExtraHosts"] == [{"Hostname": "db", "IpAddress": "10.0.0.9"}]


def test_gpus_and_a_privileged_container_by_name() -> None:
    container = _container(machine_definition(gpus=2, privileged=True, drop_capabilities=()))
    assert container["ResourceRequirements"] == [{"Type": "GPU", "Value": "2"}]
    assert container["Privileged"] is True


def test_what_a_service_asks_a_task() -> None:
    ground = Ground()
    side = Container(name="proxy", image=IMAGE, port=80, host_port=9090, memory_mib=64, gpus=1)
    task = ground.task(BRIDGE, gpus=2, sidecars=[side], front="proxy")
    assert (task.port, task.host_port, task.gpus, task.privileged) == (80, 9090, 3, False)
    closed = ground.task(BRIDGE, "Other", privileged=True, drop_capabilities=())
    assert (closed.port, closed.host_port, closed.gpus, closed.privileged) == (8080, None, 0, True)


@pytest.mark.parametrize(
    ("mode", "options", "problem"),
    [
        *(
            (mode, {field: value}, f"network mode {mode} takes none")
            for mode in (AWSVPC, NONE)
            for field, value in OF_THE_INSTANCE.items()
        ),
        (NONE, {"port": 8080}, "listens on port 8080, and network mode none"),
        (AWSVPC, {"host_port": 80}, "has host port 80 in network mode awsvpc"),
        (HOST, {"host_port": 80}, "has host port 80 in network mode host"),
        (BRIDGE, {"host_port": 22}, "Host port 22 is kept for SSH"),
        (BRIDGE, {"port": None, "host_port": 80}, "has host port 80, and no port behind it"),
        (AWSVPC, {"memory_reservation_mib": None}, "has no share of memory, and neither has its task"),
        (AWSVPC, {"memory_reservation_mib": 256, "memory_mib": 128}, "keeps 256 MiB and is killed above 128"),
        (AWSVPC, {"privileged": True}, "is privileged, which gives it every capability, and drops ALL"),
        (AWSVPC, {"gpus": 0}, "gpus is 0"),
        (AWSVPC, {"placement_constraints": [DistinctInstance()]}, "DistinctInstance() means nothing to it"),
        (AWSVPC, {"user": "root"}, "would run as root"),
        (AWSVPC, {"size": TaskSize(memory_mib=64)}, "128 MiB are kept for the containers"),
    ],
)
def test_what_ec2_refuses(mode: NetworkMode, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        Ground().task(mode, **options)
    assert problem in error.value.problem


@pytest.mark.parametrize("external", [False, True])
def test_a_plain_word_is_no_network_mode(external: bool) -> None:
    ground = Ground()
    with pytest.raises(ConfigurationError) as error:
        (ground.external_task if external else ground.task)(network_mode="bridge")
    kind = "ExternalTaskDefinition" if external else "Ec2TaskDefinition"
    assert str(error.value) == (
        "network_mode is 'bridge'. "
        "Allowed: NetworkMode.AWSVPC, NetworkMode.BRIDGE, NetworkMode.HOST, NetworkMode.NONE. "
        f"Change: {kind}(network_mode=...)"
    )


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"network_mode": AWSVPC}, "External instances stand in no VPC"),
        ({"network_mode": NONE, "port": 80}, "listens on port 80, and network mode none"),
        ({"network_mode": HOST, "port": 80, "host_port": 81}, "has host port 81 in network mode host"),
        ({"port": 80, "host_port": 51678}, "Host port 51678 is kept for the agent"),
        ({"placement_constraints": [DistinctInstance()]}, "DistinctInstance() means nothing to it"),
        ({"memory_reservation_mib": None}, "has no share of memory, and neither has its task"),
    ],
)
def test_what_external_instances_refuse(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        Ground().external_task(**options)
    assert problem in error.value.problem


def test_efs_is_not_mounted_outside_aws() -> None:
    ground = Ground()
    files = efs.FileSystem.from_file_system_attributes(
        ground.stack,
        "Files",
        file_system_id="fs-1",
        security_group=ec2.SecurityGroup.from_security_group_id(ground.stack, "FilesGroup", "sg-1"),
    )
    volume = EfsVolume(name="files", file_system=files)
    with pytest.raises(ConfigurationError) as error:
        ground.external_task(
            volumes=[volume], mounts=[Mount(volume="files", path="/files")], network_mode=AWSVPC
        )
    # With the other mistake: all of a task are said at once.
    assert "The volume files is on Amazon EFS" in error.value.problem
    assert "stand in no VPC" in error.value.problem


def test_an_external_task_has_roles_secrets_and_logs_in_the_cloud() -> None:
    ground = Ground()
    task = ground.external_task(port=80)
    definition = next(
        iter(Template.from_stack(ground.stack).find_resources("AWS::ECS::TaskDefinition").values())
    )
    properties = definition["Properties"]
    assert properties["NetworkMode"] == "bridge"
    assert {"ExecutionRoleArn", "TaskRoleArn"} <= set(properties)
    options = _container(properties)["LogConfiguration"]["Options"]
    assert options["awslogs-group"] == ground.stack.resolve(task.log_group.log_group_name)
    assert ground.network.reached.isdisjoint(EVERY_TASK)
    assert task.definition.compatibility is ecs.Compatibility.EXTERNAL


def test_nothing_outside_aws_stands_in_a_vpc() -> None:
    network = ExternalNetwork()
    assert (network.public_subnets, network.task_subnets, network.has_egress) == ((), (), True)
    network.reach(*EVERY_TASK)
    with pytest.raises(ConfigurationError, match="stand outside of every VPC"):
        network.vpc  # noqa: B018 - asking is the point


def test_a_repository_needs_no_endpoint_outside_aws() -> None:
    ground = Ground()
    repository = ecr.Repository.from_repository_attributes(
        ground.stack,
        "Repository",
        repository_name="plant",
        repository_arn="arn:aws:ecr:eu-central-1:111122223333:repository/plant",
    )
    ground.external_task(image=RegistryImage(tag="1"), repository=repository)
    assert ground.network.reached.isdisjoint(EVERY_TASK)
