"""A service's tasks under one DNS name."""

import re
from dataclasses import dataclass

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_servicediscovery as servicediscovery

from ecs_platform import once
from ecs_platform.mistakes import Mistake, out_of_range, refuse
from ecs_platform.service.namespace import Namespace

_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\Z")
_LONGEST_TTL = 2_147_483_647


@dataclass(frozen=True, kw_only=True)
class Discovery:
    """The addresses of a service's healthy tasks as A records of a private DNS name, `name.namespace`.

    Route 53 answers with up to eight of them at random; whoever asks picks one, knows the port, and keeps the
    answer for the record's time to live. ECS registers a task when it runs and takes it out when its
    container health check fails or it stops. A service has at most 1,000 such tasks.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-discovery.html

    Args:
        namespace: The namespace, with private DNS names.
        name: The service's name in it.
        ttl_seconds: How long a resolver keeps an answer, from 0. 10 by default: the longest time for which
            somebody calls a task that is gone.

    Raises:
        ConfigurationError: A name or time that Cloud Map does not take, or a namespace without DNS names.
    """

    namespace: Namespace
    name: str
    ttl_seconds: int = 10

    def __post_init__(self) -> None:
        mistakes = [
            *out_of_range(
                self.ttl_seconds, 0, _LONGEST_TTL, what="ttl_seconds", where="Discovery(ttl_seconds=...)."
            )
        ]
        if not _NAME.match(self.name):
            mistakes.append(
                Mistake(
                    problem=f"The name {self.name!r} of {len(self.name)} characters is no DNS label.",
                    allowed="up to 63 lower-case letters, digits, hyphens and underscores, without a hyphen "
                    "at either end.",
                    where="Discovery(name=...).",
                )
            )
        if not self.namespace.has_dns:
            mistakes.append(
                Mistake(
                    problem=f"The namespace {self.namespace.name} has no DNS names: it belongs to no "
                    "network.",
                    allowed="Namespace(network=...), or ServiceConnect(...), which needs none.",
                    where="Discovery(namespace=...).",
                )
            )
        refuse(mistakes)

    @property
    def host(self) -> str:
        """The name that other tasks of the VPC call."""
        return f"{self.name}.{self.namespace.name}"

    def options(self, service: str) -> ecs.CloudMapOptions:
        """What the service is told.

        Args:
            service: The service's name.
        """
        self.namespace.take(self.name, service=service, where="Discovery(name=...).")
        return ecs.CloudMapOptions(
            cloud_map_namespace=self.namespace.namespace,
            name=self.name,
            # A task in awsvpc mode has an address of its own, so its name needs no port.
            dns_record_type=servicediscovery.DnsRecordType.A,
            dns_ttl=once.seconds(self.ttl_seconds),
            # The one value that Cloud Map still takes; with it ECS reports the health of tasks.
            # https://docs.aws.amazon.com/cloud-map/latest/api/API_HealthCheckCustomConfig.html
            failure_threshold=1,
        )
