"""How many tasks a service runs, and what decides it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import TimeZone
from aws_cdk import aws_applicationautoscaling as appscaling
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform import once
from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.scheduled_capacity import ScheduledCapacity
from ecs_platform.service.target_groups import TargetGroups
from ecs_platform.service.tracking import query, track
from ecs_platform.tokens import is_token

_REQUESTS = "requests_per_minute_per_task"


@dataclass(frozen=True, kw_only=True)
class Scaling:
    """Between which bounds a service scales, and on what.

    Args:
        min_tasks: At least this many tasks.
        max_tasks: At most this many; a blue/green deployment runs twice as many for a while.
        cpu_percent: The average CPU use to hold, 1 to 100. Not scaled on by default.
        memory_percent: The average memory use to hold, 1 to 100. Not scaled on by default.
        requests_per_minute_per_task: The requests of one minute that one task should get, blue and green
            together. Not scaled on by default.
        schedules: Bounds that change by the clock. None by default.
        scale_in_cooldown_seconds: Rest after tasks were removed. 300 by default.
        scale_out_cooldown_seconds: Rest after tasks were added. 60 by default.

    Raises:
        ConfigurationError: Crossed bounds, also those that a schedule leaves, bounds that nothing would use,
            a target outside its range, or two schedules of one name; all of them at once.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
    """

    min_tasks: int
    max_tasks: int
    cpu_percent: int | None = None
    memory_percent: int | None = None
    requests_per_minute_per_task: int | None = None
    schedules: Sequence[ScheduledCapacity] = ()
    scale_in_cooldown_seconds: int = 300
    scale_out_cooldown_seconds: int = 60

    def __post_init__(self) -> None:
        refuse([*self._bounds(), *self._targets(), *self._cooldowns(), *self._names(), *self._of_schedules()])

    @property
    def has_target(self) -> bool:
        """Whether a metric moves the number of tasks between the bounds."""
        targets = (self.cpu_percent, self.memory_percent, self.requests_per_minute_per_task)
        return any(target is not None for target in targets)

    def _bounds(self) -> Iterator[Mistake]:
        if not 0 <= self.min_tasks <= self.max_tasks or self.max_tasks < 1:
            yield Mistake(
                problem=f"A service cannot run between {self.min_tasks} and {self.max_tasks} tasks.",
                allowed="0 <= min_tasks <= max_tasks, and max_tasks of at least 1.",
                where=f"{type(self).__name__}(min_tasks=..., max_tasks=...).",
            )
        elif self.min_tasks < self.max_tasks and not self.schedules and not self.has_target:
            yield Mistake(
                problem=f"Nothing would ever scale beyond min_tasks, {self.min_tasks}.",
                allowed="a target (cpu_percent, memory_percent or requests_per_minute_per_task), schedules, "
                "or a number of tasks in place of Scaling.",
                where=f"{type(self).__name__}(max_tasks=...).",
            )

    def _targets(self) -> Iterator[Mistake]:
        for name, most in (("cpu_percent", 100), ("memory_percent", 100), (_REQUESTS, None)):
            value: int | None = getattr(self, name)
            if value is not None and (value < 1 or (most and value > most)):
                yield Mistake(
                    problem=f"The target {name} is {value}.",
                    allowed=f"1 to {most}." if most else "1 or more.",
                    where=f"{type(self).__name__}({name}=...).",
                )

    def _cooldowns(self) -> Iterator[Mistake]:
        for name in ("scale_in_cooldown_seconds", "scale_out_cooldown_seconds"):
            seconds: int = getattr(self, name)
            if seconds < 0:
                yield Mistake(
                    problem=f"The {name} is {seconds}.",
                    allowed="0 or more.",
                    where=f"{type(self).__name__}({name}=...).",
                )

    def _names(self) -> Iterator[Mistake]:
        names = [schedule.name for schedule in self.schedules]
        if len(names) != len(set(names)):
            yield Mistake(
                problem=f"Two schedules share a name: {', '.join(sorted(names))}.",
                allowed="a name of its own for each.",
                where=f"{type(self).__name__}(schedules=...).",
            )

    def _of_schedules(self) -> Iterator[Mistake]:
        if self.min_tasks > self.max_tasks:
            return  # said already
        # A bound that a schedule leaves out is whatever another one has made of it.
        widest = max(self.max_tasks, *(each.max_tasks or 0 for each in self.schedules), 0)
        for schedule in self.schedules:
            lowest = self.fewest_tasks if schedule.min_tasks is None else schedule.min_tasks
            highest = widest if schedule.max_tasks is None else schedule.max_tasks
            if lowest > highest and not is_token(highest):
                yield Mistake(
                    problem=f"From the schedule {schedule.name!r} on, at least {lowest} and at most "
                    f"{highest} tasks would run.",
                    allowed="bounds that do not cross; give both where both change.",
                    where="ScheduledCapacity(min_tasks=..., max_tasks=...).",
                )

    @property
    def fewest_tasks(self) -> int:
        """The least that the service may be asked to run, schedules included."""
        bounds = [each.min_tasks for each in self.schedules if each.min_tasks is not None]
        return min([self.min_tasks, *bounds])


def autoscale(
    scope: Construct,
    service: ecs.FargateService | ecs.Ec2Service,
    *,
    scaling: Scaling,
    groups: TargetGroups | None = None,
) -> ecs.ScalableTaskCount:
    """Let Application Auto Scaling own the desired count of a service.

    Args:
        scope: Where the request policy is made.
        service: The service.
        scaling: The bounds and targets.
        groups: The two groups whose requests count. By default none: nothing counts its requests.

    Raises:
        ConfigurationError: A target for requests that nothing counts.
    """
    if scaling.requests_per_minute_per_task is not None and groups is None:
        raise ConfigurationError(
            f"Nothing counts requests here: no load balancer for HTTP, and a target of "
            f"{scaling.requests_per_minute_per_task} a minute.",
            allowed="cpu_percent, memory_percent, or QueueScaling(...) for a worker on a queue.",
            where=f"{type(scaling).__name__}(requests_per_minute_per_task=...).",
        )
    tasks = service.auto_scale_task_count(min_capacity=scaling.min_tasks, max_capacity=scaling.max_tasks)
    scale_in = once.seconds(scaling.scale_in_cooldown_seconds)
    scale_out = once.seconds(scaling.scale_out_cooldown_seconds)
    if scaling.cpu_percent is not None:
        tasks.scale_on_cpu_utilization(
            "Cpu",
            target_utilization_percent=scaling.cpu_percent,
            scale_in_cooldown=scale_in,
            scale_out_cooldown=scale_out,
        )
    if scaling.memory_percent is not None:
        tasks.scale_on_memory_utilization(
            "Memory",
            target_utilization_percent=scaling.memory_percent,
            scale_in_cooldown=scale_in,
            scale_out_cooldown=scale_out,
        )
    if scaling.requests_per_minute_per_task is not None and groups:
        _scale_on_requests(scope, service, tasks, scaling, groups)
    for schedule in scaling.schedules:
        tasks.scale_on_schedule(
            schedule.name,
            schedule=appscaling.Schedule.expression(schedule.expression),
            time_zone=TimeZone.of(schedule.time_zone),
            min_capacity=schedule.min_tasks,
            max_capacity=schedule.max_tasks,
        )
    return tasks


def _scale_on_requests(
    scope: Construct,
    service: ecs.FargateService | ecs.Ec2Service,
    tasks: ecs.ScalableTaskCount,
    scaling: Scaling,
    groups: TargetGroups,
) -> None:
    # The predefined ALBRequestCountPerTarget follows one group and is blind after a swap.
    per_colour = [
        query(
            colour,
            "AWS/ApplicationELB",
            "RequestCountPerTarget",
            "Sum",
            {"TargetGroup": full_name, "LoadBalancer": groups.load_balancer_full_name},
        )
        for colour, full_name in groups.full_names.items()
    ]
    track(
        scope,
        "Requests",
        service=service,
        tasks=tasks,
        name="requests-per-task",
        target=scaling.requests_per_minute_per_task or 0,
        metrics=per_colour,
        expression="FILL(blue,0)+FILL(green,0)",
        label="Requests per task, blue and green",
        scale_in_cooldown_seconds=scaling.scale_in_cooldown_seconds,
        scale_out_cooldown_seconds=scaling.scale_out_cooldown_seconds,
    )
