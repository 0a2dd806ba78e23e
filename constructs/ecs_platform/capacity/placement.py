"""Which instance of a cluster a task is placed on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs

from ecs_platform.capacity.query import flaw_of
from ecs_platform.mistakes import Mistake
from ecs_platform.problem import ConfigurationError

_MOST_STRATEGIES = 5
_MOST_CONSTRAINTS = 10
_LONGEST_EXPRESSION = 2000
_ATTRIBUTE_NAME = re.compile(r"[A-Za-z0-9_./\\-]{1,128}")


class PackBy(StrEnum):
    """What `Binpack` looks at."""

    CPU = "cpu"
    MEMORY = "memory"


class SpreadOver(StrEnum):
    """What `Spread` spreads over most often; it takes the name of an attribute as well."""

    ZONE = "attribute:ecs.availability-zone"
    INSTANCE = "instanceId"


@dataclass(frozen=True, kw_only=True)
class Binpack:
    """Fill the instance that has least left, so that as few instances as possible are in use.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html

    Args:
        by: What is to be used up: CPU or memory. Memory by default, which tasks cannot share.

    Raises:
        ConfigurationError: It is to be packed by something else.
    """

    by: PackBy = PackBy.MEMORY

    def __post_init__(self) -> None:
        # A program that is not type-checked may say anything, and ECS answers at deployment.
        if self.by not in list(PackBy):
            raise ConfigurationError(
                f'"{self.by}" is nothing that ECS packs by: it counts CPU units and memory.',
                allowed="PackBy.CPU or PackBy.MEMORY.",
                where="Binpack(by=...)",
            )

    def bind(self) -> ecs.PlacementStrategy:
        """The strategy as CDK takes it.

        ECS takes the field in either case and answers in capitals; lower case would show as drift.
        https://github.com/aws/aws-cdk/issues/20812
        """
        return ecs.PlacementStrategy.packed_by(ecs.BinPackResource[PackBy(self.by).name])


@dataclass(frozen=True, kw_only=True)
class Random:
    """Any instance that has room.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html
    """

    def bind(self) -> ecs.PlacementStrategy:
        """The strategy as CDK takes it."""
        return ecs.PlacementStrategy.randomly()


@dataclass(frozen=True, kw_only=True)
class Spread:
    """As many tasks for each value of something as for each other value.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html

    Args:
        over: Zones, instances, or the name of an attribute such as `rack`, one of AWS's or of
            `AgentConfig(instance_attributes=...)`. Zones by default.

    Raises:
        ConfigurationError: The name is none that an attribute can have.
    """

    over: SpreadOver | str = SpreadOver.ZONE

    def __post_init__(self) -> None:
        if not isinstance(self.over, SpreadOver) and not _ATTRIBUTE_NAME.fullmatch(self.over):
            raise ConfigurationError(
                f'"{self.over}" is no name of an attribute.',
                allowed="SpreadOver.ZONE, SpreadOver.INSTANCE, or an attribute's name without `attribute:`: "
                "1 to 128 letters, digits, hyphens, underscores, dots and slashes.",
                where="Spread(over=...)",
            )

    def bind(self) -> ecs.PlacementStrategy:
        """The strategy as CDK takes it."""
        field = self.over.value if isinstance(self.over, SpreadOver) else f"attribute:{self.over}"
        return ecs.PlacementStrategy.spread_across(field)


@dataclass(frozen=True, kw_only=True)
class DistinctInstance:
    """No two tasks of the service, or of a task group, on one instance.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html
    """

    def bind(self) -> ecs.PlacementConstraint:
        """The constraint as CDK takes it."""
        return ecs.PlacementConstraint.distinct_instances()


@dataclass(frozen=True)
class MemberOf:
    """Only instances that a query finds, such as `attribute:ecs.instance-type =~ m7g.*`.

    The form is checked here; ECS looks at names and values when it places a task, and a query that finds no
    instance leaves the task waiting.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html

    Args:
        expression: A query in the cluster query language, of up to 2000 characters.

    Raises:
        ConfigurationError: The query is malformed: where, and why.
    """

    expression: str

    def __post_init__(self) -> None:
        if cdk.Token.is_unresolved(self.expression):
            return
        where = "MemberOf(expression=...)"
        if len(self.expression) > _LONGEST_EXPRESSION:
            raise ConfigurationError(
                f"The query has {len(self.expression)} characters.",
                allowed=f"up to {_LONGEST_EXPRESSION}.",
                where=where,
            )
        if flaw := flaw_of(self.expression):
            raise ConfigurationError(
                f"`{self.expression}` is no cluster query: at character {flaw.position}, {flaw.reason}",
                allowed="comparisons such as `attribute:ecs.instance-type == t4g.small`, joined by `and`, "
                "`or` and `not`, with parentheses around them.",
                where=where,
            )

    def bind(self) -> ecs.PlacementConstraint:
        """The constraint as CDK takes it."""
        return ecs.PlacementConstraint.member_of(self.expression)


PlacementStrategy = Binpack | Random | Spread
"""On which of the instances that fit a task is placed."""

PlacementConstraint = DistinctInstance | MemberOf
"""Which instances fit."""


def placement_mistakes(
    strategies: Sequence[PlacementStrategy], constraints: Sequence[PlacementConstraint], *, where: str
) -> list[Mistake]:
    """More strategies or constraints than ECS takes, and those that say a thing twice.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html

    Args:
        strategies: In the order in which ECS applies them: each among what the ones before left equal.
        constraints: All of them must hold. Those of the task definition count as well.
        where: The arguments to change.
    """
    mistakes: list[Mistake] = []
    for what, given, most in (
        ("strategies", strategies, _MOST_STRATEGIES),
        ("constraints", constraints, _MOST_CONSTRAINTS),
    ):
        if len(given) > most:
            mistakes.append(
                Mistake(
                    problem=f"{len(given)} placement {what} are given.",
                    allowed=f"up to {most} {what}.",
                    where=where,
                )
            )
        if len(set(given)) < len(given):
            mistakes.append(
                Mistake(
                    problem=f"Two placement {what} are the same.",
                    allowed=f"{what} that differ.",
                    where=where,
                )
            )
    return mistakes
