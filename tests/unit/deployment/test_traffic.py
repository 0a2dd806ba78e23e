from collections.abc import Callable

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.deployment.traffic import AllAtOnce, Canary, Linear, Traffic
from ecs_platform.problem import ConfigurationError


@pytest.mark.parametrize(
    ("traffic", "name"),
    [
        (AllAtOnce(), "CodeDeployDefault.ECSAllAtOnce"),
        (Canary(percent=10, minutes=5), "CodeDeployDefault.ECSCanary10Percent5Minutes"),
        (Canary(percent=10, minutes=15), "CodeDeployDefault.ECSCanary10Percent15Minutes"),
        (Linear(percent=10, minutes=1), "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"),
        (Linear(percent=10, minutes=3), "CodeDeployDefault.ECSLinear10PercentEvery3Minutes"),
    ],
)
def test_codedeploys_own_configuration_is_used_where_it_has_one(
    traffic: Traffic, name: str, stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    assert traffic.configuration(stack).deployment_config_name == name
    template().resource_count_is("AWS::CodeDeploy::DeploymentConfig", 0)


@pytest.mark.parametrize(
    ("traffic", "routing"),
    [
        (
            Canary(percent=20, minutes=7),
            {
                "Type": "TimeBasedCanary",
                "TimeBasedCanary": {"CanaryPercentage": 20, "CanaryInterval": 7},
            },
        ),
        (
            Linear(percent=25, minutes=2),
            {"Type": "TimeBasedLinear", "TimeBasedLinear": {"LinearPercentage": 25, "LinearInterval": 2}},
        ),
    ],
)
def test_any_other_shape_becomes_a_configuration_of_its_own(
    traffic: Traffic, routing: dict[str, object], stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    traffic.configuration(stack)
    template().has_resource_properties(
        "AWS::CodeDeploy::DeploymentConfig", {"ComputePlatform": "ECS", "TrafficRoutingConfig": routing}
    )


@pytest.mark.parametrize("shape", [Canary, Linear])
@pytest.mark.parametrize("percent", [0, 100])
def test_a_share_outside_1_to_99_is_refused(shape: type[Canary] | type[Linear], percent: int) -> None:
    with pytest.raises(ConfigurationError, match=rf"{shape.__name__} moves {percent} percent.*AllAtOnce"):
        shape(percent=percent, minutes=5)


def test_a_canary_may_take_two_days_and_no_longer() -> None:
    Canary(percent=10, minutes=2_880)
    with pytest.raises(ConfigurationError, match="takes 2881 minutes"):
        Canary(percent=10, minutes=2_881)
    with pytest.raises(ConfigurationError, match="at least 1 minute"):
        Canary(percent=10, minutes=0)


def test_the_steps_of_a_linear_shift_count_together() -> None:
    Linear(percent=10, minutes=320)
    with pytest.raises(ConfigurationError, match="takes 2889 minutes"):
        Linear(percent=10, minutes=321)
