"""The namespace in which services of an environment call each other by name."""

import re
from collections.abc import Sequence

from aws_cdk import aws_servicediscovery as servicediscovery
from constructs import Construct

from ecs_platform.network.interface import INetwork
from ecs_platform.problem import ConfigurationError

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_DNS = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*\Z")
_HTTP = re.compile(r"(?!arn:)[!-~]{1,1024}\Z")


class Namespace(Construct):
    """A Cloud Map namespace: of private DNS names in a VPC, or for API calls and Service Connect alone.

    Service Connect works with both kinds and needs no DNS; `Discovery` needs names that a VPC answers for. A
    namespace costs nothing by itself; a private hosted zone and its queries do.

    Follows https://docs.aws.amazon.com/cloud-map/latest/dg/working-with-namespaces.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        name: The namespace's name, such as `dev.internal`: the end of every DNS name in it.
        network: The VPC whose resolver answers for the names. By default none: an HTTP namespace.

    Raises:
        ConfigurationError: A name that Cloud Map does not take.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, network: INetwork | None = None) -> None:
        super().__init__(scope, id_)
        self.name = name
        self.has_dns = network is not None
        self._taken: dict[str, str] = {}
        if network:
            if not _DNS.match(name):
                raise ConfigurationError(
                    f"The namespace {name!r} of {len(name)} characters is no DNS name.",
                    allowed="labels of up to 63 lower-case letters, digits, hyphens and underscores, joined "
                    "by full stops, 253 characters in all.",
                    where="Namespace(name=...)",
                )
            self.namespace: servicediscovery.INamespace = servicediscovery.PrivateDnsNamespace(
                self, "Namespace", name=name, vpc=network.vpc
            )
        else:
            if not _HTTP.match(name):
                raise ConfigurationError(
                    f"The namespace {name!r} has {len(name)} characters, or one that Cloud Map does not "
                    "take.",
                    allowed="1 to 1,024 printable ASCII characters without spaces, not beginning with arn:.",
                    where="Namespace(name=...)",
                )
            self.namespace = servicediscovery.HttpNamespace(self, "Namespace", name=name)

    @property
    def exports(self) -> Sequence[str]:
        """What services' stacks may import; a stack exports all of it whether used or not."""
        return [self.namespace.namespace_arn, self.namespace.namespace_id]

    def take(self, name: str, *, service: str, where: str) -> None:
        """Give a name of this namespace to a service; Cloud Map takes each once, be it for DNS or a proxy.

        Args:
            name: The name.
            service: Whose it is.
            where: The argument that said it.

        Raises:
            ConfigurationError: It is taken, by this service or another.
        """
        holder = self._taken.get(name)
        if holder is not None:
            raise ConfigurationError(
                f"{name!r} in the namespace {self.name} is already a name of the service {holder}, and "
                f"cannot be given to {service}.",
                allowed="a name of its own for each endpoint and each DNS name of a namespace.",
                where=where,
            )
        self._taken[name] = service
