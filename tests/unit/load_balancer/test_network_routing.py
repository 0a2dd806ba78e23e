# ruff: noqa: E501 - sentences stand in one line, where a search finds them

from typing import Any

import pytest
from aws_cdk import aws_certificatemanager as acm

from ecs_platform.load_balancer.network_routing import Alpn, NetworkProtocol, NetworkRouting
from ecs_platform.problem import ConfigurationError


class _Certificate:
    """Stands for one; nothing here asks it anything."""


CERTIFICATE: acm.ICertificate = _Certificate()  # pyright: ignore


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"port": 0}, "The port is 0. Allowed: The port of 1 to 65535. Change: NetworkRouting(port=...)."),
        (
            {"test_port": 70_000},
            "The test_port is 70000. Allowed: The test_port of 1 to 65535. Change: NetworkRouting(test_port=...).",
        ),
        (
            {"test_port": 5000},
            "Clients and those who test would share port 5000. Allowed: a test_port of its own. Change: "
            "NetworkRouting(test_port=...).",
        ),
        (
            {"protocol": NetworkProtocol.TLS},
            "A TLS listener has no certificate to show. Allowed: a certificate of AWS Certificate Manager, or TCP "
            "where the task itself speaks TLS. Change: NetworkRouting(certificate=...).",
        ),
        (
            {"certificate": CERTIFICATE},
            "certificate is given for a TCP listener, which decrypts nothing. Allowed: NetworkProtocol.TLS, or neither "
            "certificate nor alpn. Change: NetworkRouting(protocol=..., certificate=...).",
        ),
        (
            {"protocol": NetworkProtocol.UDP, "alpn": Alpn.HTTP2_ONLY},
            "alpn is given for a UDP listener, which decrypts nothing. Allowed: NetworkProtocol.TLS, or neither certificate "
            "nor alpn. Change: NetworkRouting(protocol=..., alpn=...).",
        ),
    ],
)
def test_what_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        NetworkRouting(**{"port": 5000, "test_port": 5001, **given})
    assert str(refusal.value) == said


def test_all_mistakes_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        NetworkRouting(port=0, test_port=0, protocol=NetworkProtocol.TLS)
    assert refusal.value.problem == (
        "The port is 0. The test_port is 0. Clients and those who test would share port 0. A TLS listener has no "
        "certificate to show."
    )


@pytest.mark.parametrize(
    ("protocol", "transports", "keeps", "of_targets"),
    [
        (NetworkProtocol.TCP, ("tcp",), False, NetworkProtocol.TCP),
        (NetworkProtocol.TLS, ("tcp",), False, NetworkProtocol.TCP),
        (NetworkProtocol.UDP, ("udp",), True, NetworkProtocol.UDP),
        (NetworkProtocol.TCP_UDP, ("tcp", "udp"), True, NetworkProtocol.TCP_UDP),
    ],
)
def test_what_each_protocol_is_on_the_wire_and_at_the_task(
    protocol: NetworkProtocol, transports: tuple[str, ...], keeps: bool, of_targets: NetworkProtocol
) -> None:
    assert protocol.transports == transports
    assert protocol.keeps_client_address is keeps
    assert protocol.of_targets is of_targets
