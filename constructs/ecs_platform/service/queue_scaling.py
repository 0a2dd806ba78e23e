"""How many tasks work on a queue."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform.mistakes import Mistake, out_of_range, refuse
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.service.queue import WorkQueue
from ecs_platform.service.tracking import query, track

_MOST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class QueueScaling(Scaling):
    """As many tasks as hold the backlog of each at a target.

    The target is the time a message may wait, divided by the time a task takes for one: at 10 minutes and 5
    seconds, 120 messages.

    With `min_tasks=0` no task runs while the queue is empty. The first message then counts as more than the
    target, since a target that is not exceeded starts nothing; messages that are being worked on count too,
    so that their task is not taken for idle. It takes some 3 to 5 minutes from the first message to the first
    task, and the last task stays for at least 15 minutes.

    Follows https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html
    and https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html

    Args:
        messages_per_task: How many messages may wait for each running task, from 1.
        min_tasks: At least this many tasks, from 0.
        max_tasks: At most this many.
        cpu_percent: As for `Scaling`; not with `min_tasks=0`, where it would hold the last task forever.
        memory_percent: As for `cpu_percent`.
        requests_per_minute_per_task: Refused by `Worker`, which nobody sends requests to.
        schedules: As for `Scaling`.
        scale_in_cooldown_seconds: As for `Scaling`.
        scale_out_cooldown_seconds: As for `Scaling`.

    Raises:
        ConfigurationError: What `Scaling` refuses, a target out of its range, or a second target that keeps
            the service from ever running no task.
    """

    messages_per_task: int

    def __post_init__(self) -> None:
        super().__post_init__()
        mistakes = [
            *out_of_range(
                self.messages_per_task,
                1,
                _MOST,
                what="messages_per_task",
                where="QueueScaling(messages_per_task=...).",
            )
        ]
        if self.fewest_tasks == 0:
            # A service scales in when all its policies would, and one idle task is enough for any of these.
            # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
            mistakes.extend(
                Mistake(
                    problem=f"With {name} the service would never scale in to no task: in place of one that "
                    "idles it still wants one.",
                    allowed="messages_per_task alone where min_tasks is 0.",
                    where=f"QueueScaling({name}=..., min_tasks=...).",
                )
                for name in ("cpu_percent", "memory_percent")
                if getattr(self, name) is not None
            )
        refuse(mistakes)

    @property
    def has_target(self) -> bool:
        """The backlog is one."""
        return True

    @property
    def expression(self) -> str:
        """The backlog of a task, in CloudWatch's metric math over `visible`, `in_flight` and `running`.

        A gap in the number of tasks repeats the last one. A queue at rest for six hours reports nothing,
        which is no message.
        """
        if self.fewest_tasks:
            # None runs while the first ones start: as if one did, for nothing can be divided by zero.
            return "FILL(visible,0)/IF(FILL(running,REPEAT)>0,FILL(running,REPEAT),1)"
        messages, running = "(FILL(visible,0)+FILL(in_flight,0))", "FILL(running,0)"
        awake = f"{messages}/IF({running}>0,{running},1)"
        return f"{awake}+IF({running}>0,0,IF({messages}>0,{self.messages_per_task},0))"


def scale_on_backlog(
    scope: Construct,
    service: ecs.FargateService,
    tasks: ecs.ScalableTaskCount,
    *,
    scaling: QueueScaling,
    queue: WorkQueue,
    of_service: Mapping[str, str],
) -> None:
    """Make the policy, "Backlog".

    Args:
        scope: Where it is made.
        service: The service.
        tasks: What scales it.
        scaling: The target.
        queue: What its tasks work on.
        of_service: The dimensions by which Container Insights counts its tasks.
    """
    of_queue = {"QueueName": queue.queue.queue_name}
    metrics = [
        query("visible", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "Sum", of_queue),
        query("running", "ECS/ContainerInsights", "RunningTaskCount", "Average", of_service),
    ]
    if not scaling.fewest_tasks:
        metrics.append(
            query("in_flight", "AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "Sum", of_queue)
        )
    track(
        scope,
        "Backlog",
        service=service,
        tasks=tasks,
        name="backlog-per-task",
        target=scaling.messages_per_task,
        metrics=metrics,
        expression=scaling.expression,
        label="Messages per running task",
        scale_in_cooldown_seconds=scaling.scale_in_cooldown_seconds,
        scale_out_cooldown_seconds=scaling.scale_out_cooldown_seconds,
    )
