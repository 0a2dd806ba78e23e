from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Match, Template

from ecs_platform.cluster import CapacityShare
from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from ecs_platform.deployment.native import NativeBlueGreen, NativeCanary, NativeLinear
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.stages import NativeStage
from ecs_platform.load_balancer.network_routing import NetworkProtocol, NetworkRouting
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.service.network.alarms import NetworkAlarmThresholds
from ecs_platform.service.network.target_groups import NetworkHealthCheck, NetworkTargetGroupSettings
from tests.unit.service.network.network_builder import build_network_service

LISTENER = "Custom::SwapSafeListener"
SERVICE = "AWS::ECS::Service"


def _another(stack: cdk.Stack) -> cdk.Stack:
    return cdk.Stack(stack.node.scope, "another", env=cdk.Environment(account="1", region="eu-central-1"))


def _service(template: Template) -> Mapping[str, Any]:
    (found,) = template.find_resources(SERVICE).values()
    return found


@pytest.mark.parametrize(
    "strategy",
    [
        NativeBlueGreen(),
        NativeLinear(percent=10, step_minutes=1),
        NativeCanary(percent=10, canary_minutes=1),
    ],
)
def test_ecs_is_told_of_blue_green_and_both_listeners(
    stack: cdk.Stack, template: Callable[[], Template], strategy: NativeBlueGreen
) -> None:
    service = build_network_service(stack, deployment=strategy)
    found = _service(template())
    groups = service.target_groups
    assert service.deployment
    assert found["Properties"]["LoadBalancers"] == [
        {
            "ContainerName": "app",
            "ContainerPort": 7000,
            "TargetGroupArn": stack.resolve(groups.blue.target_group_arn),
            "AdvancedConfiguration": {
                "AlternateTargetGroupArn": stack.resolve(groups.green.target_group_arn),
                "ProductionListenerRule": stack.resolve(service.production_listener.listener_arn),
                "TestListenerRule": stack.resolve(service.test_listener.listener_arn),
                "RoleArn": stack.resolve(service.deployment.role.role_arn),
            },
        }
    ]
    assert found["Properties"]["DeploymentConfiguration"]["Strategy"] in {"BLUE_GREEN", "LINEAR", "CANARY"}
    assert found["Properties"]["HealthCheckGracePeriodSeconds"] == 60
    assert "DesiredCount" not in found["Properties"]
    assert "LaunchType" not in found["Properties"]
    assert set(template().find_resources(LISTENER)) <= set(found["DependsOn"])


def test_ecs_may_write_these_two_listeners_and_no_rule(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    service = build_network_service(stack)
    trust = {"Statement": [{"Principal": {"Service": "ecs.amazonaws.com"}}]}
    (role,) = (
        template()
        .find_resources("AWS::IAM::Role", {"Properties": {"AssumeRolePolicyDocument": trust}})
        .values()
    )
    statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    by_action = {str(each["Action"]): each["Resource"] for each in statements}
    assert by_action["elasticloadbalancing:ModifyListener"] == [
        stack.resolve(service.production_listener.listener_arn),
        stack.resolve(service.test_listener.listener_arn),
    ]
    assert by_action[
        "['elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:RegisterTargets']"
    ] == [stack.resolve(arn) for arn in service.target_groups.arns]
    assert "ModifyRule" not in str(statements)
    assert len(statements) == 3


def test_production_comes_before_the_test_listener_and_each_has_its_port(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_network_service(stack)
    listeners = template().find_resources(LISTENER)
    ports = {each["Properties"]["Role"]: each["Properties"]["Port"] for each in listeners.values()}
    assert ports == {"production": 5000, "test": 5001}
    (production,) = (name for name, each in listeners.items() if each["Properties"]["Role"] == "production")
    (test,) = (each for each in listeners.values() if each["Properties"]["Role"] == "test")
    assert test["DependsOn"] == [production]


def test_a_rolling_service_stands_behind_both_groups(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    service = build_network_service(stack, deployment=RollingUpdate(max_percent=150))
    found = _service(template())["Properties"]
    assert [each["TargetGroupArn"] for each in found["LoadBalancers"]] == [
        stack.resolve(arn) for arn in service.target_groups.arns
    ]
    assert "AdvancedConfiguration" not in found["LoadBalancers"][0]
    assert found["DeploymentConfiguration"]["MaximumPercent"] == 150
    assert service.deployment is None
    template().has_resource_properties(
        "AWS::CloudWatch::Alarm",
        {
            "Metrics": Match.array_with(
                [Match.object_like({"Expression": "MAX([FILL(blue,0),FILL(green,0)])"})]
            )
        },
    )


def _ways(template: Template, kind: str) -> set[tuple[str, int]]:
    found = [
        each["Properties"] for each in template.find_resources(f"AWS::EC2::SecurityGroup{kind}").values()
    ]
    return {(each["IpProtocol"], each["FromPort"]) for each in found if "CidrIp" not in each}


@pytest.mark.parametrize(
    ("protocol", "check_port", "ways"),
    [
        (NetworkProtocol.TCP, None, {("tcp", 7000)}),
        (NetworkProtocol.TCP, 8080, {("tcp", 7000), ("tcp", 8080)}),
        (NetworkProtocol.UDP, 8080, {("udp", 7000), ("tcp", 8080)}),
        (NetworkProtocol.TCP_UDP, None, {("tcp", 7000), ("udp", 7000)}),
    ],
)
def test_tasks_are_open_for_the_load_balancer_and_its_health_check(
    stack: cdk.Stack,
    template: Callable[[], Template],
    protocol: NetworkProtocol,
    check_port: int | None,
    ways: set[tuple[str, int]],
) -> None:
    build_network_service(
        stack,
        routing=NetworkRouting(port=5000, test_port=5001, protocol=protocol),
        target_groups=NetworkTargetGroupSettings(health_check=NetworkHealthCheck(port=check_port)),
    )
    made = template()
    assert _ways(made, "Ingress") == ways
    assert _ways(made, "Egress") == ways
    (definition,) = made.find_resources("AWS::ECS::TaskDefinition").values()
    mappings = definition["Properties"]["ContainerDefinitions"][0]["PortMappings"]
    assert {(each["ContainerPort"], each["Protocol"]) for each in mappings} == {(7000, "tcp")} | (
        {(7000, "udp")} if protocol.keeps_client_address else set()
    )


def test_the_rest_is_passed_on(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    hook = lambda_.Function.from_function_arn(
        stack, "Hook", "arn:aws:lambda:eu-central-1:111122223333:function:hook"
    )
    own = cloudwatch.CfnAlarm(stack, "Own", comparison_operator="GreaterThanThreshold", evaluation_periods=1)
    service = build_network_service(
        stack,
        tasks=3,
        own_alarms=[own],
        health_check_grace_period_seconds=7,
        alarms=NetworkAlarmThresholds(unhealthy_hosts=9),
        capacity=CapacityShare(fargate_weight=0, spot_weight=1),
        platform_version=ecs.FargatePlatformVersion.VERSION1_4,
        deployment=NativeBlueGreen(
            hooks={NativeStage.PRE_SCALE_UP: hook}, smoke_test=SmokeTest(path="/healthz")
        ),
    )
    made = template()
    found = _service(made)
    properties = found["Properties"]
    assert (properties["DesiredCount"], properties["HealthCheckGracePeriodSeconds"]) == (3, 7)
    assert properties["CapacityProviderStrategy"][-1]["CapacityProvider"] == "FARGATE_SPOT"
    assert properties["PlatformVersion"] == "1.4.0"
    made.has_resource_properties("AWS::CloudWatch::Alarm", {"Threshold": 9})
    assert properties["DeploymentConfiguration"]["Alarms"]["AlarmNames"][-1] == {"Ref": "Own"}
    assert service.deployment
    hooks = properties["DeploymentConfiguration"]["LifecycleHooks"]
    assert [each["LifecycleStages"] for each in hooks] == [["PRE_SCALE_UP"], ["POST_TEST_TRAFFIC_SHIFT"]]
    assert {str(each["RoleArn"]) for each in hooks} == {str(stack.resolve(service.deployment.role.role_arn))}
    assert any("SmokeTest" in name for name in found["DependsOn"])
    made.resource_count_is("AWS::ApplicationAutoScaling::ScalableTarget", 0)


def test_scaling_and_exec(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_network_service(stack, tasks=Scaling(min_tasks=2, max_tasks=5, cpu_percent=50))
    template().has_resource_properties(
        "AWS::ApplicationAutoScaling::ScalableTarget", {"MinCapacity": 2, "MaxCapacity": 5}
    )
    template().resource_count_is("AWS::ApplicationAutoScaling::ScalingPolicy", 1)


def test_what_a_service_owns_is_in_its_stack_and_the_shared_one_depends_on_nothing(
    app: cdk.App, stack: cdk.Stack
) -> None:
    service = cdk.Stack(app, "service", env=cdk.Environment(account="111122223333", region="eu-central-1"))
    build_network_service(service, apart=stack)
    app.synth()
    assert stack.dependencies == []
    shared = Template.from_stack(stack).to_json()["Resources"].values()
    assert not {"AWS::EC2::SecurityGroupIngress", LISTENER, "AWS::EC2::SecurityGroupEgress"} & {
        each["Type"] for each in shared
    }


def test_it_is_clean(stack: cdk.Stack, findings: Callable[[], list[str]]) -> None:
    build_network_service(stack)
    assert findings() == []
