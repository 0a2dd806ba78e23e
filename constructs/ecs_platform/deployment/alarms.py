"""The alarms that stop a deployment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from ecs_platform.problem import ConfigurationError
from ecs_platform.service.target_groups import TargetGroups

_Query = cloudwatch.CfnAlarm.MetricDataQueryProperty


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
        minutes: For how many minutes in a row a value must be reached. 2 by default, so that one slow
            start does not undo a release.

    Raises:
        ConfigurationError: A threshold that always or never fires.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """

    target_5xx_per_minute: int = 10
    load_balancer_5xx_per_minute: int = 10
    unhealthy_hosts: int = 1
    p95_seconds: float = 1.0
    minutes: int = 2

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value <= 0:
                raise ConfigurationError(
                    f"An alarm with {name}={value} would always or never fire.",
                    allowed="a number above zero.",
                    where=f"AlarmThresholds({name}=...).",
                )


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

        both, either = "FILL(blue,0)+FILL(green,0)", "MAX([FILL(blue,0),FILL(green,0)])"
        self.alarms = [
            self._alarm(
                "Target5xx",
                "Tasks answer 5xx.",
                thresholds.target_5xx_per_minute,
                thresholds.minutes,
                _of_both(groups, "HTTPCode_Target_5XX_Count", "Sum", both),
            ),
            self._alarm(
                "LoadBalancer5xx",
                "The load balancer itself answers 5xx.",
                thresholds.load_balancer_5xx_per_minute,
                thresholds.minutes,
                [
                    _query(
                        "total",
                        "HTTPCode_ELB_5XX_Count",
                        "Sum",
                        {"LoadBalancer": groups.load_balancer_full_name},
                        returned=True,
                    )
                ],
            ),
            self._alarm(
                "UnhealthyHosts",
                "Tasks fail their health check.",
                thresholds.unhealthy_hosts,
                thresholds.minutes,
                _of_both(groups, "UnHealthyHostCount", "Maximum", either if tasks_in_both else both),
            ),
            self._alarm(
                "Latency",
                "Tasks answer slowly.",
                thresholds.p95_seconds,
                thresholds.minutes,
                # Percentiles do not add up: the slower group decides.
                _of_both(groups, "TargetResponseTime", "p95", either),
            ),
        ]

    def _alarm(
        self, name: str, description: str, threshold: float, minutes: int, metrics: Sequence[_Query], /
    ) -> cloudwatch.CfnAlarm:
        return cloudwatch.CfnAlarm(
            self,
            name,
            alarm_description=description,
            metrics=list(metrics),
            threshold=threshold,
            evaluation_periods=minutes,
            comparison_operator="GreaterThanOrEqualToThreshold",
            # No traffic means no data points, and that is not an outage.
            treat_missing_data="notBreaching",
        )


# L1, because the L2's metrics of a target group need a listener or rule of CDK's to have attached it, and our
# rule is a custom resource; written out by hand, each would take seven calls into Node instead of one.
def _query(
    id_: str, metric: str, statistic: str, dimensions: Mapping[str, str], *, returned: bool = False
) -> _Query:
    return _Query(
        id=id_,
        return_data=returned,
        metric_stat=cloudwatch.CfnAlarm.MetricStatProperty(
            period=60,
            stat=statistic,
            metric=cloudwatch.CfnAlarm.MetricProperty(
                namespace="AWS/ApplicationELB",
                metric_name=metric,
                dimensions=[
                    cloudwatch.CfnAlarm.DimensionProperty(name=name, value=value)
                    for name, value in dimensions.items()
                ],
            ),
        ),
    )


def _of_both(groups: TargetGroups, metric: str, statistic: str, expression: str) -> list[_Query]:
    per_group = [
        _query(
            colour,
            metric,
            statistic,
            {"LoadBalancer": groups.load_balancer_full_name, "TargetGroup": full_name},
        )
        for colour, full_name in groups.full_names.items()
    ]
    return [*per_group, _Query(id="joined", expression=expression, return_data=True)]
