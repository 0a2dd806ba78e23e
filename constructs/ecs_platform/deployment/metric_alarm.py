"""An alarm on one metric of AWS's own."""

from collections.abc import Mapping

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct


def metric_alarm(
    scope: Construct,
    id_: str,
    *,
    description: str,
    namespace: str,
    metric: str,
    statistic: str,
    dimensions: Mapping[str, str],
    threshold: float,
    minutes: int,
    below: bool = False,
) -> cloudwatch.CfnAlarm:
    """Make an alarm that fires when one-minute values reach a threshold for some minutes in a row.

    Args:
        scope: The construct it belongs to.
        id_: Its id within the scope.
        description: What is wrong when it fires.
        namespace: CloudWatch's namespace.
        metric: The metric's name.
        statistic: The statistic of a minute.
        dimensions: The metric's dimensions, by name.
        threshold: The value to reach.
        minutes: For how many minutes in a row.
        below: Whether values below the threshold fire it, rather than those from it upwards.
    """
    # L1: the L2 would take a call into Node for the metric, and one for each dimension.
    return cloudwatch.CfnAlarm(
        scope,
        id_,
        alarm_description=description,
        namespace=namespace,
        metric_name=metric,
        statistic=statistic,
        dimensions=[
            cloudwatch.CfnAlarm.DimensionProperty(name=name, value=value)
            for name, value in dimensions.items()
        ],
        period=60,
        threshold=threshold,
        evaluation_periods=minutes,
        comparison_operator="LessThanThreshold" if below else "GreaterThanOrEqualToThreshold",
        # An idle queue reports nothing, nor does a service that has not run yet.
        treat_missing_data="notBreaching",
    )
