"""Whom a load balancer's listeners are open for."""

import ipaddress
from collections.abc import Sequence

from ecs_platform.mistakes import Mistake, not_a_list, refuse

ANYWHERE = "0.0.0.0/0"
# Two halves of the internet are the internet, so a bound and not a look at that one alone.
_WIDEST_TEST = 8


def refuse_networks(of: str, *, client_cidrs: Sequence[str], test_listener_cidrs: Sequence[str]) -> None:
    """Refuse what is no IPv4 network, and a test listener for much of the internet; all at once.

    Args:
        of: The class whose arguments these are.
        client_cidrs: Whom the production listeners are open for.
        test_listener_cidrs: Whom the test listener is open for.
    """
    mistakes: list[Mistake] = []
    where = f"{of}(test_listener_cidrs=...)."
    for cidrs, argument in ((test_listener_cidrs, where), (client_cidrs, f"{of}(client_cidrs=...).")):
        mistakes += not_a_list(cidrs, where=argument)
        for cidr in () if isinstance(cidrs, str) else cidrs:
            try:
                network = ipaddress.IPv4Network(cidr)
            except ValueError as error:
                mistakes.append(
                    Mistake(
                        problem=f"{cidr!r} is not an IPv4 network ({error}).",
                        allowed="CIDR notation, such as 203.0.113.0/24.",
                        where=argument,
                    )
                )
                continue
            if argument == where and network.prefixlen < _WIDEST_TEST:
                those = "the whole internet" if cidr == ANYWHERE else f"{network.num_addresses:,} addresses"
                mistakes.append(
                    Mistake(
                        problem=f"The test listener would be open to {those}: it serves versions nobody has "
                        "approved.",
                        allowed=f"the addresses of your office, VPN or CI, /{_WIDEST_TEST} or narrower, such "
                        "as 203.0.113.0/24.",
                        where=where,
                    )
                )
    refuse(mistakes)
