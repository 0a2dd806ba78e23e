"""What containers have in network modes that Fargate lacks."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk.assertions import Template

from ecs_platform.registry.images import RegistryImage
from ecs_platform.task.architecture import Architecture
from ecs_platform.task.compatibility import Compatibility
from ecs_platform.task.container import Container
from ecs_platform.task.logs import AwsLogs
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.task import Task
from tests.unit.fakes import FakeNetwork


@pytest.fixture
def on_ec2(
    stack: cdk.Stack, network: FakeNetwork, repository: ecr.IRepository, template: Callable[[], Template]
) -> Callable[..., dict[str, Any]]:
    """The one container of a task for EC2, in the network mode and with the fields given."""

    def build(mode: NetworkMode, **fields: Any) -> dict[str, Any]:
        Task(
            stack,
            "Task",
            family="dev-hello",
            application=Container(
                **{"name": "app", "image": RegistryImage(tag="1"), "memory_mib": 64, **fields}
            ),
            sidecars=(),
            front=None,
            logs=AwsLogs(group_name="/dev/hello"),
            log_driver=None,
            volumes=(),
            network=network,
            network_mode=mode,
            compatibility=Compatibility.EC2,
            architecture=Architecture.ARM64,
            cpu=None,
            memory_mib=None,
            repository=repository,
            retired_secrets=(),
            retired_repositories=(),
            mistakes=(),
            define=lambda task, shared: ecs.TaskDefinition(
                task,
                "Definition",
                compatibility=ecs.Compatibility.EC2,
                network_mode=mode.bind(),
                **shared,
            ),
        )
        (resource,) = template().find_resources("AWS::ECS::TaskDefinition").values()
        assert resource["Properties"]["NetworkMode"] == mode.value
        (only,) = resource["Properties"]["ContainerDefinitions"]
        return only

    return build


def test_what_the_instance_lends(on_ec2: Callable[..., dict[str, Any]]) -> None:
    made = on_ec2(
        NetworkMode.BRIDGE,
        hostname="hello",
        dns_servers=["10.0.0.2"],
        dns_search_domains=["example.com"],
        extra_hosts={"db": "10.0.0.9"},
        gpus=2,
        privileged=True,
        drop_capabilities=(),
    )
    assert made["Hostname"] == "hello"
    assert made["DnsServers"] == ["10.0.0.2"]
    assert made["DnsSearchDomains"] == ["example.com"]
    assert made["ExtraHosts"] == [{"Hostname": "db", "IpAddress": "10.0.0.9"}]
    assert made["ResourceRequirements"] == [{"Type": "GPU", "Value": "2"}]
    assert made["Privileged"] is True


def test_nothing_of_it_unless_given(on_ec2: Callable[..., dict[str, Any]]) -> None:
    lent = {"Hostname", "DnsServers", "DnsSearchDomains", "ExtraHosts", "ResourceRequirements", "Privileged"}
    assert lent & set(on_ec2(NetworkMode.BRIDGE)) == set()


@pytest.mark.parametrize(("host_port", "mapped"), [(None, 0), (8080, 8080)])
def test_in_bridge_mode_a_port_of_the_instance_leads_to_the_containers(
    on_ec2: Callable[..., dict[str, Any]], host_port: int | None, mapped: int
) -> None:
    assert on_ec2(NetworkMode.BRIDGE, port=80, host_port=host_port)["PortMappings"] == [
        {"AppProtocol": "http", "ContainerPort": 80, "HostPort": mapped, "Name": "app", "Protocol": "tcp"}
    ]


def test_in_host_mode_a_port_has_neither_name_nor_protocol_for_service_connect(
    on_ec2: Callable[..., dict[str, Any]],
) -> None:
    (mapping,) = on_ec2(NetworkMode.HOST, port=80)["PortMappings"]
    assert {"Name", "AppProtocol"} & set(mapping) == set()
    assert mapping["ContainerPort"] == 80


def test_network_mode_none_has_no_ports(on_ec2: Callable[..., dict[str, Any]]) -> None:
    assert "PortMappings" not in on_ec2(NetworkMode.NONE)
