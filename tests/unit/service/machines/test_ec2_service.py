"""What a network mode, placement and a strategy change in the template of a service on instances."""

from functools import cache
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.capacity.agent import AgentConfig, PortRange
from ecs_platform.capacity.placement import (
    Binpack,
    DistinctInstance,
    MemberOf,
    PackBy,
    Random,
    Spread,
    SpreadOver,
)
from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from ecs_platform.deployment.native import NativeBlueGreen
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.network.reach import AwsService
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.service.machines.ec2_service import Ec2Service
from ecs_platform.service.routing import Routing
from ecs_platform.task.network_mode import NetworkMode
from tests.synthesis import new_app
from tests.unit.service.machines.ec2_builder import Ground

AWSVPC, BRIDGE, HOST, NONE = NetworkMode


@cache
def _behind_a_load_balancer(mode: NetworkMode) -> tuple[Ground, Ec2Service, Template]:
    ground = Ground()
    service = ground.service(mode, front=True)
    return ground, service, Template.from_stack(ground.stack)


def _service(template: Template) -> dict[str, Any]:
    (found,) = template.find_resources("AWS::ECS::Service").values()
    return found


def _ingress(template: Template) -> list[tuple[int, int, Any]]:
    return [
        (rule["Properties"]["FromPort"], rule["Properties"]["ToPort"], rule["Properties"]["GroupId"])
        for rule in template.find_resources("AWS::EC2::SecurityGroupIngress").values()
    ]


@pytest.mark.parametrize("mode", [AWSVPC, BRIDGE, HOST])
def test_it_runs_on_its_capacity_alone(mode: NetworkMode) -> None:
    ground, _, template = _behind_a_load_balancer(mode)
    properties = _service(template)["Properties"]
    assert properties["CapacityProviderStrategy"] == [
        {"CapacityProvider": ground.stack.resolve(ground.capacity.provider_name), "Weight": 1}
    ]
    assert "LaunchType" not in properties
    assert properties["ServiceName"] == "hello"
    assert properties["DesiredCount"] == 2
    assert properties["HealthCheckGracePeriodSeconds"] == 60
    assert properties["PropagateTags"] == "SERVICE"


def test_it_waits_until_the_provider_belongs_to_the_cluster_and_goes_before_the_instances() -> None:
    _, _, template = _behind_a_load_balancer(AWSVPC)
    (associations,) = template.find_resources("AWS::ECS::ClusterCapacityProviderAssociations")
    (group,) = template.find_resources("AWS::AutoScaling::AutoScalingGroup")
    assert {associations, group} <= set(_service(template)["DependsOn"])


@pytest.mark.parametrize(("mode", "kind"), [(AWSVPC, "ip"), (BRIDGE, "instance"), (HOST, "instance")])
def test_target_groups_hold_what_the_mode_gives_them(mode: NetworkMode, kind: str) -> None:
    _, _, template = _behind_a_load_balancer(mode)
    groups = template.find_resources("AWS::ElasticLoadBalancingV2::TargetGroup").values()
    assert [group["Properties"]["TargetType"] for group in groups] == [kind, kind]
    # A dynamic host port and a fixed health check port are refused together.
    port = None if kind == "ip" else "traffic-port"
    assert [group["Properties"].get("HealthCheckPort") for group in groups] == [port, port]


@pytest.mark.parametrize(
    ("mode", "colours"), [(AWSVPC, "blue green"), (BRIDGE, "blue green"), (HOST, "blue")]
)
def test_tasks_of_a_rolling_update_stand_behind_both_groups_unless_ports_are_the_hosts(
    mode: NetworkMode, colours: str
) -> None:
    ground, service, template = _behind_a_load_balancer(mode)
    assert service.target_groups
    arns = {
        colour: ground.stack.resolve(getattr(service.target_groups, colour).target_group_arn)
        for colour in ("blue", "green")
    }
    attached = _service(template)["Properties"]["LoadBalancers"]
    assert [each["TargetGroupArn"] for each in attached] == [arns[colour] for colour in colours.split()]
    assert {each["ContainerPort"] for each in attached} == {8080}


def test_in_awsvpc_the_tasks_have_a_group_of_their_own() -> None:
    ground, service, template = _behind_a_load_balancer(AWSVPC)
    assert service.security_group
    own = ground.stack.resolve(service.security_group.security_group_id)
    network = _service(template)["Properties"]["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network == {
        "AssignPublicIp": "DISABLED",
        "SecurityGroups": [own],
        "Subnets": ["subnet-private-a", "subnet-private-b"],
    }
    assert _ingress(template) == [(8080, 8080, own)]


@pytest.mark.parametrize(("mode", "ports"), [(BRIDGE, (32768, 60999)), (HOST, (8080, 8080))])
def test_in_other_modes_the_instances_are_opened(mode: NetworkMode, ports: tuple[int, int]) -> None:
    ground, service, template = _behind_a_load_balancer(mode)
    assert service.security_group is None
    assert "NetworkConfiguration" not in _service(template)["Properties"]
    instances = ground.stack.resolve(ground.capacity.security_group.security_group_id)
    assert _ingress(template) == [(*ports, instances)]
    template.has_resource_properties(
        "AWS::EC2::SecurityGroupEgress",
        {"FromPort": ports[0], "ToPort": ports[1], "DestinationSecurityGroupId": instances},
    )


def test_a_fixed_host_port_is_opened_in_place_of_the_range() -> None:
    ground = Ground()
    ground.service(task=ground.task(BRIDGE, host_port=9090), front=True)
    template = Template.from_stack(ground.stack)
    assert [rule[:2] for rule in _ingress(template)] == [(9090, 9090)]


def test_the_range_is_the_one_the_agents_are_told() -> None:
    ground = Ground(agent=AgentConfig(dynamic_ports=PortRange(first=40000, last=40999)))
    ground.service(BRIDGE, front=True)
    assert [rule[:2] for rule in _ingress(Template.from_stack(ground.stack))] == [(40000, 40999)]


def test_services_of_other_stacks_share_one_rule_which_is_the_capacitys() -> None:
    app = new_app()
    environment = cdk.Environment(account="111122223333", region="eu-central-1")
    platform = cdk.Stack(app, "platform", env=environment)
    ground = Ground(platform)
    stacks = [cdk.Stack(app, name, env=environment) for name in ("one", "two")]
    for priority, stack in enumerate(stacks, start=1):
        Ec2Service(
            stack,
            "Service",
            name=stack.stack_name,
            network=ground.network,
            capacity=ground.capacity,
            task=ground.task(BRIDGE, stack=stack),
            tasks=1,
            load_balancer=ground.load_balancer,
            routing=Routing(priority=priority, paths=[f"/{stack.stack_name}"]),
        )
    assert [len(_ingress(Template.from_stack(stack))) for stack in (platform, *stacks)] == [1, 0, 0]


def test_a_service_without_a_load_balancer_has_nothing_in_front() -> None:
    ground = Ground()
    service = ground.service(NONE)
    template = Template.from_stack(ground.stack)
    properties = _service(template)["Properties"]
    assert properties["LoadBalancers"] == []
    assert "HealthCheckGracePeriodSeconds" not in properties
    # CDK takes no empty list of alarms.
    assert "Alarms" not in properties["DeploymentConfiguration"]
    assert service.target_groups is service.production_rule is service.test_rule is None
    template.resource_count_is("AWS::ElasticLoadBalancingV2::TargetGroup", 0)
    template.resource_count_is("AWS::CloudWatch::Alarm", 0)
    assert _ingress(template) == []


def test_with_scaling_the_template_holds_no_count() -> None:
    ground = Ground()
    ground.service(tasks=Scaling(min_tasks=2, max_tasks=6, requests_per_minute_per_task=100), front=True)
    template = Template.from_stack(ground.stack)
    assert "DesiredCount" not in _service(template)["Properties"]
    template.has_resource_properties(
        "AWS::ApplicationAutoScaling::ScalableTarget", {"MinCapacity": 2, "MaxCapacity": 6}
    )
    template.has_resource_properties(
        "AWS::ApplicationAutoScaling::ScalingPolicy", {"PolicyName": "requests-per-task"}
    )


@pytest.mark.parametrize(
    ("placement", "constraints", "written", "rebalancing"),
    [
        ((), (), ([], []), "ENABLED"),
        (
            (Spread(), Binpack(by=PackBy.CPU)),
            (DistinctInstance(),),
            (
                [
                    {"Type": "spread", "Field": "attribute:ecs.availability-zone"},
                    {"Type": "binpack", "Field": "CPU"},
                ],
                [{"Type": "distinctInstance"}],
            ),
            "ENABLED",
        ),
        (
            (Random(),),
            (MemberOf("attribute:ecs.instance-type =~ m7g.*"),),
            (
                [{"Type": "random"}],
                [{"Type": "memberOf", "Expression": "attribute:ecs.instance-type =~ m7g.*"}],
            ),
            "DISABLED",
        ),
    ],
)
def test_placement_is_written_and_zones_are_evened_out_where_both_can_be(
    placement: Any, constraints: Any, written: Any, rebalancing: str
) -> None:
    ground = Ground()
    ground.service(placement=placement, constraints=constraints)
    properties = _service(Template.from_stack(ground.stack))["Properties"]
    assert (properties["PlacementStrategies"], properties["PlacementConstraints"]) == written
    assert properties["AvailabilityZoneRebalancing"] == rebalancing


def test_ecs_moves_the_traffic_of_an_awsvpc_service() -> None:
    ground = Ground()
    strategy = NativeBlueGreen(bake_minutes=5, smoke_test=SmokeTest(path="/healthz"))
    service = ground.service(front=True, deployment=strategy)
    properties = _service(Template.from_stack(ground.stack))["Properties"]
    assert service.target_groups
    (attached,) = properties["LoadBalancers"]
    green = ground.stack.resolve(service.target_groups.green.target_group_arn)
    assert attached["AdvancedConfiguration"]["AlternateTargetGroupArn"] == green
    assert properties["DeploymentConfiguration"]["Strategy"] == "BLUE_GREEN"
    assert properties["DeploymentConfiguration"]["LifecycleHooks"]


def test_percentages_of_a_rolling_update_are_written() -> None:
    ground = Ground()
    ground.service(HOST, deployment=RollingUpdate(min_healthy_percent=50, max_percent=100), tasks=2)
    properties = _service(Template.from_stack(ground.stack))["Properties"]
    deployment = properties["DeploymentConfiguration"]
    assert (deployment["MinimumHealthyPercent"], deployment["MaximumPercent"]) == (50, 100)
    # Rebalancing starts a task before it stops one, and this leaves no room.
    assert properties["AvailabilityZoneRebalancing"] == "DISABLED"


def test_exec_is_turned_on_with_what_it_takes() -> None:
    ground = Ground()
    ground.service(task=ground.task(read_only_root=False), exec_enabled=True)
    assert _service(Template.from_stack(ground.stack))["Properties"]["EnableExecuteCommand"] is True
    assert AwsService.SSM_MESSAGES in ground.network.reached


def test_zones_are_the_first_thing_to_spread_over() -> None:
    ground = Ground()
    ground.service(placement=[Spread(over=SpreadOver.INSTANCE), Spread()])
    assert (
        _service(Template.from_stack(ground.stack))["Properties"]["AvailabilityZoneRebalancing"] == "DISABLED"
    )


def test_the_examples_shape_is_clean(findings: Any, app: cdk.App, stack: cdk.Stack) -> None:
    ground = Ground(stack)
    ground.service(BRIDGE, front=True)
    ground.daemon(task=ground.task(BRIDGE, "Collector", port=None))
    ground.external()
    ours = ("/Service", "/Daemon", "/External", "/Task", "/Collector", "/ExternalTask")
    assert [each for each in findings() if any(part in each for part in ours)] == []
