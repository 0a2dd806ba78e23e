"""Where in a deployment a caller's function can be asked whether it shall go on."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from ecs_platform.problem import ConfigurationError


class CodeDeployStage(StrEnum):
    """The stages at which CodeDeploy calls a function.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html#appspec-hooks-ecs
    """

    BEFORE_INSTALL = "BeforeInstall"
    AFTER_INSTALL = "AfterInstall"
    AFTER_ALLOW_TEST_TRAFFIC = "AfterAllowTestTraffic"
    BEFORE_ALLOW_TRAFFIC = "BeforeAllowTraffic"
    AFTER_ALLOW_TRAFFIC = "AfterAllowTraffic"


class NativeStage(StrEnum):
    """The stages at which ECS calls a function.

    With a linear or canary strategy both production stages come with every step.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentLifecycleHook.html
    """

    RECONCILE_SERVICE = "RECONCILE_SERVICE"
    PRE_SCALE_UP = "PRE_SCALE_UP"
    POST_SCALE_UP = "POST_SCALE_UP"
    TEST_TRAFFIC_SHIFT = "TEST_TRAFFIC_SHIFT"
    POST_TEST_TRAFFIC_SHIFT = "POST_TEST_TRAFFIC_SHIFT"
    PRE_PRODUCTION_TRAFFIC_SHIFT = "PRE_PRODUCTION_TRAFFIC_SHIFT"
    PRODUCTION_TRAFFIC_SHIFT = "PRODUCTION_TRAFFIC_SHIFT"
    POST_PRODUCTION_TRAFFIC_SHIFT = "POST_PRODUCTION_TRAFFIC_SHIFT"


# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/migrate-codedeploy-to-ecs-bluegreen.html
COUNTERPARTS: Mapping[CodeDeployStage, NativeStage] = MappingProxyType(
    {
        CodeDeployStage.BEFORE_INSTALL: NativeStage.PRE_SCALE_UP,
        CodeDeployStage.AFTER_INSTALL: NativeStage.POST_SCALE_UP,
        CodeDeployStage.AFTER_ALLOW_TEST_TRAFFIC: NativeStage.POST_TEST_TRAFFIC_SHIFT,
        CodeDeployStage.BEFORE_ALLOW_TRAFFIC: NativeStage.PRE_PRODUCTION_TRAFFIC_SHIFT,
        CodeDeployStage.AFTER_ALLOW_TRAFFIC: NativeStage.POST_PRODUCTION_TRAFFIC_SHIFT,
    }
)
"""The stage of ECS that comes where a stage of CodeDeploy came."""


def check_hooks(
    hooks: Mapping[str, object], *, stages: type[CodeDeployStage] | type[NativeStage], strategy: str
) -> None:
    """Refuse a function at a stage that the strategy does not have.

    Args:
        hooks: What is called, by the stage.
        stages: The stages there are.
        strategy: Whose stages these are.

    Raises:
        ConfigurationError: A stage that is not among them; with its counterpart, where it has one.
    """
    others = {**COUNTERPARTS, **{native: stage for stage, native in COUNTERPARTS.items()}}
    there = [stage.value for stage in stages]
    for stage in hooks:
        if stage in there:
            continue
        counterpart = next((here for other, here in others.items() if stage == other.value), None)
        raise ConfigurationError(
            f"{strategy} has no stage {str(stage)!r}.",
            allowed=f"{counterpart.value}, which comes at the same point."
            if counterpart
            else f"{', '.join(there)}.",
            where=f"{strategy}(hooks=...).",
        )
