"""The blue and the green target group of a service behind a Network Load Balancer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from ecs_platform import once
from ecs_platform.load_balancer.network_routing import NetworkProtocol
from ecs_platform.mistakes import Mistake, out_of_range, refuse


@dataclass(frozen=True, kw_only=True)
class NetworkHealthCheck:
    """How the load balancer asks a task whether it is well: over TCP, whatever the task serves.

    Args:
        path: The path it gets, over HTTP. By default it is content when the port takes a connection.
        port: Where it asks, 1 to 65535. By default where the task serves; a task that serves UDP must take
            TCP there, or name another port.
        interval_seconds: Between two checks, 5 to 300. 10 by default.
        timeout_seconds: Until a silent check has failed, 2 to 120, and below the interval. 5 by default.
        healthy_threshold: Passed checks in a row until a task gets traffic, 2 to 10. 2 by default.
        unhealthy_threshold: Failed checks in a row until it gets none, 2 to 10. 3 by default.

    Raises:
        ConfigurationError: Values that Elastic Load Balancing does not take, all at once.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """

    path: str | None = None
    port: int | None = None
    interval_seconds: int = 10
    timeout_seconds: int = 5
    healthy_threshold: int = 2
    unhealthy_threshold: int = 3

    def __post_init__(self) -> None:
        mistakes: list[Mistake] = []
        # Below the interval, but not below one that is refused itself.
        longest = min(120, max(5, self.interval_seconds) - 1)
        for name, value, lowest, highest in (
            ("port", self.port, 1, 65_535),
            ("interval_seconds", self.interval_seconds, 5, 300),
            ("timeout_seconds", self.timeout_seconds, 2, longest),
            ("healthy_threshold", self.healthy_threshold, 2, 10),
            ("unhealthy_threshold", self.unhealthy_threshold, 2, 10),
        ):
            if value is not None:
                what, where = f"The health check's {name}", f"NetworkHealthCheck({name}=...)."
                mistakes += out_of_range(value, lowest, highest, what=what, where=where)
        if self.path is not None and not self.path.startswith("/"):
            mistakes.append(
                Mistake(
                    problem=f"The health check's path is {self.path!r}.",
                    allowed="a path that starts with a slash.",
                    where="NetworkHealthCheck(path=...).",
                )
            )
        refuse(mistakes)

    def bind(self) -> elbv2.HealthCheck:
        """As CDK takes it."""
        return elbv2.HealthCheck(
            protocol=elbv2.Protocol.TCP if self.path is None else elbv2.Protocol.HTTP,
            path=self.path,
            port=None if self.port is None else str(self.port),
            interval=once.seconds(self.interval_seconds),
            timeout=once.seconds(self.timeout_seconds),
            healthy_threshold_count=self.healthy_threshold,
            unhealthy_threshold_count=self.unhealthy_threshold,
        )


@dataclass(frozen=True, kw_only=True)
class NetworkTargetGroupSettings:
    """What both target groups have in common.

    Args:
        health_check: How tasks are checked.
        deregistration_delay_seconds: How long a leaving task keeps the connections it has, 0 to 3,600; ECS
            stops it after that. 300 by default, as AWS's own: such a load balancer goes on sending new
            connections for some two minutes, and a shorter delay loses them.
        close_connections: Whether what is still open then is reset, so that clients connect again, elsewhere.
            By default it is left over TCP and TLS until the task itself is gone. Over UDP, where nothing
            tells a client to stop, it is ended.
        preserve_client_ip: Whether a task sees the client's address instead of the load balancer's. By
            default not over TCP and TLS; over UDP always, and nobody can turn it off. The tasks' security
            group needs nothing more for it, since it admits the load balancer's group; but a task then
            cannot reach its own service through the load balancer when it is the one that is chosen.

    Raises:
        ConfigurationError: A delay that Elastic Load Balancing does not take.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
    """

    health_check: NetworkHealthCheck = field(default_factory=NetworkHealthCheck)
    # https://github.com/aws/containers-roadmap/issues/470
    deregistration_delay_seconds: int = 300
    close_connections: bool | None = None
    preserve_client_ip: bool | None = None

    def __post_init__(self) -> None:
        refuse(
            [
                *out_of_range(
                    self.deregistration_delay_seconds,
                    0,
                    3_600,
                    what="The deregistration delay in seconds",
                    where="NetworkTargetGroupSettings(deregistration_delay_seconds=...).",
                )
            ]
        )


class NetworkTargetGroups(Construct):
    """Two target groups of task addresses; which of them is live is the deployment's to say.

    Args:
        vpc: The tasks' VPC.
        port: The container's port.
        protocol: What clients connect with.
        settings: What both have in common.
        load_balancer_full_name: The load balancer's part of its ARN, for metrics.

    Raises:
        ConfigurationError: Client addresses are to be hidden where they never are.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc: ec2.IVpc,
        port: int,
        protocol: NetworkProtocol,
        settings: NetworkTargetGroupSettings,
        load_balancer_full_name: str,
    ) -> None:
        super().__init__(scope, id_)
        self.load_balancer_full_name = load_balancer_full_name
        self.keeps_client_address = protocol.keeps_client_address or bool(settings.preserve_client_ip)
        if protocol.keeps_client_address and settings.preserve_client_ip is False:
            refuse(
                [
                    Mistake(
                        problem=f"With {protocol} a task always sees the client's address.",
                        allowed="True or None; False with TCP and TLS.",
                        where="NetworkTargetGroupSettings(preserve_client_ip=...).",
                    )
                ]
            )
        check = settings.health_check.bind()
        close = settings.close_connections
        if close is None:
            # As ELB does where nothing is said. A flow over UDP lives as long as a client sends from one
            # port, and would lead to a task that is gone.
            close = protocol.keeps_client_address

        def group(colour: str) -> elbv2.NetworkTargetGroup:
            return elbv2.NetworkTargetGroup(
                self,
                colour,
                vpc=vpc,
                port=port,
                protocol=elbv2.Protocol[protocol.of_targets.value],
                # Tasks in awsvpc mode have addresses of their own.
                target_type=elbv2.TargetType.IP,
                # Said also where it is the default, which goes by the protocol.
                preserve_client_ip=self.keeps_client_address,
                deregistration_delay=once.seconds(settings.deregistration_delay_seconds),
                connection_termination=close,
                health_check=check,
            )

        self.blue = group("Blue")
        self.green = group("Green")

    @cached_property
    def arns(self) -> tuple[str, str]:
        """The blue and the green group's ARN."""
        return self.blue.target_group_arn, self.green.target_group_arn

    @cached_property
    def full_names(self) -> Mapping[str, str]:
        """The groups' parts of their ARNs, for metrics: `blue` and `green`."""
        return {"blue": self.blue.target_group_full_name, "green": self.green.target_group_full_name}
