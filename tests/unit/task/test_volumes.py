"""Volumes of a task: what the definition says, what the role may, and which way is open."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_efs as efs
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import RegistryImage
from ecs_platform.task.container import Container
from ecs_platform.task.file_system import FileSystem
from ecs_platform.task.mounts import Mount
from ecs_platform.task.task_definition import TaskDefinition
from ecs_platform.task.volumes import EfsVolume, SharedVolume
from tests.unit.fakes import FakeNetwork

Task = Callable[..., TaskDefinition]
Properties = Callable[..., dict[str, Any]]
Synthesize = Callable[[], Template]


@pytest.fixture
def files(stack: cdk.Stack, network: FakeNetwork) -> FileSystem:
    return FileSystem(stack, "Files", network=network)


@pytest.fixture
def point(files: FileSystem) -> efs.AccessPoint:
    return files.access_point("Uploads", path="/uploads", uid=10001, gid=10001)


@pytest.fixture
def uploads(files: FileSystem, point: efs.AccessPoint) -> EfsVolume:
    return EfsVolume(name="up", file_system=files, access_point=point)


@pytest.fixture
def brought(stack: cdk.Stack) -> efs.IFileSystem:
    return efs.FileSystem.from_file_system_attributes(
        stack,
        "Brought",
        file_system_id="fs-0123456789abcdef0",
        security_group=ec2.SecurityGroup.from_security_group_id(
            stack, "BroughtGroup", "sg-0123456789abcdef0"
        ),
    )


def only(template: Template, kind: str) -> tuple[str, dict[str, Any]]:
    ((id_, found),) = template.find_resources(kind).items()
    return id_, found


def allowed(template: Template) -> dict[str, Any]:
    """The one statement that the task role has."""
    _, policy = only(template, "AWS::IAM::Policy")
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    return statement


def test_a_shared_volume_is_seen_by_both_containers_on_read_only_roots(definition: Properties) -> None:
    properties = definition(
        volumes=[SharedVolume(name="sockets")],
        mounts=[Mount(volume="sockets", path="/run/app")],
        sidecars=[
            Container(
                name="nginx",
                image=RegistryImage(tag="2"),
                mounts=[Mount(volume="sockets", path="/run/php", read_only=True)],
            )
        ],
    )
    assert properties["Volumes"] == [{"Name": "sockets"}]
    app, nginx = properties["ContainerDefinitions"]
    assert app["ReadonlyRootFilesystem"] is nginx["ReadonlyRootFilesystem"] is True
    assert app["MountPoints"] == [{"ContainerPath": "/run/app", "ReadOnly": False, "SourceVolume": "sockets"}]
    assert nginx["MountPoints"] == [
        {"ContainerPath": "/run/php", "ReadOnly": True, "SourceVolume": "sockets"}
    ]


def test_an_efs_volume_is_encrypted_on_the_way_and_asks_iam(
    task: Task, template: Synthesize, files: FileSystem, point: efs.AccessPoint
) -> None:
    task(
        volumes=[EfsVolume(name="up", file_system=files, access_point=point)],
        mounts=[Mount(volume="up", path="/up")],
    )
    made = template()
    id_, _ = only(made, "AWS::EFS::FileSystem")
    point_id, _ = only(made, "AWS::EFS::AccessPoint")
    _, found = only(made, "AWS::ECS::TaskDefinition")
    assert found["Properties"]["Volumes"] == [
        {
            "Name": "up",
            "EFSVolumeConfiguration": {
                "FilesystemId": {"Ref": id_},
                "TransitEncryption": "ENABLED",
                "AuthorizationConfig": {"AccessPointId": {"Ref": point_id}, "IAM": "ENABLED"},
            },
        }
    ]
    # Whoever starts the task waits for the definition, and so for the mount targets.
    assert set(made.find_resources("AWS::EFS::MountTarget")) <= set(found["DependsOn"])


@pytest.mark.parametrize(
    ("read_only", "actions"),
    [
        (False, ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]),
        (True, "elasticfilesystem:ClientMount"),
    ],
)
def test_the_task_may_use_this_access_point_of_this_file_system_and_no_more(
    task: Task, template: Synthesize, uploads: EfsVolume, read_only: bool, actions: object
) -> None:
    task(
        volumes=[replace(uploads, read_only=read_only)],
        mounts=[Mount(volume="up", path="/up", read_only=read_only)],
    )
    made = template()
    id_, _ = only(made, "AWS::EFS::FileSystem")
    point_id, _ = only(made, "AWS::EFS::AccessPoint")
    assert allowed(made) == {
        "Effect": "Allow",
        "Action": actions,
        "Resource": {"Fn::GetAtt": [id_, "Arn"]},
        "Condition": {
            "StringEquals": {
                "elasticfilesystem:AccessPointArn": {
                    "Fn::Join": [
                        "",
                        [
                            "arn:aws:elasticfilesystem:eu-central-1:111122223333:access-point/",
                            {"Ref": point_id},
                        ],
                    ]
                }
            }
        },
    }


def test_nfs_is_open_from_the_tasks_alone(
    task: Task, template: Synthesize, network: FakeNetwork, stack: cdk.Stack, uploads: EfsVolume
) -> None:
    made = task(
        volumes=[uploads, SharedVolume(name="shared")],
        mounts=[Mount(volume="up", path="/up"), Mount(volume="shared", path="/shared")],
    )
    group = ec2.SecurityGroup(stack, "Tasks", vpc=network.vpc, allow_all_outbound=False)
    made.connect(group.connections)
    written = template()
    (_, into), (_, out) = (only(written, f"AWS::EC2::SecurityGroup{way}") for way in ("Ingress", "Egress"))
    groups = {
        id_.startswith("Tasks"): {"Fn::GetAtt": [id_, "GroupId"]}
        for id_ in written.find_resources("AWS::EC2::SecurityGroup")
    }
    for rule in (into["Properties"], out["Properties"]):
        assert (rule["FromPort"], rule["ToPort"], rule["IpProtocol"]) == (2049, 2049, "tcp")
    assert into["Properties"]["GroupId"] == out["Properties"]["DestinationSecurityGroupId"] == groups[False]
    assert into["Properties"]["SourceSecurityGroupId"] == out["Properties"]["GroupId"] == groups[True]


def test_the_rules_stand_in_the_stack_of_the_tasks(
    app: cdk.App, stack: cdk.Stack, network: FakeNetwork
) -> None:
    files = FileSystem(stack, "Files", network=network)
    volume = EfsVolume(
        name="up", file_system=files, access_point=files.access_point("Up", path="/up", uid=1, gid=1)
    )
    tasks = cdk.Stack(app, "tasks", env=cdk.Environment(account="111122223333", region="eu-central-1"))
    group = ec2.SecurityGroup(tasks, "Tasks", vpc=network.vpc, allow_all_outbound=False)
    volume.connect(group.connections)
    for way in ("Ingress", "Egress"):
        Template.from_stack(tasks).resource_count_is(f"AWS::EC2::SecurityGroup{way}", 1)
        Template.from_stack(stack).resource_count_is(f"AWS::EC2::SecurityGroup{way}", 0)


def test_an_isolated_network_is_asked_for_nothing_more(
    task: Task, network: FakeNetwork, files: FileSystem, point: efs.AccessPoint
) -> None:
    task()
    asked = set(network.reached)
    cdk.Stack.of(files).node.try_remove_child("Task")
    task(
        volumes=[EfsVolume(name="up", file_system=files, access_point=point)],
        mounts=[Mount(volume="up", path="/up")],
    )
    assert network.reached == asked


def test_a_file_system_that_was_brought_may_be_mounted_by_directory(
    task: Task, template: Synthesize, brought: efs.IFileSystem
) -> None:
    task(
        volumes=[EfsVolume(name="old", file_system=brought, root_directory="/data")],
        mounts=[Mount(volume="old", path="/data")],
    )
    made = template()
    _, found = only(made, "AWS::ECS::TaskDefinition")
    (volume,) = found["Properties"]["Volumes"]
    assert volume["EFSVolumeConfiguration"] == {
        "FilesystemId": "fs-0123456789abcdef0",
        "RootDirectory": "/data",
        "TransitEncryption": "ENABLED",
        "AuthorizationConfig": {"IAM": "ENABLED"},
    }
    statement = allowed(made)
    assert "Condition" not in statement
    assert "file-system/fs-0123456789abcdef0" in str(statement["Resource"])


def test_a_read_only_volume_that_is_mounted_for_writing_is_refused(
    task: Task, files: FileSystem, point: efs.AccessPoint
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        task(
            volumes=[EfsVolume(name="up", file_system=files, access_point=point, read_only=True)],
            mounts=[
                Mount(volume="up", path="/a", read_only=True),
                Mount(volume="up", path="/b"),
            ],
        )
    assert str(refused.value) == (
        "The volume up is read-only, and mounted for writing by app at /b. "
        "Allowed: Mount(read_only=True), or a volume that can be written to. "
        "Change: Mount(read_only=...) or EfsVolume(read_only=...)"
    )


def test_an_efs_volume_without_its_mount_is_refused(
    task: Task, files: FileSystem, point: efs.AccessPoint
) -> None:
    with pytest.raises(ConfigurationError, match='No container mounts the volume "up"'):
        task(volumes=[EfsVolume(name="up", file_system=files, access_point=point)])


def test_a_directory_beside_an_access_point_is_refused(files: FileSystem, point: efs.AccessPoint) -> None:
    with pytest.raises(
        ConfigurationError, match=r"up has an access point and a root directory.*one of the two"
    ):
        EfsVolume(name="up", file_system=files, access_point=point, root_directory="/")


def test_our_file_system_without_its_access_point_is_refused_with_all_other_mistakes(
    files: FileSystem,
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        EfsVolume(name="a/b", file_system=files, root_directory="data/..")
    assert refused.value.problem == (
        '"a/b" is no name of a volume. The volume a/b has no access point, and its file system demands one. '
        '"data/.." is no directory of a file system.'
    )


@pytest.mark.parametrize("directory", ["data", "/a/../b", "/a b", ""])
def test_a_root_directory_that_is_none_is_refused(brought: efs.IFileSystem, directory: str) -> None:
    with pytest.raises(ConfigurationError, match="is no directory of a file system"):
        EfsVolume(name="old", file_system=brought, root_directory=directory)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a" * 256])
def test_a_name_that_ecs_does_not_take_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"is no name of a volume.*SharedVolume\(name=...\)"):
        SharedVolume(name=name)


def test_a_long_name_is_said_with_its_length() -> None:
    with pytest.raises(ConfigurationError) as refused:
        SharedVolume(name="a" * 256)
    assert refused.value.problem == f'"{"a" * 40}... (256 characters)" is no name of a volume.'


def test_an_access_point_of_another_file_system_is_refused(
    brought: efs.IFileSystem, point: efs.AccessPoint
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        EfsVolume(name="up", file_system=brought, access_point=point)
    assert str(refused.value) == (
        "The volume up has an access point of another file system. "
        "Allowed: an access point of this one: file_system.access_point(...). "
        "Change: EfsVolume(file_system=..., access_point=...)"
    )


def test_an_access_point_that_was_brought_need_not_know_its_file_system(
    stack: cdk.Stack, files: FileSystem
) -> None:
    point = efs.AccessPoint.from_access_point_id(stack, "Point", "fsap-0123456789abcdef0")
    EfsVolume(name="up", file_system=files, access_point=point)
