"""Values of CDK that never change, made once a process.

Each of them lives in Node, and each call there takes 0.3 to 0.4 ms. A service needs the same durations, ports
and peers as the service before it, and may share them: CDK never changes such a value.
"""

from functools import cache

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2


@cache
def seconds(count: int) -> Duration:
    """A duration in seconds."""
    return Duration.seconds(count)


@cache
def minutes(count: int) -> Duration:
    """A duration in minutes."""
    return Duration.minutes(count)


@cache
def days(count: int) -> Duration:
    """A duration in days."""
    return Duration.days(count)


@cache
def tcp(port: int) -> ec2.Port:
    """One TCP port."""
    return ec2.Port.tcp(port)


@cache
def any_ipv4() -> ec2.IPeer:
    """Every IPv4 address."""
    return ec2.Peer.any_ipv4()
