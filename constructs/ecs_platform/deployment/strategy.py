"""Every strategy, and what none of them can be combined with."""

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.native import Native
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.mistakes import Mistake, refuse

Strategy = CodeDeployBlueGreen | RollingUpdate | Native
"""How a new revision takes over from the old one."""


def check_combination(
    strategy: Strategy,
    *,
    fewest_tasks: int,
    service_connect: bool,
    discovery: bool = False,
    capacity: bool = False,
    platform_version: bool = False,
) -> None:
    """Refuse what AWS refuses later, or worse, takes.

    A circuit breaker with CodeDeploy, a strategy of ECS with CodeDeploy's controller, a canary without its
    share, a second pair of target groups or DAEMON on Fargate are not here, because no value can say them.

    Args:
        strategy: The strategy.
        fewest_tasks: The fewest tasks that the service is asked to run.
        service_connect: Whether the service takes part in Service Connect.
        discovery: Whether Cloud Map names its tasks.
        capacity: Whether it has a capacity of its own.
        platform_version: Whether it names a version of Fargate's platform.

    Raises:
        ConfigurationError: Which two do not go together, and what does.
    """
    if isinstance(strategy, CodeDeployBlueGreen):
        wanted = {
            "service_connect": service_connect,
            "discovery": discovery,
            "capacity": capacity,
            "platform_version": platform_version,
        }
        refuse([_WITH_CODE_DEPLOY[name] for name, is_wanted in wanted.items() if is_wanted])
    if isinstance(strategy, RollingUpdate):
        strategy.check_movable(tasks=max(1, fewest_tasks))


_ECS_STRATEGIES = (
    "deployment=NativeBlueGreen(...), NativeLinear(...), NativeCanary(...) or RollingUpdate(...)."
)
_WITH_CODE_DEPLOY = {
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
    "service_connect": Mistake(
        problem="Service Connect does not work in a service that CodeDeploy deploys.",
        allowed=_ECS_STRATEGIES,
        where="Service(deployment=..., service_connect=...).",
    ),
    # https://github.com/aws/containers-roadmap/issues/648 and
    # https://github.com/cdklabs/cdk-ecs-codedeploy/issues/121
    "discovery": Mistake(
        problem="Discovery does not work in a service that CodeDeploy deploys: the name leads to the tasks "
        "of both task sets, whichever of them is live, and ECS refuses an update that changes it.",
        allowed=_ECS_STRATEGIES,
        where="Service(deployment=..., discovery=...).",
    ),
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
    "capacity": Mistake(
        problem="A service that CodeDeploy deploys has no capacity of its own: the AppSpec of a release "
        "takes the cluster's default, and ECS refuses an update that changes the service's.",
        allowed=f"Cluster(capacity=...) for all services, or {_ECS_STRATEGIES}",
        where="Service(deployment=..., capacity=...).",
    ),
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
    "platform_version": Mistake(
        problem="A service that CodeDeploy deploys names no platform version: the AppSpec of a release takes "
        "the latest, and ECS refuses an update that changes the service's.",
        allowed=f"no platform_version, or {_ECS_STRATEGIES}",
        where="Service(deployment=..., platform_version=...).",
    ),
}
