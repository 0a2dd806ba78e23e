"""Ports, port names, addresses and kernel parameters: what a network mode takes."""

from collections.abc import Sequence
from typing import Any

import pytest
from aws_cdk import aws_ecs as ecs

from ecs_platform.task.checks.ports import network_mistakes, shared_port_mistakes
from ecs_platform.task.container import Container
from ecs_platform.task.network_mode import NetworkMode
from ecs_platform.task.port_protocol import PortProtocol
from tests.unit.task.containers import container, lines, words

SOMAXCONN = "net.core.somaxconn"


def of_one(mode: NetworkMode, **fields: Any) -> Sequence[str]:
    (only,) = words(container("app", **fields))
    return lines(network_mistakes(only, mode))


def shared(mode: NetworkMode, *containers: Container) -> Sequence[str]:
    return lines(shared_port_mistakes(words(*containers), mode))


@pytest.mark.parametrize("port", [0, 65536])
def test_a_port_out_of_range(port: int) -> None:
    assert of_one(NetworkMode.AWSVPC, port=port) == [
        f"port is {port}. Allowed: 1 to 65535. Change: TaskDefinition(port=...)"
    ]


def test_a_sidecars_mistake_names_it() -> None:
    *_, web = words(container("app"), container("web", port=0))
    assert lines(network_mistakes(web, NetworkMode.AWSVPC)) == [
        'port of the container "web" is 0. Allowed: 1 to 65535. Change: Container(name="web", port=...)'
    ]


@pytest.mark.parametrize("name", ["a" * 64, "_a", "php-fpm_1"])
def test_names_that_a_port_can_have(name: str) -> None:
    (only,) = words(container(name, port=80))
    assert lines(network_mistakes(only, NetworkMode.AWSVPC)) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a" * 65, f'has 65 characters: "{"a" * 40}..."'),
        ("App", 'is "App"'),
        ("-app", 'is "-app"'),
    ],
)
def test_names_that_a_port_cannot_have(name: str, said: str) -> None:
    (only,) = words(container(name, port=80))
    assert lines(network_mistakes(only, NetworkMode.AWSVPC)) == [
        f"container_name {said}, and its port is named like it. Allowed: for a container with a port, "
        "1 to 64 lower-case letters, digits, _ and -, not beginning with -. "
        "Change: TaskDefinition(container_name=...)"
    ]


@pytest.mark.parametrize("mode", [NetworkMode.HOST, NetworkMode.AWSVPC])
def test_a_container_without_a_named_port_can_be_named_so(mode: NetworkMode) -> None:
    port = 80 if mode is NetworkMode.HOST else None
    (only,) = words(container("App", port=port))
    assert lines(network_mistakes(only, mode)) == []


def test_a_port_in_network_mode_none() -> None:
    assert of_one(NetworkMode.NONE, port=80) == [
        "The container listens on port 80, and network mode none has no way to it. "
        "Allowed: no port, or another network mode. Change: TaskDefinition(port=...)"
    ]


@pytest.mark.parametrize("mode", [NetworkMode.AWSVPC, NetworkMode.HOST])
def test_a_host_port_where_there_is_no_mapping(mode: NetworkMode) -> None:
    assert of_one(mode, port=80, host_port=8080) == [
        f"The container has host port 8080 in network mode {mode}, where its port is open as it is. "
        "Allowed: host_port in network mode bridge. Change: TaskDefinition(host_port=...)"
    ]


@pytest.mark.parametrize("host_port", [0, 8080, 65535])
def test_a_host_port_in_bridge_mode(host_port: int) -> None:
    assert of_one(NetworkMode.BRIDGE, port=80, host_port=host_port) == []


@pytest.mark.parametrize("host_port", [-1, 65536])
def test_a_host_port_out_of_range(host_port: int) -> None:
    assert of_one(NetworkMode.BRIDGE, port=80, host_port=host_port) == [
        f"host_port is {host_port}. Allowed: 0 to 65535. Change: TaskDefinition(host_port=...)"
    ]


def test_a_host_port_without_a_port() -> None:
    assert of_one(NetworkMode.BRIDGE, host_port=8080) == [
        "The container has host port 8080, and no port behind it. Allowed: a host_port beside a port. "
        "Change: TaskDefinition(port=..., host_port=...)"
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hostname", "hello"),
        ("dns_servers", ["10.0.0.2"]),
        ("dns_search_domains", ["example.com"]),
        ("extra_hosts", {"db": "10.0.0.9"}),
    ],
)
def test_what_belongs_to_the_instance(field: str, value: Any) -> None:
    for mode in (NetworkMode.BRIDGE, NetworkMode.HOST):
        assert of_one(mode, **{field: value}) == []
    for mode, reason in (
        (NetworkMode.AWSVPC, "the task's network interface brings its own."),
        (NetworkMode.NONE, "there is no network to use it in."),
    ):
        assert of_one(mode, **{field: value}) == [
            f"The container has {field}, and network mode {mode} takes none: {reason} "
            f"Allowed: {field} in network mode bridge or host, which EC2 and external instances have. "
            f"Change: TaskDefinition({field}=...)"
        ]


def test_a_name_server_is_an_address() -> None:
    assert of_one(NetworkMode.BRIDGE, dns_servers=["fd00::2", "dns.example.com"]) == [
        'dns_servers has "dns.example.com". Allowed: IP addresses. Change: TaskDefinition(dns_servers=...)'
    ]


def test_kernel_parameters_of_the_instances_own_network() -> None:
    controls = {SOMAXCONN: "1024", "kernel.sem": "1 2 3 4"}
    assert of_one(NetworkMode.BRIDGE, system_controls=controls) == []
    assert of_one(NetworkMode.HOST, system_controls=controls) == [
        f"The container sets {SOMAXCONN} on the network of its instance. "
        "Allowed: net.* in network mode awsvpc or bridge. Change: TaskDefinition(system_controls=...)"
    ]


@pytest.mark.parametrize("mode", [NetworkMode.AWSVPC, NetworkMode.HOST])
def test_one_localhost_has_each_port_once(mode: NetworkMode) -> None:
    containers = (container("app", port=80), container("api", port=81), container("web", port=80))
    assert shared(mode, *containers) == [
        "app and web listen on port 80 of one localhost. Allowed: each port once in a task. "
        'Change: Container(name="web", port=...)'
    ]


def test_in_bridge_mode_the_ports_of_the_instance_count() -> None:
    containers = [container(name, port=80, host_port=8080) for name in ("app", "web")]
    assert shared(NetworkMode.BRIDGE, container("app", port=80), container("web", port=80)) == []
    assert shared(NetworkMode.BRIDGE, *containers) == [
        "app and web listen on port 8080 of one instance. Allowed: each host_port once in a task. "
        'Change: Container(name="web", host_port=...)'
    ]


def test_any_free_host_port_is_never_the_same() -> None:
    containers = [container(name, port=80, host_port=0) for name in ("app", "web")]
    assert shared(NetworkMode.BRIDGE, *containers) == []


def test_tcp_and_udp_have_ports_of_their_own() -> None:
    dns = container("dns", port=53, protocol=PortProtocol.UDP)
    assert shared(NetworkMode.AWSVPC, container("app", port=53), dns) == []
    (line,) = shared(NetworkMode.AWSVPC, container("app", port=53, protocol=PortProtocol.UDP), dns)
    assert line.startswith("app and dns listen on port 53")


def test_one_network_has_each_kernel_parameter_once() -> None:
    app, same, other = (
        container(name, system_controls={SOMAXCONN: value, "kernel.shmmax": name})
        for name, value in (("app", "1"), ("same", "1"), ("other", "2"))
    )
    assert shared(NetworkMode.AWSVPC, app, same) == []
    assert shared(NetworkMode.BRIDGE, app, other) == []
    assert shared(NetworkMode.AWSVPC, app, other) == [
        f"app and other set {SOMAXCONN} of one network to different values. "
        "Allowed: one value in a task: the container that starts last would decide. "
        'Change: Container(name="other", system_controls=...)'
    ]


def test_a_log_router_listens_without_a_mapping() -> None:
    router = container("router", firelens=ecs.FirelensConfig(type=ecs.FirelensLogRouterType.FLUENTBIT))
    given = words(container("app", port=24_224), router)
    assert lines(shared_port_mistakes(given, NetworkMode.AWSVPC)) == [
        "router and app listen on port 24224 of one localhost. Allowed: each port once in a task. "
        "Change: TaskDefinition(port=...)"
    ]
    assert not lines(shared_port_mistakes(given, NetworkMode.BRIDGE))
