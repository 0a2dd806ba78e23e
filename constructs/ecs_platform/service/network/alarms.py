"""The alarms that stop a deployment behind a Network Load Balancer."""

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
from ecs_platform.load_balancer.network_routing import NetworkProtocol
from ecs_platform.service.network.target_groups import NetworkTargetGroups

_NAMESPACE = "AWS/NetworkELB"


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
        minutes: For how many minutes in a row a value must be reached, up to 1,440. 2 by default.

    Raises:
        ConfigurationError: Thresholds that always or never fire, all at once.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
    """

    unhealthy_hosts: int = 1
    target_resets_per_minute: int = 100
    port_allocation_errors_per_minute: int = 1
    minutes: int = 2

    def __post_init__(self) -> None:
        refuse_thresholds(vars(self), of=type(self).__name__)


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
        balancer = groups.load_balancer_full_name
        alarm = partial(query_alarm, self, minutes=thresholds.minutes)
        of_balancer = partial(of_load_balancer, _NAMESPACE, load_balancer=balancer)
        self.alarms = [
            alarm(
                "UnhealthyHosts",
                description="Tasks fail their health check.",
                threshold=thresholds.unhealthy_hosts,
                queries=of_both(
                    _NAMESPACE,
                    "UnHealthyHostCount",
                    "Maximum",
                    EITHER if tasks_in_both else SUM,
                    load_balancer=balancer,
                    groups=groups.full_names,
                ),
            )
        ]
        if "tcp" in protocol.transports:
            self.alarms.append(
                alarm(
                    "TargetResets",
                    description="Tasks reset connections.",
                    threshold=thresholds.target_resets_per_minute,
                    queries=of_balancer("TCP_Target_Reset_Count"),
                )
            )
        if not groups.keeps_client_address:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-troubleshooting.html
            self.alarms.append(
                alarm(
                    "PortAllocationErrors",
                    description="The load balancer has no port left for connections to tasks.",
                    threshold=thresholds.port_allocation_errors_per_minute,
                    queries=of_balancer("PortAllocationErrorCount"),
                )
            )
