"""What a network mode refuses in a container: ports, names and addresses."""

import re
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

import aws_cdk as cdk

from ecs_platform.mistakes import Mistake
from ecs_platform.task.checks.container import is_name, range_mistakes
from ecs_platform.task.checks.words import Words
from ecs_platform.task.network_mode import NetworkMode

PORT_NAME_LIMIT = 64
_PORT_NAME = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}")
_OF_THE_INSTANCE = ("hostname", "dns_servers", "dns_search_domains", "extra_hosts")
# Where ECS has a log router listen, without a mapping:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html
_ROUTER_PORT = 24_224
_BRIDGE_OR_HOST = (NetworkMode.BRIDGE, NetworkMode.HOST)


def network_mistakes(words: Words, mode: NetworkMode) -> Iterator[Mistake]:
    """What one container asks of its network, and does not get in this mode."""
    container = words.container
    yield from range_mistakes(words.of("port"), container.port, 1, 65535, words.where("port"))
    yield from _port_name(words, mode)
    yield from _host_port(words, mode)
    if mode not in _BRIDGE_OR_HOST:
        for field in _OF_THE_INSTANCE:
            if getattr(container, field):
                yield Mistake(
                    problem=f"{words.subject} has {field}, and network mode {mode} takes none: "
                    + _REASONS[mode],
                    allowed=f"{field} in network mode bridge or host, which EC2 and external instances have.",
                    where=words.where(field),
                )
    for address in container.dns_servers:
        if not _is_address(address):
            yield Mistake(
                problem=f'{words.of("dns_servers")} has "{address}".',
                allowed="IP addresses.",
                where=words.where("dns_servers"),
            )
    # The instance's own would change: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html
    network_controls = sorted(name for name in container.system_controls if name.startswith("net."))
    if mode is NetworkMode.HOST and network_controls:
        yield Mistake(
            problem=f"{words.subject} sets {', '.join(network_controls)} on the network of its instance.",
            allowed="net.* in network mode awsvpc or bridge.",
            where=words.where("system_controls"),
        )


_REASONS = {
    NetworkMode.AWSVPC: "the task's network interface brings its own.",
    NetworkMode.NONE: "there is no network to use it in.",
}


def _port_name(words: Words, mode: NetworkMode) -> Iterator[Mistake]:
    name = words.container.name
    if words.container.port is None:
        return
    # The port is named like its container, and the rules for its name are the stricter ones:
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
    named = mode in (NetworkMode.AWSVPC, NetworkMode.BRIDGE)
    if named and is_name(name) and not _PORT_NAME.fullmatch(name) and not cdk.Token.is_unresolved(name):
        long = len(name) > PORT_NAME_LIMIT
        given = f'has {len(name)} characters: "{name[:40]}..."' if long else f'is "{name}"'
        yield Mistake(
            problem=f"{words.of('name') if words.owner else 'name'} {given}, and its port is named like it.",
            allowed=f"for a container with a port, 1 to {PORT_NAME_LIMIT} lower-case letters, digits, _ and "
            "-, not beginning with -.",
            where=words.where("name"),
        )


def _host_port(words: Words, mode: NetworkMode) -> Iterator[Mistake]:
    container = words.container
    if container.port is not None and mode is NetworkMode.NONE:
        yield Mistake(
            problem=f"{words.subject} listens on port {container.port}, and network mode none has no way "
            "to it.",
            allowed="no port, or another network mode.",
            where=words.where("port"),
        )
    if container.host_port is None:
        return
    # 0 is any free one, as None is; ECS knows it in bridge mode.
    yield from range_mistakes(words.of("host_port"), container.host_port, 0, 65535, words.where("host_port"))
    if container.port is None:
        yield Mistake(
            problem=f"{words.subject} has host port {container.host_port}, and no port behind it.",
            allowed="a host_port beside a port.",
            where=words.where("port", "host_port"),
        )
    elif mode is not NetworkMode.BRIDGE:
        yield Mistake(
            problem=f"{words.subject} has host port {container.host_port} in network mode {mode}, where its "
            "port is open as it is.",
            allowed="host_port in network mode bridge.",
            where=words.where("host_port"),
        )


def shared_port_mistakes(containers: Sequence[Words], mode: NetworkMode) -> Iterator[Mistake]:
    """Containers that would take a port from each other, or a kernel parameter."""
    field = "port" if mode.shares_localhost else "host_port"
    users: dict[tuple[str, int], list[Words]] = {}
    if mode.shares_localhost:
        routers = [words for words in containers if words.container.firelens is not None]
        users["tcp", _ROUTER_PORT] = routers[:1]  # that there is one alone is checked elsewhere
    for words in containers:
        port: int | None = getattr(words.container, field)
        if port:  # host port 0 is whichever is free
            users.setdefault((words.container.protocol.transport, port), []).append(words)
    for (_, port), several in users.items():
        if len(several) > 1:
            yield Mistake(
                problem=f"{_listed(several)} listen on port {port}"
                + (" of one localhost." if mode.shares_localhost else " of one instance."),
                allowed=f"each {field} once in a task.",
                where=several[-1].where(field),
            )
    if mode is NetworkMode.AWSVPC:
        yield from _shared_controls(containers)


def _shared_controls(containers: Sequence[Words]) -> Iterator[Mistake]:
    # In awsvpc the parameters of the network are the task's, and the container that starts last decides.
    found: dict[str, list[Words]] = {}
    for words in containers:
        for name in words.container.system_controls:
            if name.startswith("net."):
                found.setdefault(name, []).append(words)
    for name, several in found.items():
        if len({words.container.system_controls[name] for words in several}) > 1:
            yield Mistake(
                problem=f"{_listed(several)} set {name} of one network to different values.",
                allowed="one value in a task: the container that starts last would decide.",
                where=several[-1].where("system_controls"),
            )


def _listed(several: Sequence[Words]) -> str:
    return " and ".join(words.name for words in several)


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return cdk.Token.is_unresolved(value)
    return True
