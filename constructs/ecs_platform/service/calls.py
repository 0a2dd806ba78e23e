"""One service calls another."""

from typing import Protocol

from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from ecs_platform import once
from ecs_platform.problem import ConfigurationError


class Caller(Protocol):
    """A service that calls others."""

    @property
    def service(self) -> IConstruct:
        """Its ECS service."""
        ...

    @property
    def connections(self) -> ec2.Connections:
        """Where its tasks may connect."""
        ...


class Called(Caller, Protocol):
    """A service that others call."""

    @property
    def port(self) -> int | None:
        """Where its tasks listen."""
        ...


def let_call(caller: Caller, called: Called, *, port: int | None, wait: bool) -> None:
    """Open the way from the tasks of one service to those of another, in both security groups.

    Both rules belong to the caller's stack, so that stack depends on the other and never the other way round.

    Args:
        caller: The service that calls.
        called: The service that is called.
        port: Where its tasks listen, if not at their application's port.
        wait: Whether CloudFormation deploys it first.

    Raises:
        ConfigurationError: Its tasks listen nowhere.
    """
    target = called.port if port is None else port
    if target is None:
        raise ConfigurationError(
            "The called service listens on no port.",
            allowed="a service whose task has a port, or the port of one of its containers.",
            where="calls(..., port=...) or TaskDefinition(port=...).",
        )
    caller.connections.allow_to(called.connections, once.tcp(target), "calls between services")
    if wait:
        # A task resolves the names that were there when it started.
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
        caller.service.node.add_dependency(called.service)
