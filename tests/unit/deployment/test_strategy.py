import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.native import NativeBlueGreen
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy, check_combination
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.service.namespace import Namespace
from ecs_platform.service.scheduled_capacity import ScheduledCapacity
from ecs_platform.service.service_connect import ServiceConnect
from tests.unit.service.builder import build_service


def _connect(stack: cdk.Stack) -> ServiceConnect:
    return ServiceConnect(namespace=Namespace(stack, "Namespace", name="internal"))


def test_service_connect_with_codedeploy_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        build_service(stack, deployment=CodeDeployBlueGreen(), service_connect=_connect(stack))
    assert str(refusal.value) == (
        "Service Connect does not work in a service that CodeDeploy deploys. Allowed: "
        "deployment=NativeBlueGreen(...), NativeLinear(...), NativeCanary(...) or RollingUpdate(...). "
        "Change: Service(deployment=..., service_connect=...)."
    )


@pytest.mark.parametrize("strategy", [NativeBlueGreen(), RollingUpdate()])
def test_service_connect_with_ecs(stack: cdk.Stack, strategy: Strategy) -> None:
    build_service(stack, deployment=strategy, service_connect=_connect(stack))
    (service,) = Template.from_stack(stack).find_resources("AWS::ECS::Service").values()
    connect = service["Properties"]["ServiceConnectConfiguration"]
    assert connect["Enabled"] is True


@pytest.mark.parametrize(
    ("option", "refusal"),
    [
        (
            "discovery",
            "Discovery does not work in a service that CodeDeploy deploys: the name leads to the tasks of "
            "both task sets, whichever of them is live, and ECS refuses an update that changes it. Allowed: "
            "deployment=NativeBlueGreen(...), NativeLinear(...), NativeCanary(...) or RollingUpdate(...). "
            "Change: Service(deployment=..., discovery=...).",
        ),
        (
            "capacity",
            "A service that CodeDeploy deploys has no capacity of its own: the AppSpec of a release takes "
            "the cluster's default, and ECS refuses an update that changes the service's. Allowed: "
            "Cluster(capacity=...) for all services, or deployment=NativeBlueGreen(...), NativeLinear(...), "
            "NativeCanary(...) or RollingUpdate(...). Change: Service(deployment=..., capacity=...).",
        ),
        (
            "platform_version",
            "A service that CodeDeploy deploys names no platform version: the AppSpec of a release takes the "
            "latest, and ECS refuses an update that changes the service's. Allowed: no platform_version, or "
            "deployment=NativeBlueGreen(...), NativeLinear(...), NativeCanary(...) or RollingUpdate(...). "
            "Change: Service(deployment=..., platform_version=...).",
        ),
    ],
)
def test_what_else_codedeploy_cannot_have(option: str, refusal: str) -> None:
    wanted = {"service_connect": False, option: True}
    with pytest.raises(ConfigurationError) as error:
        check_combination(CodeDeployBlueGreen(), fewest_tasks=1, **wanted)
    assert str(error.value) == refusal
    check_combination(RollingUpdate(), fewest_tasks=1, **wanted)


@pytest.mark.parametrize(
    "tasks",
    [
        1,
        Scaling(min_tasks=1, max_tasks=9, cpu_percent=60),
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


@pytest.mark.parametrize("tasks", [2, Scaling(min_tasks=2, max_tasks=9, cpu_percent=60)])
def test_the_same_with_more_tasks(stack: cdk.Stack, tasks: Scaling | int) -> None:
    build_service(stack, deployment=RollingUpdate(max_percent=150), tasks=tasks)


def test_a_service_scaled_to_none_is_judged_by_its_first_task(stack: cdk.Stack) -> None:
    build_service(stack, deployment=RollingUpdate(), tasks=0)
