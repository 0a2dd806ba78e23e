"""Whom a load balancer's listeners are open for."""

import ipaddress
from collections.abc import Sequence

from ecs_platform.problem import ConfigurationError

ANYWHERE = "0.0.0.0/0"


def refuse_open_test_listener(cidrs: Sequence[str], *, of: str) -> None:
    """Refuse what is no network, and the whole internet.

    Args:
        cidrs: Whom the test listener is open for.
        of: The class whose argument this is.
    """
    refuse_malformed(cidrs, f"{of}(test_listener_cidrs=...)")
    if any(ipaddress.ip_network(cidr).prefixlen == 0 for cidr in cidrs):
        raise ConfigurationError(
            "The test listener would be open to the whole internet: it serves versions nobody has approved.",
            allowed="the addresses of your office, VPN or CI, such as 203.0.113.0/24.",
            where=f"{of}(test_listener_cidrs=...).",
        )


def refuse_malformed(cidrs: Sequence[str], where: str) -> None:
    """Refuse what is no IPv4 network."""
    for cidr in cidrs:
        try:
            ipaddress.IPv4Network(cidr)
        except ValueError as error:
            raise ConfigurationError(
                f"{cidr!r} is not an IPv4 network ({error}).",
                allowed="CIDR notation, such as 203.0.113.0/24.",
                where=f"{where}.",
            ) from None
