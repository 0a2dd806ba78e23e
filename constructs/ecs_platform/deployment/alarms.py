"""The alarms that stop a deployment."""

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from ecs_platform.problem import ConfigurationError
from ecs_platform.service.target_groups import TargetGroups

_MINUTE = Duration.minutes(1)


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

    https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html
    """

    def __init__(
        self, scope: Construct, id_: str, *, groups: TargetGroups, thresholds: AlarmThresholds
    ) -> None:
        super().__init__(scope, id_)

        def alarm(
            name: str, metric: cloudwatch.IMetric, threshold: float, description: str
        ) -> cloudwatch.Alarm:
            return cloudwatch.Alarm(
                self,
                name,
                metric=metric,
                threshold=threshold,
                evaluation_periods=thresholds.minutes,
                comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
                # No traffic means no data points, and that is not an outage.
                treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
                alarm_description=description,
            )

        both = "FILL(blue,0)+FILL(green,0)"
        self.alarms = [
            alarm(
                "Target5xx",
                groups.combined("HTTPCode_Target_5XX_Count", "Sum", both, "5xx of both groups"),
                thresholds.target_5xx_per_minute,
                "Tasks answer 5xx.",
            ),
            alarm(
                "LoadBalancer5xx",
                cloudwatch.Metric(
                    namespace="AWS/ApplicationELB",
                    metric_name="HTTPCode_ELB_5XX_Count",
                    dimensions_map={"LoadBalancer": groups.load_balancer_full_name},
                    statistic="Sum",
                    period=_MINUTE,
                ),
                thresholds.load_balancer_5xx_per_minute,
                "The load balancer itself answers 5xx.",
            ),
            alarm(
                "UnhealthyHosts",
                groups.combined("UnHealthyHostCount", "Maximum", both, "Unhealthy tasks of both groups"),
                thresholds.unhealthy_hosts,
                "Tasks fail their health check.",
            ),
            alarm(
                "Latency",
                # Percentiles do not add up: the slower group decides.
                groups.combined(
                    "TargetResponseTime",
                    "p95",
                    "MAX([FILL(blue,0),FILL(green,0)])",
                    "Slower p95 of both groups",
                ),
                thresholds.p95_seconds,
                "Tasks answer slowly.",
            ),
        ]
