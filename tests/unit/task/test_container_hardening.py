"""The closed defaults of a container, and how each is opened."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import aws_ecs as ecs

from ecs_platform.problem import ConfigurationError
from ecs_platform.task.mounts import Tmpfs
from ecs_platform.task.task_definition import TaskDefinition

Task = Callable[..., TaskDefinition]
Properties = Callable[..., dict[str, Any]]


def test_by_default_the_container_is_closed(container: Properties) -> None:
    properties = container()
    assert properties["User"] == "10001"
    assert properties["ReadonlyRootFilesystem"] is True
    assert properties["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    assert "MountPoints" not in properties
    assert "Tmpfs" not in properties["LinuxParameters"]
    assert "Ulimits" not in properties


def test_the_root_file_system_can_be_writable(container: Properties) -> None:
    assert container(read_only_root=False)["ReadonlyRootFilesystem"] is False


def test_capabilities_can_be_kept(container: Properties) -> None:
    assert container(drop_capabilities=[])["LinuxParameters"]["Capabilities"] == {}


def test_capabilities_can_be_dropped_one_by_one(container: Properties) -> None:
    linux = container(drop_capabilities=[ecs.Capability.NET_RAW])["LinuxParameters"]
    assert linux["Capabilities"] == {"Drop": ["NET_RAW"]}


@pytest.mark.parametrize("user", ["app", "1000", "app:web", "10001:0"])
def test_another_user_can_be_named(container: Properties, user: str) -> None:
    assert container(user=user)["User"] == user


@pytest.mark.parametrize("user", ["root", "0", "00", "root:root", "0:10001"])
def test_root_is_refused(task: Task, user: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(user=user)
    assert str(error.value) == (
        f'The container would run as root ("{user}"). '
        'Allowed: a user that is not root, such as "10001", or allow_root=True where the image needs it. '
        "Change: TaskDefinition(user=...)"
    )


def test_root_can_be_allowed(container: Properties) -> None:
    assert container(user="root", allow_root=True)["User"] == "root"


@pytest.mark.parametrize("user", ["", "a b", "-1", "a:", ":a", "a:b:c"])
def test_what_is_no_user_is_refused(task: Task, user: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(user=user)
    assert str(error.value) == (
        f'"{user}" is no user. '
        'Allowed: a user or a uid, and if need be a group or a gid: "10001", "app", "10001:10001". '
        "Change: TaskDefinition(user=...)"
    )


def test_limits_can_be_set(container: Properties) -> None:
    limit = ecs.Ulimit(name=ecs.UlimitName.NOFILE, soft_limit=1024, hard_limit=4096)
    assert container(ulimits=[limit])["Ulimits"] == [{"Name": "nofile", "SoftLimit": 1024, "HardLimit": 4096}]


def test_a_soft_limit_above_the_hard_one_is_refused(task: Task) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(ulimits=[ecs.Ulimit(name=ecs.UlimitName.NOFILE, soft_limit=9, hard_limit=8)])
    assert str(error.value) == (
        "The soft limit of nofile, 9, is above the hard one, 8. Allowed: a soft limit up to the hard limit. "
        "Change: TaskDefinition(ulimits=...)"
    )


@pytest.mark.parametrize(("soft", "hard"), [(5, -1), (-1, -1), (0, 0)])
def test_a_limit_can_be_none(container: Properties, soft: int, hard: int) -> None:
    limit = ecs.Ulimit(name=ecs.UlimitName.MEMLOCK, soft_limit=soft, hard_limit=hard)
    assert container(ulimits=[limit])["Ulimits"] == [
        {"Name": "memlock", "SoftLimit": soft, "HardLimit": hard}
    ]


@pytest.mark.parametrize(
    ("soft", "hard", "said"),
    [
        (
            -1,
            8,
            "The soft limit of memlock, -1, is above the hard one, 8 (-1 is no limit). "
            "Allowed: a soft limit up to the hard limit.",
        ),
        (-2, 8, "The limits of memlock are -2 and 8. Allowed: 0 or more, or -1 for no limit."),
        (-2, -2, "The limits of memlock are -2 and -2. Allowed: 0 or more, or -1 for no limit."),
    ],
)
def test_limits_that_are_none_are_refused(task: Task, soft: int, hard: int, said: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(ulimits=[ecs.Ulimit(name=ecs.UlimitName.MEMLOCK, soft_limit=soft, hard_limit=hard)])
    assert str(error.value) == f"{said} Change: TaskDefinition(ulimits=...)"


def test_a_limit_set_twice_is_refused(task: Task) -> None:
    limit = ecs.Ulimit(name=ecs.UlimitName.CORE, soft_limit=0, hard_limit=0)
    with pytest.raises(ConfigurationError) as error:
        task(ulimits=[limit, limit])
    assert str(error.value) == (
        "The limit core is set twice. Allowed: each limit once. Change: TaskDefinition(ulimits=...)"
    )


def test_writable_mounts_are_volumes_of_the_task(definition: Properties) -> None:
    properties = definition(writable_mounts=["/scratch", "/var/cache/app.d"])
    assert properties["Volumes"] == [{"Name": "scratch"}, {"Name": "var-cache-app-d"}]
    assert properties["ContainerDefinitions"][0]["MountPoints"] == [
        {"ContainerPath": "/scratch", "SourceVolume": "scratch", "ReadOnly": False},
        {"ContainerPath": "/var/cache/app.d", "SourceVolume": "var-cache-app-d", "ReadOnly": False},
    ]


def test_a_directory_can_be_in_memory(container: Properties) -> None:
    linux = container(tmpfs=[Tmpfs(path="/scratch", size_mib=64)])["LinuxParameters"]
    assert linux["Tmpfs"] == [{"ContainerPath": "/scratch", "Size": 64}]


@pytest.mark.parametrize("path", ["", "/", "tmp", "/scratch/", "/a//b", "/a b", "/a/../b", "/."])
def test_a_path_that_cannot_be_mounted_is_refused(task: Task, path: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(writable_mounts=[path])
    assert str(error.value) == (
        f'Nothing can be mounted at "{path}". Allowed: an absolute path below the root, such as "/tmp". '
        "Change: TaskDefinition(writable_mounts=...)"
    )


def test_a_tmpfs_at_no_path_is_refused() -> None:
    with pytest.raises(ConfigurationError) as error:
        Tmpfs(path="tmp", size_mib=1)
    assert str(error.value) == (
        'Nothing can be mounted at "tmp". Allowed: an absolute path below the root, such as "/tmp". '
        "Change: Tmpfs(path=...)"
    )


def test_a_tmpfs_without_room_is_refused() -> None:
    with pytest.raises(ConfigurationError) as error:
        Tmpfs(path="/scratch", size_mib=0)
    assert str(error.value) == (
        "A tmpfs of 0 MiB at /scratch holds nothing. Allowed: 1 MiB or more. Change: Tmpfs(size_mib=...)"
    )


def test_two_mounts_at_one_path_are_refused(task: Task) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(writable_mounts=["/scratch", "/a", "/a"], tmpfs=[Tmpfs(path="/scratch", size_mib=1)])
    assert str(error.value) == (
        "More than one mount is at /a, /scratch. Allowed: one mount at each path. "
        "Change: TaskDefinition(writable_mounts=..., tmpfs=...)"
    )


def test_volumes_whose_paths_would_share_a_name_are_refused(task: Task) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(writable_mounts=["/var/run", "/var-run"])
    assert str(error.value) == (
        "/var/run and /var-run would be volumes of one name, var-run. "
        "Allowed: paths that differ in more than punctuation. Change: TaskDefinition(writable_mounts=...)"
    )


def test_more_tmpfs_than_memory_is_refused(task: Task) -> None:
    with pytest.raises(ConfigurationError) as error:
        task(tmpfs=[Tmpfs(path="/a", size_mib=256), Tmpfs(path="/b", size_mib=256)])
    assert str(error.value) == (
        "The tmpfs mounts may fill 512 MiB, and the task has 512 MiB in all. "
        "Allowed: less than the task's memory, so that the application has the rest. "
        "Change: TaskDefinition(tmpfs=..., size=...)"
    )
