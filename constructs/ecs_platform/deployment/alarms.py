"""The alarms that stop a deployment."""

from dataclasses import dataclass
from functools import partial

from constructs import Construct

from ecs_platform.deployment.group_alarms import (
    EITHER,
    SUM,
    of_both,
    of_load_balancer,
    query_alarm,
    refuse_thresholds,
)
from ecs_platform.service.target_groups import TargetGroups

_NAMESPACE = "AWS/ApplicationELB"


@dataclass(frozen=True, kw_only=True)
class AlarmThresholds:
    """When the alarms of a service fire. Each looks at one-minute values.

    Args:
        target_5xx_per_minute: Answers 5xx of the service's own tasks, blue and green together. 10 by default.
        load_balancer_5xx_per_minute: Answers 5xx that the load balancer itself gave, 503 for want of a
            healthy task above all. The metric exists per load balancer only, so services that share one share
            this signal. 10 by default.
        unhealthy_hosts: Unhealthy tasks, blue and green together. 1 by default.
        p95_seconds: The slower of the two groups' 95th percentile of response time. 1 second by default.
        minutes: For how many minutes in a row a value must be reached, up to 1,440. 2 by default, so that one
            slow start does not undo a release.

    Raises:
        ConfigurationError: Thresholds that always or never fire, all at once.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """

    target_5xx_per_minute: int = 10
    load_balancer_5xx_per_minute: int = 10
    unhealthy_hosts: int = 1
    p95_seconds: float = 1.0
    minutes: int = 2

    def __post_init__(self) -> None:
        refuse_thresholds(vars(self), of=type(self).__name__)


class Alarms(Construct):
    """Four alarms over both target groups of a service: whichever is live, they see it.

    Args:
        groups: The blue and the green target group.
        thresholds: When they fire.
        tasks_in_both: Whether each task stands in both groups and would be counted twice.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        groups: TargetGroups,
        thresholds: AlarmThresholds,
        tasks_in_both: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        balancer, names = groups.load_balancer_full_name, groups.full_names
        of_groups = partial(of_both, _NAMESPACE, load_balancer=balancer, groups=names)
        alarm = partial(query_alarm, self, minutes=thresholds.minutes)
        self.alarms = [
            alarm(
                "Target5xx",
                description="Tasks answer 5xx.",
                threshold=thresholds.target_5xx_per_minute,
                queries=of_groups("HTTPCode_Target_5XX_Count", "Sum", SUM),
            ),
            alarm(
                "LoadBalancer5xx",
                description="The load balancer itself answers 5xx.",
                threshold=thresholds.load_balancer_5xx_per_minute,
                queries=of_load_balancer(_NAMESPACE, "HTTPCode_ELB_5XX_Count", load_balancer=balancer),
            ),
            alarm(
                "UnhealthyHosts",
                description="Tasks fail their health check.",
                threshold=thresholds.unhealthy_hosts,
                queries=of_groups("UnHealthyHostCount", "Maximum", EITHER if tasks_in_both else SUM),
            ),
            alarm(
                "Latency",
                description="Tasks answer slowly.",
                threshold=thresholds.p95_seconds,
                queries=of_groups("TargetResponseTime", "p95", EITHER),
            ),
        ]
