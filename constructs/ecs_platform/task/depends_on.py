"""What a container waits for before it starts."""

from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import aws_ecs as ecs


class Condition(StrEnum):
    """How far another container has to be.

    START: it was started. HEALTHY: its own health check, not the load balancer's, found it well. COMPLETE: it
    ended. SUCCESS: it ended with exit code 0.
    """

    START = "START"
    COMPLETE = "COMPLETE"
    SUCCESS = "SUCCESS"
    HEALTHY = "HEALTHY"

    @property
    def needs_its_end(self) -> bool:
        """Whether the other container has to end, which an essential one may not without ending the task."""
        return self in (Condition.COMPLETE, Condition.SUCCESS)

    def bind(self) -> ecs.ContainerDependencyCondition:
        """The condition as a container definition takes it."""
        return getattr(ecs.ContainerDependencyCondition, self.name)


@dataclass(frozen=True, kw_only=True)
class DependsOn:
    """A container starts only after another of its task; when the task stops, it stops before that one.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html

    Args:
        container: The name of the other container.
        condition: How far that one has to be. By default it was started.
    """

    container: str
    condition: Condition = Condition.START
