"""The blue and the green target group of a service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ecs_platform import once
from ecs_platform.mistakes import Mistake, out_of_range, refuse
from ecs_platform.problem import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class TargetHealthCheck:
    """How the load balancer asks a task whether it is well.

    Args:
        path: The path it gets. `/healthz` by default.
        interval_seconds: Between two checks, 5 to 300. 10 by default.
        timeout_seconds: Until a silent check has failed, 2 to 120, and below the interval. 5 by default.
        healthy_threshold: Passed checks in a row until a task gets traffic, 2 to 10. 2 by default.
        unhealthy_threshold: Failed checks in a row until it gets none, 2 to 10. 3 by default.
        healthy_codes: The HTTP codes that pass. `200` by default.

    Raises:
        ConfigurationError: Values that Elastic Load Balancing does not take, all at once.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """

    path: str = "/healthz"
    interval_seconds: int = 10
    timeout_seconds: int = 5
    healthy_threshold: int = 2
    unhealthy_threshold: int = 3
    healthy_codes: str = "200"

    def __post_init__(self) -> None:
        # Below the interval, but not below one that is refused itself.
        longest = min(120, max(5, self.interval_seconds) - 1)
        ranges = {
            "interval_seconds": (self.interval_seconds, 5, 300),
            "timeout_seconds": (self.timeout_seconds, 2, longest),
            "healthy_threshold": (self.healthy_threshold, 2, 10),
            "unhealthy_threshold": (self.unhealthy_threshold, 2, 10),
        }
        mistakes: list[Mistake] = []
        for name, (value, lowest, highest) in ranges.items():
            what, where = f"The health check's {name}", f"TargetHealthCheck({name}=...)."
            mistakes += out_of_range(value, lowest, highest, what=what, where=where)
        if not self.path.startswith("/"):
            mistakes.append(
                Mistake(
                    problem=f"The health check's path is {self.path!r}.",
                    allowed="a path that starts with a slash.",
                    where="TargetHealthCheck(path=...).",
                )
            )
        refuse(mistakes)


@dataclass(frozen=True, kw_only=True)
class TargetGroupSettings:
    """What both target groups have in common.

    Args:
        health_check: How tasks are checked.
        deregistration_delay_seconds: How long a leaving task may finish its requests, 0 to 3,600. 30 by
            default, as long as ECS waits for a stopped container.

    Raises:
        ConfigurationError: A delay that Elastic Load Balancing does not take.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
    """

    health_check: TargetHealthCheck = field(default_factory=TargetHealthCheck)
    deregistration_delay_seconds: int = 30

    def __post_init__(self) -> None:
        if not 0 <= self.deregistration_delay_seconds <= 3_600:
            raise ConfigurationError(
                f"The deregistration delay is {self.deregistration_delay_seconds} seconds.",
                allowed="0 to 3,600.",
                where="TargetGroupSettings(deregistration_delay_seconds=...).",
            )


class TargetGroups(Construct):
    """Two target groups of task addresses; which of them is live is CodeDeploy's to say.

    Args:
        vpc: The tasks' VPC.
        port: The container's port.
        settings: What both have in common.
        load_balancer_full_name: The load balancer's part of its ARN, for metrics.
        target_type: What they hold. By default addresses of tasks; in bridge and host mode instances.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc: ec2.IVpc,
        port: int,
        settings: TargetGroupSettings,
        load_balancer_full_name: str,
        target_type: elbv2.TargetType = elbv2.TargetType.IP,
    ) -> None:
        super().__init__(scope, id_)
        self.load_balancer_full_name = load_balancer_full_name
        check = settings.health_check

        health_check = elbv2.HealthCheck(
            path=check.path,
            # The default, said where cfn-lint wants it: ECS refuses any other beside a dynamic host port.
            port="traffic-port" if target_type is elbv2.TargetType.INSTANCE else None,
            interval=once.seconds(check.interval_seconds),
            timeout=once.seconds(check.timeout_seconds),
            healthy_threshold_count=check.healthy_threshold,
            unhealthy_threshold_count=check.unhealthy_threshold,
            healthy_http_codes=check.healthy_codes,
        )

        def group(colour: str) -> elbv2.ApplicationTargetGroup:
            return elbv2.ApplicationTargetGroup(
                self,
                colour,
                vpc=vpc,
                port=port,
                protocol=elbv2.ApplicationProtocol.HTTP,
                target_type=target_type,
                deregistration_delay=once.seconds(settings.deregistration_delay_seconds),
                health_check=health_check,
            )

        self.blue = group("Blue")
        self.green = group("Green")

    @cached_property
    def full_names(self) -> Mapping[str, str]:
        """The groups' parts of their ARNs, for metrics: `blue` and `green`."""
        return {"blue": self.blue.target_group_full_name, "green": self.green.target_group_full_name}
