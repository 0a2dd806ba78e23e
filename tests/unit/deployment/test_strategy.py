import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk.assertions import Template

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.native import NativeBlueGreen
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.autoscaling import Scaling, ScheduledCapacity
from tests.unit.service.builder import build_service

CONNECT = ecs.ServiceConnectProps(namespace="internal", services=[])


def test_service_connect_with_codedeploy_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        build_service(stack, deployment=CodeDeployBlueGreen(), service_connect=CONNECT)
    assert str(refusal.value) == (
        "Service Connect does not work in a service that CodeDeploy deploys. Allowed: "
        "deployment=NativeBlueGreen(...), NativeLinear(...), NativeCanary(...) or RollingUpdate(...). "
        "Change: Service(deployment=..., service_connect=...)."
    )


@pytest.mark.parametrize("strategy", [NativeBlueGreen(), RollingUpdate()])
def test_service_connect_with_ecs(stack: cdk.Stack, strategy: Strategy) -> None:
    build_service(stack, deployment=strategy, service_connect=CONNECT)
    (service,) = Template.from_stack(stack).find_resources("AWS::ECS::Service").values()
    connect = service["Properties"]["ServiceConnectConfiguration"]
    assert (connect["Enabled"], connect["Namespace"]) == (True, "internal")


@pytest.mark.parametrize(
    "tasks",
    [
        1,
        Scaling(min_tasks=1, max_tasks=9),
        Scaling(
            min_tasks=4,
            max_tasks=9,
            schedules=[ScheduledCapacity(name="night", expression="rate(1 day)", min_tasks=1)],
        ),
    ],
)
def test_a_rolling_update_that_would_be_stuck_at_the_fewest_tasks(
    stack: cdk.Stack, tasks: Scaling | int
) -> None:
    with pytest.raises(ConfigurationError, match="At 1 running"):
        build_service(stack, deployment=RollingUpdate(max_percent=150), tasks=tasks)


@pytest.mark.parametrize("tasks", [2, Scaling(min_tasks=2, max_tasks=9)])
def test_the_same_with_more_tasks(stack: cdk.Stack, tasks: Scaling | int) -> None:
    build_service(stack, deployment=RollingUpdate(max_percent=150), tasks=tasks)


def test_a_service_scaled_to_none_is_judged_by_its_first_task(stack: cdk.Stack) -> None:
    build_service(stack, deployment=RollingUpdate(), tasks=0)
