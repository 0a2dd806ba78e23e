import pytest

from ecs_platform.registry.images import PublicImage
from ecs_platform.task.checks.host_ports import host_port_of, reserved_mistakes
from ecs_platform.task.container import Container
from ecs_platform.task.network_mode import NetworkMode


def _container(name: str = "app", host_port: int | None = None) -> Container:
    return Container(name=name, image=PublicImage(uri="public.ecr.aws/x/y:1"), port=8080, host_port=host_port)


@pytest.mark.parametrize("port", [None, 0, 21, 23, 80, 2374, 2377, 32767, 51677, 51681])
def test_other_ports_are_free(port: int | None) -> None:
    assert list(reserved_mistakes([_container(host_port=port)], NetworkMode.BRIDGE)) == []


@pytest.mark.parametrize(
    ("port", "user"),
    [
        (22, "SSH"),
        (2375, "Docker"),
        (2376, "Docker"),
        (51678, "the agent"),
        (51679, "the agent"),
        (51680, "the agent"),
    ],
)
def test_what_a_machine_uses_itself_is_not(port: int, user: str) -> None:
    (mistake,) = reserved_mistakes([_container(), _container("side", port)], NetworkMode.BRIDGE)
    assert mistake.problem == f"Host port {port} is kept for {user} on every machine."
    assert mistake.where == 'Container(name="side", host_port=...)'


@pytest.mark.parametrize(("mode", "mistakes"), [(NetworkMode.HOST, 1), (NetworkMode.BRIDGE, 0)])
def test_in_host_mode_the_port_of_a_container_is_the_machines(mode: NetworkMode, mistakes: int) -> None:
    container = Container(name="app", image=PublicImage(uri="public.ecr.aws/x/y:1"), port=51678)
    found = list(reserved_mistakes([container], mode))
    assert len(found) == mistakes
    assert all(mistake.where == 'Container(name="app", port=...)' for mistake in found)


@pytest.mark.parametrize(("given", "found"), [(None, None), (0, None), (9090, 9090)])
def test_the_port_of_the_container_that_is_asked_for(given: int | None, found: int | None) -> None:
    containers = [_container(host_port=80), _container("front", given)]
    assert host_port_of(containers, "front") == found
