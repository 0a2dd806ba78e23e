"""What a daemon is in the template; what it refuses is among the machines' refusals."""

from typing import Any

import pytest
from aws_cdk import aws_ecs as ecs
from aws_cdk.assertions import Template

from ecs_platform.capacity.placement import MemberOf
from ecs_platform.network.reach import AwsService
from ecs_platform.task.mounts import Mount
from ecs_platform.task.network_mode import NetworkMode
from tests.unit.service.machines.ec2_builder import Ground

MODES = [NetworkMode.BRIDGE, NetworkMode.HOST, NetworkMode.NONE]


class Recorder:
    """A volume that remembers whose ways it was asked to open."""

    name = "recorder"

    def __init__(self) -> None:
        self.connected: list[Any] = []

    def bind(self, task: Any) -> ecs.Volume:  # noqa: ARG002 - as a volume is asked
        return ecs.Volume(name=self.name)

    def grant(self, task: Any) -> None:
        pass

    def connect(self, connections: Any) -> None:
        self.connected.append(connections)


def _service(ground: Ground) -> dict[str, Any]:
    (found,) = Template.from_stack(ground.stack).find_resources("AWS::ECS::Service").values()
    return found["Properties"]


@pytest.mark.parametrize("mode", MODES)
def test_one_task_on_every_instance_of_the_tasks_architecture(mode: NetworkMode) -> None:
    ground = Ground()
    ground.daemon(mode)
    properties = _service(ground)
    assert properties["SchedulingStrategy"] == "DAEMON"
    # Without it ECS takes the cluster's default strategy, and refuses that.
    assert properties["LaunchType"] == "EC2"
    assert "CapacityProviderStrategy" not in properties
    assert "DesiredCount" not in properties
    assert "PlacementStrategies" not in properties
    assert "NetworkConfiguration" not in properties
    assert properties["PlacementConstraints"] == [
        {"Type": "memberOf", "Expression": "attribute:ecs.cpu-architecture == arm64"}
    ]
    assert properties["AvailabilityZoneRebalancing"] == "DISABLED"
    assert properties["ServiceName"] == "collector"


@pytest.mark.parametrize(("options", "percent"), [({}, 0), ({"min_healthy_percent": 50}, 50)])
def test_tasks_stop_before_others_start(options: dict[str, Any], percent: int) -> None:
    ground = Ground()
    ground.daemon(**options)
    deployment = _service(ground)["DeploymentConfiguration"]
    assert (deployment["MinimumHealthyPercent"], deployment["MaximumPercent"]) == (percent, 100)
    assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}


def test_its_options_are_written() -> None:
    ground = Ground()
    ground.daemon(
        task=ground.task(NetworkMode.HOST, port=None, read_only_root=False),
        constraints=[MemberOf("attribute:rack == 7")],
        circuit_breaker=False,
        exec_enabled=True,
    )
    properties = _service(ground)
    assert properties["PlacementConstraints"][1]["Expression"] == "attribute:rack == 7"
    assert properties["DeploymentConfiguration"]["DeploymentCircuitBreaker"]["Enable"] is False
    assert properties["EnableExecuteCommand"] is True
    assert AwsService.SSM_MESSAGES in ground.network.reached


def test_in_awsvpc_its_tasks_have_interfaces_and_a_group_of_their_own() -> None:
    ground = Ground()
    daemon = ground.daemon(NetworkMode.AWSVPC)
    assert daemon.security_group
    network = _service(ground)["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["Subnets"] == ["subnet-private-a", "subnet-private-b"]
    assert network["SecurityGroups"] == [ground.stack.resolve(daemon.security_group.security_group_id)]


def test_ways_are_opened_for_the_group_of_the_tasks_or_for_those_of_all_instances() -> None:
    ground = Ground()
    other = ground.more_capacity("Other")
    volume = Recorder()
    mounted: dict[str, Any] = {
        "volumes": [volume],
        "mounts": [Mount(volume="recorder", path="/recorder")],
        "port": None,
    }
    ground.daemon(
        task=ground.task(NetworkMode.BRIDGE, **mounted), instances=[ground.capacity, other], name="one"
    )
    assert volume.connected == [ground.capacity.connections, other.connections]
    volume.connected.clear()
    service = ground.service(task=ground.task(NetworkMode.AWSVPC, "Awsvpc", **mounted))
    assert service.security_group
    assert volume.connected == [service.connections] != [ground.capacity.connections]
