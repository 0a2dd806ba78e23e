"""Output that goes straight to Splunk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network
from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs

from ecs_platform import once
from ecs_platform.mistakes import Mistake, out_of_range, refuse
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.container import Container
from ecs_platform.task.secrets import Secret

if TYPE_CHECKING:
    from ecs_platform.task.task import Task

# No path: the driver adds the one of Splunk's HTTP Event Collector.
_URL = re.compile(r"https://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(?P<port>[0-9]{1,5}))?/?")


class SplunkFormat(StrEnum):
    """What an event holds: the line as text in JSON, the line as JSON where it is some, or the line alone."""

    INLINE = "inline"
    JSON = "json"
    RAW = "raw"


@dataclass(frozen=True, kw_only=True)
class Splunk:
    """Output goes to Splunk's HTTP Event Collector; CloudWatch Logs gets none of it.

    A task whose collector does not answer at the start does not start. For a copy in CloudWatch Logs, or to
    go on without Splunk, route with FireLens instead.

    Follows https://docs.docker.com/engine/logging/drivers/splunk/, which
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html refers to.

    Args:
        url: The collector, `https://<host>:<port>`. Without a port it is 443; Splunk's own is 8088.
        token: The collector's token, which ECS fetches when the task starts.
        private_range: The IPv4 range the collector stands in, where that is no address of the internet: only
            there do tasks go out to its port. By default it is on the internet, and the network needs a way
            there.
        index: The index of the events. By default the token's.
        source: Their source. By default the collector's.
        source_type: Their source type. By default the collector's.
        format: What an event holds. By default the line as text.
        tag: What stands before each line, with Docker's placeholders, such as `{{.Name}}`. By default the
            container's short id; an empty tag leaves it out.
        ca_name: The name that the collector's certificate is checked against. By default the URL's host.
        verify_connection: Whether a task does not start while the collector does not answer. By default it
            does not.
        gzip: Whether events travel compressed. By default they do.

    Raises:
        ConfigurationError: A URL that is not HTTPS or has a path, a port or a range that is none; all of them
            at once. In a task: the network has no way to the collector.
    """

    url: str
    token: Secret
    private_range: str | None = None
    index: str | None = None
    source: str | None = None
    source_type: str | None = None
    format: SplunkFormat = SplunkFormat.INLINE
    tag: str | None = None
    ca_name: str | None = None
    verify_connection: bool = True
    gzip: bool = True

    def __post_init__(self) -> None:
        mistakes: list[Mistake] = []
        if not _URL.fullmatch(self.url) and not cdk.Token.is_unresolved(self.url):
            mistakes.append(
                Mistake(
                    problem=f'"{self.url}" is no address of a collector.',
                    allowed='https, a host and a port, such as "https://http-inputs-acme.splunkcloud.com:443".',
                    where="Splunk(url=...)",
                )
            )
        else:
            mistakes += out_of_range(self.port, 1, 65535, what="The port", where="Splunk(url=...)")
        if self.private_range is not None and not _is_range(self.private_range):
            mistakes.append(
                Mistake(
                    problem=f'"{self.private_range}" is no IPv4 range.',
                    allowed='an address without host bits and a prefix length, such as "10.8.0.0/16".',
                    where="Splunk(private_range=...)",
                )
            )
        refuse(mistakes)

    @property
    def port(self) -> int:
        """The collector's port."""
        found = _URL.fullmatch(self.url)
        return int(found["port"] or 443) if found else 443

    @property
    def secrets(self) -> Sequence[Secret]:
        """The token."""
        return [self.token]

    def containers(self, task: Task) -> Sequence[Container]:  # noqa: ARG002 - a log router asks the task
        """None: ECS itself sends."""
        return ()

    def bind(self, task: Task) -> ecs.LogDriver:
        """The driver of the application's container.

        Raises:
            ConfigurationError: The network has no way to the collector.
        """
        if self.private_range is None and not task.network.has_egress:
            raise ConfigurationError(
                f"{self.url} is out of reach: the tasks' network has no way to the internet.",
                allowed=(
                    "NAT for the network (ExistingNetwork: `egress=True`, once it has a way out), the "
                    "`private_range` of a collector that stands nearer, or FireLens to a FirehoseOutput "
                    "that delivers to Splunk."
                ),
                where="Splunk(private_range=...) or the `network` of the task.",
            )
        return ecs.LogDrivers.splunk(
            url=self.url,
            secret_token=self.token.bind(task, "SplunkToken"),
            index=self.index,
            source=self.source,
            source_type=self.source_type,
            format=getattr(ecs.SplunkLogFormat, self.format.name),
            tag=self.tag,
            ca_name=self.ca_name,
            verify_connection=self.verify_connection,
            gzip=self.gzip,
        )

    def connect(self, connections: ec2.Connections) -> None:
        """Open the collector's port; HTTPS is open to every task."""
        if self.port == 443:
            return
        peer = once.any_ipv4() if self.private_range is None else ec2.Peer.ipv4(self.private_range)
        connections.allow_to(peer, once.tcp(self.port), "output to Splunk")


def _is_range(text: str) -> bool:
    try:
        IPv4Network(text)
    except ValueError:
        return cdk.Token.is_unresolved(text)
    return True
