"""How many instances there are, how they are bought and how they are replaced."""

from dataclasses import dataclass

from ecs_platform.mistakes import Mistake, out_of_range, refuse


@dataclass(frozen=True, kw_only=True)
class ManagedScaling:
    """How ECS keeps as many instances as tasks need.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html

    Args:
        target_percent: How much of the instances is to be in use, 1 to 100. 100 by default: none is idle.
            Less leaves room in which tasks start at once, without waiting for an instance.
        smallest_step: The fewest instances started or ended at once, 1 to 10000. 1 by default.
        largest_step: The most, 1 to 10000. 10000 by default: as many as are needed.
        warmup_seconds: How long a new instance counts as starting, 0 to 10000. 300 by default. Until then
            ECS starts no other for the same tasks, and a replacement goes on to the next instance only after.

    Raises:
        ConfigurationError: Numbers out of their range, or a smallest step above the largest.
    """

    target_percent: int = 100
    smallest_step: int = 1
    largest_step: int = 10_000
    warmup_seconds: int = 300

    def __post_init__(self) -> None:
        mistakes: list[Mistake] = []
        for name, low, high in (
            ("target_percent", 1, 100),
            ("smallest_step", 1, 10_000),
            ("largest_step", 1, 10_000),
            ("warmup_seconds", 0, 10_000),
        ):
            mistakes += out_of_range(
                getattr(self, name), low, high, what=name, where=f"ManagedScaling({name}=...)"
            )
        if self.smallest_step > self.largest_step:
            mistakes.append(
                Mistake(
                    problem=f"The smallest step is {self.smallest_step}, the largest {self.largest_step}.",
                    allowed="a smallest step that is not above the largest.",
                    where="ManagedScaling(smallest_step=..., largest_step=...)",
                )
            )
        refuse(mistakes)


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Instances that cost less and can be taken away with two minutes' notice.

    The agent then drains its instance, and the group starts another as soon as EC2 sees the risk. EC2 takes
    the types of which it has most to spare, so name several: of one size, because ECS reckons with it.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-spot.html

    Args:
        on_demand_base: The first instances, which are not Spot; 0 or more. 0 by default.
        on_demand_percent: How much of the others is not Spot either, 0 to 99. 0 by default.

    Raises:
        ConfigurationError: A number is out of its range.
    """

    on_demand_base: int = 0
    on_demand_percent: int = 0

    def __post_init__(self) -> None:
        # A percentage of 100 would be no Spot at all.
        refuse(
            [
                mistake
                for name, high in (("on_demand_base", 5_000), ("on_demand_percent", 99))
                for mistake in out_of_range(
                    getattr(self, name), 0, high, what=name, where=f"Spot({name}=...)"
                )
            ]
        )


@dataclass(frozen=True, kw_only=True)
class InstanceReplacement:
    """How instances are replaced when a deployment changes what they are made from.

    An instance is drained before it goes, so the tasks of services have moved by then. Follows
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html

    Args:
        min_healthy_percent: How much of the group stays in service, 0 to 100. 100 by default: a new instance
            starts before an old one goes.
        max_healthy_percent: How much there may be meanwhile, 100 to 200, and by no more than 100 above the
            minimum. 120 by default: a fifth of the group at once, or one instance.

    Raises:
        ConfigurationError: Percentages that EC2 Auto Scaling does not take.
    """

    min_healthy_percent: int = 100
    max_healthy_percent: int = 120

    def __post_init__(self) -> None:
        where = "InstanceReplacement(min_healthy_percent=..., max_healthy_percent=...)"
        mistakes = [
            *out_of_range(self.min_healthy_percent, 0, 100, what="min_healthy_percent", where=where),
            *out_of_range(self.max_healthy_percent, 100, 200, what="max_healthy_percent", where=where),
        ]
        if self.max_healthy_percent - self.min_healthy_percent > 100:
            mistakes.append(
                Mistake(
                    problem=f"Between {self.min_healthy_percent} and {self.max_healthy_percent} % lie more "
                    "than 100.",
                    allowed="percentages that differ by up to 100.",
                    where=where,
                )
            )
        refuse(mistakes)
