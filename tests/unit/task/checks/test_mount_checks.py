"""Volumes and the places where containers see them."""

from collections.abc import Sequence

import pytest

from ecs_platform.problem import ConfigurationError
from ecs_platform.task.checks.mounts import mount_mistakes
from ecs_platform.task.container import Container
from ecs_platform.task.mounts import Mount, Tmpfs
from tests.unit.task.containers import container, lines, words

DATA = Mount(volume="data", path="/data")


def found(*containers: Container, volumes: Sequence[str] = (), memory_mib: int | None = 512) -> Sequence[str]:
    return lines(mount_mistakes(words(*containers), volumes, memory_mib=memory_mib, owner="TaskDefinition"))


def test_containers_share_a_volume() -> None:
    assert found(container("app", mounts=[DATA]), container("web", mounts=[DATA]), volumes=["data"]) == []


def test_a_volume_that_nobody_mounts() -> None:
    assert found(container("app", mounts=[DATA]), volumes=["data", "uploads"]) == [
        'No container mounts the volume "uploads". '
        "Allowed: a container with a Mount of it, or the volume left out. "
        "Change: TaskDefinition(mounts=..., volumes=...)"
    ]


def test_a_mount_of_no_volume() -> None:
    web = container("web", mounts=[Mount(volume="date", path="/data")])
    assert found(container("app", mounts=[DATA]), web, volumes=["data"]) == [
        'The container "web" mounts "date", which is no volume of the task. Allowed: one of data. '
        'Change: Container(name="web", mounts=...), or TaskDefinition(volumes=...)'
    ]


def test_a_mount_in_a_task_without_volumes() -> None:
    (line,) = found(container("app", mounts=[DATA]))
    assert "Allowed: a volume among its `volumes`." in line


def test_a_volume_twice() -> None:
    assert found(container("app", mounts=[DATA]), volumes=["data", "data"]) == [
        '2 volumes are named "data". '
        "Allowed: each name once; a writable mount at /a/b is a volume of its own, named a-b. "
        "Change: TaskDefinition(volumes=...)"
    ]


def test_a_volume_that_has_the_name_of_a_writable_mount() -> None:
    app = container("app", mounts=[Mount(volume="cache", path="/data")], writable_mounts=["/cache"])
    (line,) = found(app, volumes=["cache"])
    assert line.startswith('2 volumes are named "cache".')


def test_writable_mounts_of_two_containers_are_two_volumes() -> None:
    assert (
        found(container("app", writable_mounts=["/cache"]), container("web", writable_mounts=["/cache"]))
        == []
    )


def test_two_mounts_at_one_path() -> None:
    web = container("web", mounts=[DATA], tmpfs=[Tmpfs(path="/data", size_mib=1)])
    assert found(container("app"), web, volumes=["data"]) == [
        'More than one mount is at /data of the container "web". Allowed: one mount at each path. '
        'Change: Container(name="web", writable_mounts=..., tmpfs=..., mounts=...)'
    ]


def test_tmpfs_of_all_containers_share_the_tasks_memory() -> None:
    half = [Tmpfs(path="/a", size_mib=256)]
    assert found(container("app", tmpfs=half)) == []
    assert found(container("app", tmpfs=half), container("web", tmpfs=half), memory_mib=None) == []
    (line,) = found(container("app", tmpfs=half), container("web", tmpfs=half))
    assert line.startswith("The tmpfs mounts may fill 512 MiB, and the task has 512 MiB in all.")


def test_a_sidecars_writable_mount_at_no_path() -> None:
    assert found(container("app"), container("web", writable_mounts=["cache"])) == [
        'Nothing can be mounted at "cache". Allowed: an absolute path below the root, such as "/tmp". '
        'Change: Container(name="web", writable_mounts=...)'
    ]


@pytest.mark.parametrize("path", ["", "/", "data", "/data/", "/a/../b"])
def test_a_mount_at_no_path(path: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        Mount(volume="data", path=path)
    assert str(error.value) == (
        f'Nothing can be mounted at "{path}". Allowed: an absolute path below the root, such as "/tmp". '
        "Change: Mount(path=...)"
    )
