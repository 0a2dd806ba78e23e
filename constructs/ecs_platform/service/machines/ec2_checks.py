"""What AWS would refuse of a service on EC2 instances, each with its reason."""

from collections.abc import Sequence

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy
from ecs_platform.mistakes import Mistake, out_of_range
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.task.network_mode import NetworkMode

GRACE_LIMIT_SECONDS = 2_147_483_647


def count_mistakes(tasks: Scaling | int, grace_seconds: int, *, kind: str) -> list[Mistake]:
    """Numbers that ECS does not take.

    Args:
        tasks: How many tasks.
        grace_seconds: How long a new task may fail its health check.
        kind: The construct that has the arguments.
    """
    found: list[Mistake] = []
    if isinstance(tasks, int) and tasks < 0:
        found.append(
            Mistake(
                problem=f"A service cannot run {tasks} tasks.",
                allowed="0 or more, or Scaling(...).",
                where=f"{kind}(tasks=...).",
            )
        )
    return [
        *found,
        *out_of_range(
            grace_seconds,
            0,
            GRACE_LIMIT_SECONDS,
            what="health_check_grace_period_seconds",
            where=f"{kind}(health_check_grace_period_seconds=...).",
        ),
    ]


def traffic_mistakes(
    *,
    mode: NetworkMode,
    port: int | None,
    load_balancer: bool,
    routing: bool,
    scaling: Scaling | None,
    useless: Sequence[str] = (),
) -> list[Mistake]:
    """What does not go together in front of the tasks.

    Args:
        mode: The tasks' network mode.
        port: The port the container listens on.
        load_balancer: Whether there is a load balancer.
        routing: Whether requests are routed.
        scaling: What the service scales on.
        useless: Arguments that were given and say something about a load balancer.
    """
    found: list[Mistake] = []
    if not load_balancer and not routing:
        found += [
            Mistake(
                problem=f"{name} is given, and there is no load balancer that it would be about.",
                allowed=f"{name} beside load_balancer and routing.",
                where=f"Ec2Service({name}=...).",
            )
            for name in useless
        ]
    if load_balancer != routing:
        given, missing = ("load_balancer", "routing") if load_balancer else ("routing", "load_balancer")
        found.append(
            Mistake(
                problem=f"{given} is given, and {missing} is not.",
                allowed="both, or neither for a service that no load balancer reaches.",
                where="Ec2Service(load_balancer=..., routing=...).",
            )
        )
    if load_balancer and mode is NetworkMode.NONE:
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking.html
        found.append(
            Mistake(
                problem="In network mode none a task has no network, so no load balancer reaches it.",
                allowed="network mode awsvpc, bridge or host, or no load balancer.",
                where="Ec2TaskDefinition(network_mode=...) or Ec2Service(load_balancer=...).",
            )
        )
    elif load_balancer and port is None:
        found.append(
            Mistake(
                problem="The task has no port, so no load balancer reaches it.",
                allowed="a task definition with a port, or no load balancer.",
                where="Ec2TaskDefinition(port=...) or Ec2Service(load_balancer=...).",
            )
        )
    if not load_balancer and scaling and scaling.requests_per_minute_per_task is not None:
        found.append(
            Mistake(
                problem="The service scales on requests, and no load balancer counts any.",
                allowed="cpu_percent or memory_percent, or a load balancer.",
                where="Scaling(requests_per_minute_per_task=...) or Ec2Service(load_balancer=...).",
            )
        )
    return found


def strategy_mistakes(
    strategy: Strategy, *, mode: NetworkMode, load_balancer: bool, fewest_tasks: int
) -> Sequence[Mistake]:
    """Strategies that AWS does not carry out for such a service.

    Args:
        strategy: The strategy.
        mode: The tasks' network mode.
        load_balancer: Whether there is a load balancer.
        fewest_tasks: The fewest tasks that the service is asked to run.
    """
    where = "Ec2Service(deployment=...)."
    name = type(strategy).__name__
    if isinstance(strategy, CodeDeployBlueGreen):
        # docs/network-modes.md
        return [
            Mistake(
                problem="A release by CodeDeploy starts its tasks on the cluster's default capacity, which "
                "is Fargate's, whatever this service runs on.",
                allowed="NativeBlueGreen(...), NativeLinear(...), NativeCanary(...) or RollingUpdate(...).",
                where=where,
            )
        ]
    if isinstance(strategy, RollingUpdate):
        return movable_mistakes(strategy, fewest_tasks=fewest_tasks)
    if not load_balancer:
        return [
            Mistake(
                problem=f"{name} moves traffic, and without a load balancer there is none.",
                allowed="RollingUpdate(...), or a load balancer.",
                where=where,
            )
        ]
    if mode is NetworkMode.AWSVPC:
        return []
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
    reason = (
        " The old and the new task of an instance would ask for the same port, too."
        if mode is NetworkMode.HOST
        else ""
    )
    return [
        Mistake(
            problem=f"{name} moves traffic between two target groups of addresses (AWS documents target type "
            f"ip, for awsvpc); in network mode {mode} targets are instances.{reason}",
            allowed="RollingUpdate(...), or network mode awsvpc.",
            where=where,
        )
    ]


def movable_mistakes(strategy: RollingUpdate, *, fewest_tasks: int) -> Sequence[Mistake]:
    """Percentages with which no task could be replaced.

    Args:
        strategy: The percentages.
        fewest_tasks: The fewest tasks that the service is asked to run.
    """
    try:
        strategy.check_movable(tasks=max(1, fewest_tasks))
    except ConfigurationError as error:
        return [Mistake(problem=error.problem, allowed=error.allowed, where=error.where)]
    return []
