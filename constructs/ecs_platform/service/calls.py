"""One service calls another."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from aws_cdk import aws_ec2 as ec2
from constructs import IConstruct

from ecs_platform import once
from ecs_platform.mistakes import Mistake, out_of_range, refuse


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
        port: The TCP port its tasks listen on, if not their application's.
        wait: Whether CloudFormation deploys it first.

    Raises:
        ConfigurationError: Its tasks listen nowhere, the port is none, or it waits for the caller itself; all
            of them at once.
    """
    target = called.port if port is None else port
    # Tasks that call others of their own service wait for nobody.
    own = called.service.node.path == caller.service.node.path
    wait = wait and not own
    mistakes = [
        *_of_port(target),
        *(_of_circle(caller.service, called.service) if wait else ()),
    ]
    refuse(mistakes)
    assert target is not None  # noqa: S101 - narrows a type, it was refused before
    # Where both are one, allow_to makes no rule for the way in.
    ours = caller.connections
    allow = ours.allow_internally if own else partial(ours.allow_to, called.connections)
    allow(once.tcp(target), "calls between services")
    if wait:
        # A task resolves the names that were there when it started.
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
        caller.service.node.add_dependency(called.service)


def _of_port(port: int | None) -> Sequence[Mistake]:
    if port is not None:
        return out_of_range(port, 1, 65_535, what="port", where="calls(..., port=...).")
    return [
        Mistake(
            problem="The called service listens on no port.",
            allowed="a service whose task has a port, or the port of one of its containers.",
            where="calls(..., port=...) or TaskDefinition(port=...).",
        )
    ]


def _of_circle(caller: IConstruct, called: IConstruct) -> Sequence[Mistake]:
    # Only CloudFormation would say so, when it is asked to deploy.
    if not _waits(called, caller.node.path, set()):
        return ()
    return [
        Mistake(
            problem=f"{caller.node.path} would wait for {called.node.path}, which waits for it: neither "
            "could be deployed first.",
            allowed="wait=False in one of the calls.",
            where="calls(..., wait=False).",
        )
    ]


def _waits(service: IConstruct, path: str, seen: set[str]) -> bool:
    for other in service.node.dependencies:
        found = other.node.path
        if found == path or (found not in seen and not seen.add(found) and _waits(other, path, seen)):
            return True
    return False
