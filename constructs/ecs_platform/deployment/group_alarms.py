"""Alarms over the blue and the green target group of a service, whichever load balancer is in front."""

import math
from collections.abc import Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from ecs_platform.mistakes import Mistake, refuse

Query = cloudwatch.CfnAlarm.MetricDataQueryProperty

SUM = "FILL(blue,0)+FILL(green,0)"
EITHER = "MAX([FILL(blue,0),FILL(green,0)])"
"""The higher of both: for percentiles, which do not add up, and where each task stands in both groups."""


def refuse_thresholds(thresholds: Mapping[str, float], *, of: str) -> None:
    """Refuse thresholds that always or never fire, and a time that CloudWatch would not watch for.

    Args:
        thresholds: The values by name; one of them is `minutes`.
        of: The class whose arguments these are.

    Raises:
        ConfigurationError: All that is wrong.
    """
    mistakes = [
        Mistake(
            problem=f"An alarm with {name}={value} would always or never fire.",
            allowed="a number above zero.",
            where=f"{of}({name}=...).",
        )
        for name, value in thresholds.items()
        if not 0 < value < math.inf  # nothing compares to nan
    ]
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    if thresholds["minutes"] > 1_440:
        mistakes.append(
            Mistake(
                problem=f"An alarm would wait for {thresholds['minutes']:,} minutes in a row.",
                allowed="up to 1,440, a day.",
                where=f"{of}(minutes=...).",
            )
        )
    refuse(mistakes)


def query_alarm(
    scope: Construct,
    id_: str,
    *,
    description: str,
    threshold: float,
    minutes: int,
    queries: Sequence[Query],
) -> cloudwatch.CfnAlarm:
    """Make an alarm that fires when what the queries return reaches a threshold for some minutes in a row.

    Args:
        scope: The construct it belongs to.
        id_: Its id within the scope.
        description: What is wrong when it fires.
        threshold: The value to reach.
        minutes: For how many minutes in a row.
        queries: Metrics, and an expression over them where there are several.
    """
    return cloudwatch.CfnAlarm(
        scope,
        id_,
        alarm_description=description,
        metrics=list(queries),
        threshold=threshold,
        evaluation_periods=minutes,
        comparison_operator="GreaterThanOrEqualToThreshold",
        # No traffic means no data points, and that is not an outage.
        treat_missing_data="notBreaching",
    )


def of_load_balancer(namespace: str, metric: str, *, load_balancer: str) -> Sequence[Query]:
    """The sum of a minute of a metric that exists per load balancer only."""
    return [_query("total", namespace, metric, "Sum", {"LoadBalancer": load_balancer}, returned=True)]


def of_both(
    namespace: str,
    metric: str,
    statistic: str,
    expression: str,
    *,
    load_balancer: str,
    groups: Mapping[str, str],
) -> Sequence[Query]:
    """A metric of each target group, joined.

    Args:
        namespace: CloudWatch's namespace.
        metric: The metric's name.
        statistic: The statistic of a minute.
        expression: `SUM` or `EITHER`.
        load_balancer: The load balancer's part of its ARN.
        groups: Those of the groups, by colour.
    """
    per_group = [
        _query(colour, namespace, metric, statistic, {"LoadBalancer": load_balancer, "TargetGroup": name})
        for colour, name in groups.items()
    ]
    return [*per_group, Query(id="joined", expression=expression, return_data=True)]


# L1, because the L2's metrics of a target group need a listener or rule of CDK's to have attached it, and
# ours are custom resources; written out by hand, each would take seven calls into Node instead of one.
def _query(
    id_: str,
    namespace: str,
    metric: str,
    statistic: str,
    dimensions: Mapping[str, str],
    *,
    returned: bool = False,
) -> Query:
    return Query(
        id=id_,
        return_data=returned,
        metric_stat=cloudwatch.CfnAlarm.MetricStatProperty(
            period=60,
            stat=statistic,
            metric=cloudwatch.CfnAlarm.MetricProperty(
                namespace=namespace,
                metric_name=metric,
                dimensions=[
                    cloudwatch.CfnAlarm.DimensionProperty(name=name, value=value)
                    for name, value in dimensions.items()
                ],
            ),
        ),
    )
