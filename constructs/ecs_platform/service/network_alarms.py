"""The alarms that stop a deployment behind a Network Load Balancer."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from ecs_platform.load_balancer.network_routing import NetworkProtocol
from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.service.network_target_groups import NetworkTargetGroups

_Query = cloudwatch.CfnAlarm.MetricDataQueryProperty


@dataclass(frozen=True, kw_only=True)
class NetworkAlarmThresholds:
    """When the alarms of a service fire. Each looks at one-minute values.

    A Network Load Balancer sees connections and no answers: latency and errors of the application's own are
    for an alarm of the caller's.

    Args:
        unhealthy_hosts: Unhealthy tasks, blue and green together. 1 by default.
        target_resets_per_minute: Connections that tasks reset. The metric exists per load balancer only, so
            services that share one share this signal, and tasks that end reset what is still open. 100 by
            default. Not watched over UDP, which resets nothing.
        port_allocation_errors_per_minute: Connections that were lost for want of a port of the load balancer,
            also per load balancer. 1 by default. Not watched where tasks see the client's address.
        minutes: For how many minutes in a row a value must be reached. 2 by default.

    Raises:
        ConfigurationError: Thresholds that always or never fire, all at once.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
    """

    unhealthy_hosts: int = 1
    target_resets_per_minute: int = 100
    port_allocation_errors_per_minute: int = 1
    minutes: int = 2

    def __post_init__(self) -> None:
        refuse(
            [
                Mistake(
                    problem=f"An alarm with {name}={value} would always or never fire.",
                    allowed="a number above zero.",
                    where=f"NetworkAlarmThresholds({name}=...).",
                )
                for name, value in vars(self).items()
                if value <= 0
            ]
        )


class NetworkAlarms(Construct):
    """Up to three alarms over both target groups of a service: whichever is live, they see it.

    Args:
        groups: The blue and the green target group.
        protocol: What clients connect with.
        thresholds: When the alarms fire.
        tasks_in_both: Whether each task stands in both groups and would be counted twice.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        groups: NetworkTargetGroups,
        protocol: NetworkProtocol,
        thresholds: NetworkAlarmThresholds,
        tasks_in_both: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        balancer = {"LoadBalancer": groups.load_balancer_full_name}
        both, either = "FILL(blue,0)+FILL(green,0)", "MAX([FILL(blue,0),FILL(green,0)])"
        self.alarms = [
            self._alarm(
                "UnhealthyHosts",
                "Tasks fail their health check.",
                thresholds.unhealthy_hosts,
                thresholds.minutes,
                [
                    *(
                        _query(colour, "UnHealthyHostCount", "Maximum", {**balancer, "TargetGroup": name})
                        for colour, name in groups.full_names.items()
                    ),
                    _Query(id="joined", expression=either if tasks_in_both else both, return_data=True),
                ],
            )
        ]
        counts: list[tuple[str, str, str, int]] = []
        if "tcp" in protocol.transports:
            counts.append(
                (
                    "TargetResets",
                    "Tasks reset connections.",
                    "TCP_Target_Reset_Count",
                    thresholds.target_resets_per_minute,
                )
            )
        if not groups.keeps_client_address:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-troubleshooting.html
            counts.append(
                (
                    "PortAllocationErrors",
                    "The load balancer has no port left for connections to tasks.",
                    "PortAllocationErrorCount",
                    thresholds.port_allocation_errors_per_minute,
                )
            )
        for name, description, metric, threshold in counts:
            query = _query("total", metric, "Sum", balancer, returned=True)
            self.alarms.append(self._alarm(name, description, threshold, thresholds.minutes, [query]))

    def _alarm(
        self, name: str, description: str, threshold: int, minutes: int, metrics: list[_Query], /
    ) -> cloudwatch.CfnAlarm:
        return cloudwatch.CfnAlarm(
            self,
            name,
            alarm_description=description,
            metrics=metrics,
            threshold=threshold,
            evaluation_periods=minutes,
            comparison_operator="GreaterThanOrEqualToThreshold",
            # No traffic means no data points, and that is not an outage.
            treat_missing_data="notBreaching",
        )


# L1, because the L2's metrics of a target group need a listener of CDK's to have attached it, and ours is a
# custom resource.
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
                namespace="AWS/NetworkELB",
                metric_name=metric,
                dimensions=[
                    cloudwatch.CfnAlarm.DimensionProperty(name=name, value=value)
                    for name, value in dimensions.items()
                ],
            ),
        ),
    )
