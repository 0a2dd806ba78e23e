import pytest

from ecs_platform.service.machines.unsupported import (
    ON_DAEMON,
    ON_EXTERNAL,
    NotExternal,
    NotForDaemon,
    unsupported,
)


@pytest.mark.parametrize(
    ("reasons", "arguments"),
    [(ON_DAEMON, NotForDaemon), (ON_EXTERNAL, NotExternal)],
    ids=["daemon", "external"],
)
def test_each_argument_that_is_refused_has_a_reason(reasons: dict[str, object], arguments: type) -> None:
    assert set(reasons) == set(arguments.__annotations__)


def test_each_is_said_once_with_what_there_is_instead() -> None:
    found = unsupported({"tasks": 3, "placement": ["any"]}, ON_DAEMON, kind="DaemonService")
    assert [mistake.where for mistake in found] == [
        "DaemonService(tasks=...).",
        "DaemonService(placement=...).",
    ]
    assert found[0].problem.startswith("ECS counts the instances itself")
    assert found[0].allowed == "no number; placement constraints say which instances run a task."


def test_none_is_as_good_as_nothing() -> None:
    assert unsupported({"tasks": None, "capacity": None}, ON_DAEMON, kind="DaemonService") == []


def test_an_argument_that_no_service_has_is_pythons_own_error() -> None:
    with pytest.raises(TypeError, match=r"DaemonService\(\) got an unexpected keyword argument 'colour'"):
        unsupported({"colour": "red"}, ON_DAEMON, kind="DaemonService")
