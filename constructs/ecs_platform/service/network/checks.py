"""What does not go together behind a Network Load Balancer."""

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.native import Native, NativeBlueGreen, NativeCanary, NativeLinear
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy
from ecs_platform.load_balancer.network_load_balancer import NetworkLoadBalancer
from ecs_platform.load_balancer.network_routing import NetworkProtocol
from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.problem import ConfigurationError
from ecs_platform.task.task_definition import TaskDefinition

# What ECS adds to each stage in which such a load balancer's weights change.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/nlb-resources-for-blue-green.html
_STAGE_MINUTES = 10
# CloudFormation ends an update after 36 hours and refuses a deployment that waits for more than 33; what the
# load balancer adds it does not know. Tasks need time to start and to end beside.
_LONGEST_MINUTES = 35 * 60


def refuse_application_load_balancer(load_balancer: NetworkLoadBalancer) -> None:
    """Refuse the other kind, which a program that is not type-checked may hand over.

    Args:
        load_balancer: What was given.

    Raises:
        ConfigurationError: It is no NetworkLoadBalancer.
    """
    if not hasattr(load_balancer, "listeners"):
        given = type(load_balancer).__name__
        raise ConfigurationError(
            f"{load_balancer.node.path} is a {given}, which takes HTTP and no ports of services.",
            allowed="a NetworkLoadBalancer; Service(...) for the other kind.",
            where="NetworkLoadBalancedService(load_balancer=...).",
        )


def checked(
    task: TaskDefinition, strategy: Strategy, protocol: NetworkProtocol
) -> tuple[int, RollingUpdate | Native]:
    """The port that the task listens on, and the strategy; or a refusal of all that AWS would refuse later.

    Args:
        task: What a task is.
        strategy: How it is deployed.
        protocol: What clients connect with.

    Raises:
        ConfigurationError: A task without a port, CodeDeploy, a deployment that takes too long, or a smoke
            test over UDP.
    """
    mistakes: list[Mistake] = []
    if task.port is None:
        mistakes.append(
            Mistake(
                problem=f"The task {task.family} has no port, so no load balancer reaches it.",
                allowed="a task definition with a port, or Worker for a task that listens nowhere.",
                where="TaskDefinition(port=...).",
            )
        )
    if isinstance(strategy, CodeDeployBlueGreen):
        # https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
        mistakes.append(
            Mistake(
                problem="Behind a Network Load Balancer CodeDeploy moves all traffic at once and in no other "
                "way, so it is not offered.",
                allowed="NativeBlueGreen(...), NativeLinear(...), NativeCanary(...) or RollingUpdate(...).",
                where="NetworkLoadBalancedService(deployment=...).",
            )
        )
    elif not isinstance(strategy, RollingUpdate):
        mistakes += _of_native(strategy, protocol)
    refuse(mistakes)
    # Only narrows the types: both are refused above.
    assert task.port  # noqa: S101
    assert not isinstance(strategy, CodeDeployBlueGreen)  # noqa: S101
    return task.port, strategy


def _of_native(strategy: Native, protocol: NetworkProtocol) -> list[Mistake]:
    mistakes: list[Mistake] = []
    steps, waits = _steps_and_waits(strategy)
    minutes = waits + strategy.bake_minutes + _STAGE_MINUTES * (1 + steps)
    if minutes > _LONGEST_MINUTES:
        mistakes.append(
            Mistake(
                problem=f"A deployment by {strategy} takes {minutes} minutes behind a Network Load Balancer, "
                f"where ECS adds {_STAGE_MINUTES} to the test stage and to each of {steps} steps.",
                allowed=f"up to {_LONGEST_MINUTES} minutes in all, because CloudFormation gives up after 36 "
                "hours: fewer or shorter steps.",
                where="NetworkLoadBalancedService(deployment=...).",
            )
        )
    if strategy.smoke_test and "tcp" not in protocol.transports:
        mistakes.append(
            Mistake(
                problem="A smoke test asks over HTTP, and the service listens on UDP alone.",
                allowed="no smoke test; a function of your own in hooks.",
                where=f"{type(strategy).__name__}(smoke_test=...).",
            )
        )
    return mistakes


def _steps_and_waits(strategy: Native) -> tuple[int, int]:
    match strategy:
        case NativeLinear():
            steps = -(-100 // strategy.percent)
            return steps, strategy.step_minutes * (steps - 1)
        case NativeCanary():
            return 2, strategy.canary_minutes
        case NativeBlueGreen():
            return 1, 0
