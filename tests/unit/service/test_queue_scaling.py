from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.problem import ConfigurationError
from ecs_platform.service.queue import WorkQueue
from ecs_platform.service.queue_scaling import QueueScaling
from ecs_platform.service.scheduled_capacity import ScheduledCapacity
from tests.unit.service.worker_builder import Ground

NIGHT = ScheduledCapacity(name="night", expression="cron(0 22 * * ? *)", min_tasks=0)


def _backlog(scaling: QueueScaling, **metrics: float | None) -> float:
    """What CloudWatch would make of the expression, which happens to be Python's syntax as well."""

    def fill(value: float | None, gap: float) -> float:
        return gap if value is None else value

    def choose(condition: bool, yes: float, no: float) -> float:
        return yes if condition else no

    words = {"FILL": fill, "IF": choose, "REPEAT": 4, **metrics}
    return eval(scaling.expression, {}, words)  # noqa: S307 - our own expression


def _scaling(**values: Any) -> QueueScaling:
    return QueueScaling(**({"messages_per_task": 100, "min_tasks": 1, "max_tasks": 9} | values))


@pytest.mark.parametrize(
    ("visible", "running", "backlog"),
    [
        (300, 3, 100),
        (0, 3, 0),
        (300, 0, 300),  # the first tasks are about to start
        (None, 2, 0),  # a queue at rest
        (300, None, 75),  # a gap: the last known number, 4 here
    ],
)
def test_the_backlog_of_a_task(visible: float | None, running: float | None, backlog: float) -> None:
    assert _backlog(_scaling(), visible=visible, running=running) == backlog


@pytest.mark.parametrize(
    ("visible", "in_flight", "running", "backlog"),
    [
        (300, 30, 3, 110),
        (0, 1, 1, 1),  # the last message is worked on: its task is not idle
        (0, 0, 1, 0),
        (0, 0, 0, 0),
        (None, None, None, 0),
        (1, 0, 0, 101),  # one message starts the first task
        (1, None, None, 101),
    ],
)
def test_the_backlog_where_no_task_may_run(
    visible: float | None, in_flight: float | None, running: float | None, backlog: float
) -> None:
    scaling = _scaling(min_tasks=0)
    assert _backlog(scaling, visible=visible, in_flight=in_flight, running=running) == backlog


def test_a_schedule_can_be_what_lets_no_task_run() -> None:
    assert _scaling(schedules=[NIGHT]).expression == _scaling(min_tasks=0).expression


def _policy(template: Template) -> Mapping[str, Any]:
    (policy,) = template.find_resources("AWS::ApplicationAutoScaling::ScalingPolicy").values()
    return policy


@pytest.mark.parametrize("fewest", [0, 1])
def test_the_policy(stack: cdk.Stack, template: Callable[[], Template], fewest: int) -> None:
    ground = Ground(stack)
    queue = WorkQueue(stack, "Jobs", visibility_timeout_seconds=60)
    scaling = _scaling(min_tasks=fewest, scale_in_cooldown_seconds=111, scale_out_cooldown_seconds=22)
    ground.worker(queue=queue, tasks=scaling)
    policy = _policy(template())
    assert policy["Properties"]["PolicyType"] == "TargetTrackingScaling"
    tracking = policy["Properties"]["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] == 100
    assert (tracking["ScaleInCooldown"], tracking["ScaleOutCooldown"]) == (111, 22)
    *queries, total = tracking["CustomizedMetricSpecification"]["Metrics"]
    assert total["Expression"] == scaling.expression
    assert [query["ReturnData"] for query in (*queries, total)] == [False] * len(queries) + [True]
    of_queue = [{"Name": "QueueName", "Value": stack.resolve(queue.queue.queue_name)}]
    of_service = [
        {"Name": "ClusterName", "Value": stack.resolve(ground.cluster.cluster.cluster_name)},
        {"Name": "ServiceName", "Value": "resize"},
    ]
    asked = {
        query["Id"]: (
            query["MetricStat"]["Metric"]["Namespace"],
            query["MetricStat"]["Metric"]["MetricName"],
            query["MetricStat"]["Stat"],
            query["MetricStat"]["Metric"]["Dimensions"],
        )
        for query in queries
    }
    expected = {
        "visible": ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Sum", of_queue),
        "running": ("ECS/ContainerInsights", "RunningTaskCount", "Average", of_service),
    }
    if not fewest:
        expected["in_flight"] = ("AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "Sum", of_queue)
    assert asked == expected
    (target,) = template().find_resources("AWS::ApplicationAutoScaling::ScalableTarget")
    assert target in policy["DependsOn"]
    (service,) = template().find_resources("AWS::ECS::Service").values()
    assert "DesiredCount" not in service["Properties"]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"messages_per_task": 0}, r"messages_per_task is 0\. Allowed: messages_per_task of 1 to 1000000"),
        ({"min_tasks": 3, "max_tasks": 2}, r"between 3 and 2 tasks.* Change: QueueScaling\(min_tasks"),
        ({"min_tasks": 0, "cpu_percent": 50}, "With cpu_percent the service would never scale in to no task"),
        (
            {"schedules": [NIGHT], "memory_percent": 50},
            "With memory_percent the service would never scale in",
        ),
        ({"cpu_percent": 0}, r"Change: QueueScaling\(cpu_percent=\.\.\.\)"),
    ],
)
def test_what_could_not_work(values: dict[str, Any], refusal: str) -> None:
    with pytest.raises(ConfigurationError, match=refusal):
        _scaling(**values)


def test_cpu_beside_the_backlog(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    queue = WorkQueue(stack, "Jobs", visibility_timeout_seconds=60)
    Ground(stack).worker(queue=queue, tasks=_scaling(cpu_percent=50))
    template().resource_count_is("AWS::ApplicationAutoScaling::ScalingPolicy", 2)
