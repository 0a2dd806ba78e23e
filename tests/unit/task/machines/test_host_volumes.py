from typing import Any

import pytest
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError
from ecs_platform.task.machines.host_volumes import DockerVolume, DockerVolumeScope, HostVolume
from ecs_platform.task.mounts import Mount
from tests.unit.service.machines.ec2_builder import Ground, machine_definition

SHARED = DockerVolumeScope.SHARED


@pytest.mark.parametrize("path", ["logs", "", "/", "/var/../etc", "/var/log/", "C:\\logs"])
def test_a_directory_is_absolute(path: str) -> None:
    with pytest.raises(ConfigurationError, match="is no directory of a machine"):
        HostVolume(name="logs", source_path=path)


@pytest.mark.parametrize("name", ["", "my logs", "x" * 256])
@pytest.mark.parametrize(
    "kind", [lambda name: HostVolume(name=name, source_path="/x"), lambda name: DockerVolume(name=name)]
)
def test_names_are_those_that_ecs_takes(kind: Any, name: str) -> None:
    with pytest.raises(ConfigurationError, match="1 to 255 letters, digits, _ and -"):
        kind(name)


def test_a_docker_volume_has_a_driver_and_begins_somewhere() -> None:
    with pytest.raises(ConfigurationError) as error:
        DockerVolume(name="cache", driver="", create=False)
    assert "has no driver" in error.value.problem
    assert "begins with its task, and is not to be made" in error.value.problem


@pytest.mark.parametrize(
    ("volume", "written"),
    [
        (HostVolume(name="v", source_path="/var/log"), {"Host": {"SourcePath": "/var/log"}}),
        (DockerVolume(name="v"), {"DockerVolumeConfiguration": {"Driver": "local", "Scope": "task"}}),
        (
            DockerVolume(
                name="v", scope=SHARED, driver="rexray", driver_options={"size": "5"}, labels={"a": "b"}
            ),
            {
                "DockerVolumeConfiguration": {
                    "Autoprovision": True,
                    "Driver": "rexray",
                    "DriverOpts": {"size": "5"},
                    "Labels": {"a": "b"},
                    "Scope": "shared",
                }
            },
        ),
        (
            DockerVolume(name="v", scope=SHARED, create=False),
            {"DockerVolumeConfiguration": {"Autoprovision": False, "Driver": "local", "Scope": "shared"}},
        ),
    ],
)
def test_volumes_are_written(volume: Any, written: dict[str, Any]) -> None:
    properties = machine_definition(volumes=[volume], mounts=[Mount(volume="v", path="/v", read_only=True)])
    assert properties["Volumes"] == [{"Name": "v", **written}]
    (container,) = properties["ContainerDefinitions"]
    assert container["MountPoints"] == [{"ContainerPath": "/v", "ReadOnly": True, "SourceVolume": "v"}]


@pytest.mark.parametrize("volume", [HostVolume(name="v", source_path="/x"), DockerVolume(name="v")])
def test_fargate_has_no_machine_to_keep_them_on(task: Any, volume: Any) -> None:
    with pytest.raises(ConfigurationError, match="on Fargate nobody has one"):
        task(volumes=[volume], mounts=[Mount(volume="v", path="/v")])


@pytest.mark.parametrize("volume", [HostVolume(name="v", source_path="/x"), DockerVolume(name="v")])
def test_they_open_and_grant_nothing(volume: Any) -> None:
    ground = Ground()
    before = Template.from_stack(Ground().stack).find_resources("AWS::EC2::SecurityGroup")
    task = ground.task(volumes=[volume], mounts=[Mount(volume="v", path="/v")])
    task.connect(ground.capacity.connections)
    template = Template.from_stack(ground.stack)
    assert template.find_resources("AWS::EC2::SecurityGroup") == before
    template.resource_count_is("AWS::EC2::SecurityGroupIngress", 0)
    template.resource_count_is("AWS::IAM::Policy", 0)
