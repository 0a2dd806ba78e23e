"""Service Connect: services of a namespace call each other by short names, through a proxy in each task."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from aws_cdk import aws_ecs as ecs

from ecs_platform import once
from ecs_platform.mistakes import Mistake, out_of_range, refuse
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.namespace import Namespace
from ecs_platform.task.port_protocol import PortProtocol
from ecs_platform.task.task import Task

_ALIAS = re.compile(r"[a-z0-9_.][a-z0-9_.-]{0,126}\Z")
_DISCOVERY = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}\Z")
_LONGEST = 2_147_483_647


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Under which name and port the services of a namespace reach a port of this one.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html

    Args:
        name: What callers call, as in `http://name:port`.
        port: The port they call, 1 to 65535. By default the container's.
        container: The container that listens. By default the one that requests go to.
        discovery_name: The name of the Cloud Map service that ECS makes. By default the endpoint's name,
            which then has no full stop.
        idle_timeout_seconds: After how much silence the proxy closes a connection; 0 for never. By default 5
            minutes, for TCP an hour.
        request_timeout_seconds: How long the proxy waits for a whole answer; 0 for as long as it takes. By
            default 15 seconds.

    Raises:
        ConfigurationError: A name, port or time that ECS does not take, or an idle timeout that would cut
            off requests before their own.
    """

    name: str
    port: int | None = None
    container: str | None = None
    discovery_name: str | None = None
    idle_timeout_seconds: int | None = None
    request_timeout_seconds: int | None = None

    def __post_init__(self) -> None:
        mistakes: list[Mistake] = []
        if not _ALIAS.match(self.name):
            mistakes.append(
                Mistake(
                    problem=f"The endpoint's name {self.name!r} has {len(self.name)} characters, or one that "
                    "ECS does not take.",
                    allowed="1 to 127 lower-case letters, digits, underscores, full stops and hyphens, not "
                    "beginning with a hyphen.",
                    where="Endpoint(name=...).",
                )
            )
        elif not _DISCOVERY.match(self.in_cloud_map):
            mistakes.append(
                Mistake(
                    problem=f"{self.in_cloud_map!r}, of {len(self.in_cloud_map)} characters, is no name of a "
                    "Cloud Map service.",
                    allowed="1 to 64 lower-case letters, digits, underscores and hyphens, not beginning with "
                    "a hyphen.",
                    where="Endpoint(discovery_name=...).",
                )
            )
        if self.port is not None:
            mistakes.extend(out_of_range(self.port, 1, 65_535, what="port", where="Endpoint(port=...)."))
        for field in ("idle_timeout_seconds", "request_timeout_seconds"):
            seconds: int | None = getattr(self, field)
            if seconds is not None:
                mistakes.extend(
                    out_of_range(seconds, 0, _LONGEST, what=field, where=f"Endpoint({field}=...).")
                )
        idle, request = self.idle_timeout_seconds, self.request_timeout_seconds
        if idle and request is not None and (request == 0 or idle < request):
            mistakes.append(
                Mistake(
                    problem=f"idle_timeout_seconds={idle} would cut off a request that may take "
                    f"{f'{request} seconds' if request else 'any time'}.",
                    allowed="an idle timeout of at least the request timeout, or 0 for none.",
                    where="Endpoint(idle_timeout_seconds=..., request_timeout_seconds=...).",
                )
            )
        refuse(mistakes)

    @property
    def in_cloud_map(self) -> str:
        """The name of the Cloud Map service."""
        return self.name if self.discovery_name is None else self.discovery_name


@dataclass(frozen=True, kw_only=True)
class ServiceConnect:
    """A place in a namespace: the service can call others there, and with endpoints be called.

    ECS puts a proxy into each task, which writes to the task's own log group and needs some 256 CPU units and
    64 MiB of the task. Callers learn of an endpoint when they start: deploy the called service first, as
    `caller.calls(called)` says to CloudFormation. The security groups still decide who reaches whom.

    TLS between the proxies is not offered: it takes an AWS Private CA, which costs hundreds of dollars a
    month. Works with rolling updates and the native strategies; CodeDeploy does not support it.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html

    Args:
        namespace: The namespace.
        endpoints: Under which names the service is called. By default none: it only calls others.
        access_logs: Whether each request is logged, as JSON and without its query. Off by default.

    Raises:
        ConfigurationError: Two endpoints of one name. In a service: an endpoint that leads to no container,
            to one without a port or over UDP, all of them at once; or a name that another service has.
    """

    namespace: Namespace
    endpoints: Sequence[Endpoint] = ()
    access_logs: bool = False

    def __post_init__(self) -> None:
        names = [endpoint.in_cloud_map for endpoint in self.endpoints]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ConfigurationError(
                f"Two endpoints of one service are called {', '.join(twice)}.",
                allowed="a name of its own for each.",
                where="ServiceConnect(endpoints=...).",
            )

    def props(self, task: Task, *, service: str) -> ecs.ServiceConnectProps:
        """What the service is told.

        Args:
            task: The task; its containers listen.
            service: The service's name.
        """
        refuse([mistake for endpoint in self.endpoints for mistake in _mistakes_of(endpoint, task)])
        return ecs.ServiceConnectProps(
            namespace=self.namespace.namespace.namespace_arn,
            services=[self._service(endpoint, task, service) for endpoint in self.endpoints],
            # The execution role may write to the task's log group, which has a retention: no second group.
            # A proxy that waits for its log would hold up every request, whatever the application prefers.
            log_driver=replace(
                task.logs,
                stream_prefix="service-connect",
                datetime_format=None,
                multiline_pattern=None,
                blocking=False,
            ).driver(task.log_group, family=task.family),
            access_log_configuration=(
                ecs.ServiceConnectAccessLogConfiguration(format=ecs.ServiceConnectAccessLogFormat.JSON)
                if self.access_logs
                else None
            ),
        )

    def _service(self, endpoint: Endpoint, task: Task, service: str) -> ecs.ServiceConnectService:
        container = endpoint.container or task.front_name
        port = endpoint.port or task.given[container].port
        self.namespace.take(endpoint.in_cloud_map, service=service, where="Endpoint(name=...).")
        # What callers call is unique in the namespace, too.
        self.namespace.take(
            f"{endpoint.name}:{port}", service=service, where="Endpoint(name=...) or Endpoint(port=...)."
        )
        idle, request = endpoint.idle_timeout_seconds, endpoint.request_timeout_seconds
        return ecs.ServiceConnectService(
            # The task names each port after its container.
            port_mapping_name=container,
            discovery_name=endpoint.in_cloud_map,
            dns_name=endpoint.name,
            port=endpoint.port,
            idle_timeout=None if idle is None else once.seconds(idle),
            per_request_timeout=None if request is None else once.seconds(request),
        )


def _mistakes_of(endpoint: Endpoint, task: Task) -> Iterator[Mistake]:
    found = task.given.get(endpoint.container or task.front_name)
    if endpoint.container is None and task.port is None:
        yield Mistake(
            problem=f"The task {task.family} has no port that the endpoint {endpoint.name} could lead to.",
            allowed="a task definition with a port, or Endpoint(container=...) with one.",
            where="TaskDefinition(port=...).",
        )
    elif found is None or found.port is None:
        with_port = [name for name, each in task.given.items() if each.port is not None]
        yield Mistake(
            problem=f"The endpoint {endpoint.name} leads to the container {endpoint.container}, which "
            + (f"the task {task.family} does not have." if found is None else "has no port."),
            allowed=f"one with a port: {', '.join(with_port)}." if with_port else "a container with a port.",
            where="Endpoint(container=...).",
        )
    elif found.protocol is PortProtocol.UDP:
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts.html
        yield Mistake(
            problem=f"The endpoint {endpoint.name} leads to the container {found.name}, which speaks UDP, "
            "and Service Connect carries TCP alone.",
            allowed="a container that speaks HTTP, HTTP/2, gRPC or TCP; Discovery(...) for UDP.",
            where="Endpoint(container=...) or the protocol of the container.",
        )
