"""Every strategy, and what none of them can be combined with."""

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.native import Native
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.problem import ConfigurationError

Strategy = CodeDeployBlueGreen | RollingUpdate | Native
"""How a new revision takes over from the old one."""


def check_combination(strategy: Strategy, *, fewest_tasks: int, service_connect: bool) -> None:
    """Refuse what AWS refuses later, or worse, takes.

    A circuit breaker with CodeDeploy, a strategy of ECS with CodeDeploy's controller, a canary without its
    share, a second pair of target groups or DAEMON on Fargate are not here, because no value can say them.

    Args:
        strategy: The strategy.
        fewest_tasks: The fewest tasks that the service is asked to run.
        service_connect: Whether the service takes part in Service Connect.

    Raises:
        ConfigurationError: Which two do not go together, and what does.
    """
    if service_connect and isinstance(strategy, CodeDeployBlueGreen):
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
        raise ConfigurationError(
            "Service Connect does not work in a service that CodeDeploy deploys.",
            allowed="deployment=NativeBlueGreen(...), NativeLinear(...), NativeCanary(...) or "
            "RollingUpdate(...).",
            where="Service(deployment=..., service_connect=...).",
        )
    if isinstance(strategy, RollingUpdate):
        strategy.check_movable(tasks=max(1, fewest_tasks))
