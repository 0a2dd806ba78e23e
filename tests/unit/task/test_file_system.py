"""A file system: who gets in, how, and what is left when it goes."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_efs as efs
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError
from ecs_platform.task.file_system import FileSystem
from tests.unit.fakes import FakeNetwork

Synthesize = Callable[[], Template]


def resource(template: Template, kind: str) -> dict[str, Any]:
    (found,) = template.find_resources(f"AWS::EFS::{kind}").values()
    return dict(found)


def test_a_file_system_is_encrypted_backed_up_and_stays(
    stack: cdk.Stack, network: FakeNetwork, template: Synthesize
) -> None:
    FileSystem(stack, "Files", network=network)
    made = resource(template(), "FileSystem")
    properties = made["Properties"]
    assert properties["Encrypted"] is True
    assert "KmsKeyId" not in properties
    assert properties["BackupPolicy"] == {"Status": "ENABLED"}
    assert properties["ThroughputMode"] == "elastic"
    assert properties["LifecyclePolicies"] == [
        {"TransitionToIA": "AFTER_30_DAYS"},
        {"TransitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
    ]
    assert (made["DeletionPolicy"], made["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_every_option_can_be_changed(stack: cdk.Stack, network: FakeNetwork, template: Synthesize) -> None:
    FileSystem(
        stack,
        "Files",
        network=network,
        encryption_key=kms.Key.from_key_arn(
            stack, "Key", "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000000"
        ),
        backups=False,
        infrequent_access_after=None,
        throughput_mode=efs.ThroughputMode.BURSTING,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
    made = resource(template(), "FileSystem")
    properties = made["Properties"]
    assert properties["KmsKeyId"].endswith("key/00000000-0000-0000-0000-000000000000")
    assert "BackupPolicy" not in properties
    assert properties["ThroughputMode"] == "bursting"
    assert "LifecyclePolicies" not in properties
    assert made["DeletionPolicy"] == "Delete"


def test_nobody_gets_in_without_tls_or_an_access_point_and_the_policy_allows_nothing(
    stack: cdk.Stack, network: FakeNetwork, template: Synthesize
) -> None:
    FileSystem(stack, "Files", network=network)
    statements = resource(template(), "FileSystem")["Properties"]["FileSystemPolicy"]["Statement"]
    assert [
        {key: statement[key] for key in ("Effect", "Principal", "Action", "Condition")}
        for statement in statements
    ] == [
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "elasticfilesystem:ClientMount",
            "Condition": {"Null": {"elasticfilesystem:AccessPointArn": "true"}},
        },
    ]


def test_a_mount_target_stands_in_each_zone_of_the_tasks_behind_a_group_open_to_nobody(
    stack: cdk.Stack, template: Synthesize
) -> None:
    FileSystem(stack, "Files", network=FakeNetwork(stack, zones=3))
    made = template()
    targets = made.find_resources("AWS::EFS::MountTarget").values()
    assert sorted(target["Properties"]["SubnetId"] for target in targets) == [
        "subnet-private-a",
        "subnet-private-b",
        "subnet-private-c",
    ]
    ((group, properties),) = made.find_resources("AWS::EC2::SecurityGroup").items()
    assert all(
        target["Properties"]["SecurityGroups"] == [{"Fn::GetAtt": [group, "GroupId"]}] for target in targets
    )
    assert "SecurityGroupIngress" not in properties["Properties"]
    assert [rule["CidrIp"] for rule in properties["Properties"]["SecurityGroupEgress"]] == [
        "255.255.255.255/32"
    ]
    made.resource_count_is("AWS::EC2::SecurityGroupIngress", 0)


def test_an_access_point_is_one_directory_and_one_user(
    stack: cdk.Stack, network: FakeNetwork, template: Synthesize
) -> None:
    FileSystem(stack, "Files", network=network).access_point("Uploads", path="/shop/up", uid=10001, gid=10002)
    properties = resource(template(), "AccessPoint")["Properties"]
    assert properties["PosixUser"] == {"Uid": "10001", "Gid": "10002"}
    assert properties["RootDirectory"] == {
        "Path": "/shop/up",
        "CreationInfo": {"OwnerUid": "10001", "OwnerGid": "10002", "Permissions": "0750"},
    }


def test_the_mode_of_the_directory_can_be_changed(
    stack: cdk.Stack, network: FakeNetwork, template: Synthesize
) -> None:
    FileSystem(stack, "Files", network=network).access_point(
        "Uploads", path="/up", uid=1, gid=1, permissions="700"
    )
    created = resource(template(), "AccessPoint")["Properties"]["RootDirectory"]["CreationInfo"]
    assert created["Permissions"] == "700"


@pytest.mark.parametrize("path", ["/", "uploads", "/a/b/c/d/e", "/a/../b", "/a b", "/" + "a" * 100])
def test_a_path_that_is_no_directory_for_an_access_point_is_refused(
    stack: cdk.Stack, network: FakeNetwork, path: str
) -> None:
    files = FileSystem(stack, "Files", network=network)
    with pytest.raises(ConfigurationError, match=r"is no directory for an access point.*one to four levels"):
        files.access_point("Uploads", path=path, uid=1, gid=1)


def test_all_mistakes_of_an_access_point_are_said_at_once(stack: cdk.Stack, network: FakeNetwork) -> None:
    files = FileSystem(stack, "Files", network=network)
    with pytest.raises(ConfigurationError) as refused:
        files.access_point("Uploads", path="/", uid=0, gid=4_294_967_296, permissions="rwx")
    assert refused.value.problem == (
        'uid is 0. gid is 4294967296. "/" is no directory for an access point. "rwx" is no mode of a '
        "directory."
    )
    assert refused.value.where == " ".join(
        f"access_point({name}=...) of FileSystem stack/Files"
        for name in ("uid", "gid", "path", "permissions")
    )
