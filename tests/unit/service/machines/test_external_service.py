"""What an external service is in the template; what it refuses is among the machines' refusals."""

from typing import Any

from aws_cdk.assertions import Template

from ecs_platform.capacity.placement import DistinctInstance, MemberOf
from ecs_platform.deployment.rolling import RollingUpdate
from tests.unit.service.machines.ec2_builder import Ground


def _service(ground: Ground) -> dict[str, Any]:
    (found,) = Template.from_stack(ground.stack).find_resources("AWS::ECS::Service").values()
    return found["Properties"]


def test_it_runs_on_registered_machines_and_stands_behind_nothing() -> None:
    ground = Ground()
    ground.external()
    properties = _service(ground)
    assert properties["LaunchType"] == "EXTERNAL"
    assert properties["DesiredCount"] == 2
    assert properties["ServiceName"] == "plant"
    assert properties["LoadBalancers"] == []
    of_ec2 = {"CapacityProviderStrategy", "NetworkConfiguration", "PlacementConstraints"}
    assert of_ec2 & set(properties) == set()
    deployment = properties["DeploymentConfiguration"]
    assert (deployment["MinimumHealthyPercent"], deployment["MaximumPercent"]) == (100, 200)
    assert "Alarms" not in deployment


def test_its_options_are_written() -> None:
    ground = Ground()
    ground.external(
        task=ground.external_task(read_only_root=False),
        tasks=4,
        deployment=RollingUpdate(min_healthy_percent=50, max_percent=100, circuit_breaker=False),
        constraints=[DistinctInstance(), MemberOf("attribute:site == hamburg")],
        exec_enabled=True,
    )
    properties = _service(ground)
    assert properties["DesiredCount"] == 4
    deployment = properties["DeploymentConfiguration"]
    assert (deployment["MinimumHealthyPercent"], deployment["MaximumPercent"]) == (50, 100)
    assert deployment["DeploymentCircuitBreaker"]["Enable"] is False
    assert properties["PlacementConstraints"] == [
        {"Type": "distinctInstance"},
        {"Type": "memberOf", "Expression": "attribute:site == hamburg"},
    ]
    assert properties["EnableExecuteCommand"] is True


def test_a_daemon_has_one_task_on_every_machine() -> None:
    ground = Ground()
    ground.external(tasks=None, daemon=True)
    properties = _service(ground)
    assert properties["SchedulingStrategy"] == "DAEMON"
    assert "DesiredCount" not in properties
    deployment = properties["DeploymentConfiguration"]
    assert (deployment["MinimumHealthyPercent"], deployment["MaximumPercent"]) == (0, 100)
