from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.native import NativeBlueGreen
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.routing import Routing
from ecs_platform.service.target_groups import TargetGroupSettings, TargetHealthCheck
from tests.synthesis import new_app
from tests.unit.service.builder import build_service

RULE = "Custom::SwapSafeListenerRule"


def _service(template: Template) -> Mapping[str, Any]:
    (found,) = template.find_resources("AWS::ECS::Service").values()
    return found


def test_codedeploy_controls_it_and_the_task_definition_is_named_by_family(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack)
    properties = _service(template())["Properties"]
    assert properties["DeploymentController"] == {"Type": "CODE_DEPLOY"}
    assert properties["TaskDefinition"] == "hello"
    assert properties["ServiceName"] == "hello"


def test_the_service_waits_for_its_task_definition(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack)
    (definition,) = template().find_resources("AWS::ECS::TaskDefinition")
    assert definition in _service(template())["DependsOn"]


def test_nothing_of_what_codedeploy_owns_is_in_the_template(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack)
    properties = _service(template())["Properties"]
    # LaunchType and CapacityProviderStrategy: the cluster's default strategy decides.
    # DesiredCount: ECS starts with its default of one task, then scaling owns the count.
    assert {"LaunchType", "CapacityProviderStrategy", "PlatformVersion", "DesiredCount"} & set(
        properties
    ) == set()
    assert "DeploymentCircuitBreaker" not in properties["DeploymentConfiguration"]


def test_scaling_raises_the_first_task_to_the_lower_bound(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack)
    template().has_resource_properties(
        "AWS::ApplicationAutoScaling::ScalableTarget", {"MinCapacity": 2, "MaxCapacity": 6}
    )


def test_without_scaling_the_count_is_the_templates(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack, tasks=3)
    assert _service(template())["Properties"]["DesiredCount"] == 3
    template().resource_count_is("AWS::ApplicationAutoScaling::ScalableTarget", 0)


def test_tasks_are_private_and_start_in_the_first_two_zones(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack, zones=3)
    network = _service(template())["Properties"]["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["AssignPublicIp"] == "DISABLED"
    assert network["Subnets"] == ["subnet-private-a", "subnet-private-b"]


def test_a_third_zone_is_no_write_that_codedeploy_forbids() -> None:
    written: list[dict[str, Any]] = []
    for zones in (2, 3):
        stack = cdk.Stack(new_app(), "stack", env=cdk.Environment(region="eu-central-1"))
        build_service(stack, zones=zones)
        written.append(_service(Template.from_stack(stack))["Properties"])
    assert written[0] == written[1]


def test_only_blue_is_attached(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    service = build_service(stack)
    (attached,) = _service(template())["Properties"]["LoadBalancers"]
    assert attached["TargetGroupArn"] == stack.resolve(service.target_groups.blue.target_group_arn)
    assert attached["ContainerPort"] == 8080


def test_a_rolling_updates_tasks_stand_behind_both_groups(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    service = build_service(stack, deployment=RollingUpdate())
    attached = _service(template())["Properties"]["LoadBalancers"]
    groups = (service.target_groups.blue, service.target_groups.green)
    assert [each["TargetGroupArn"] for each in attached] == [
        stack.resolve(group.target_group_arn) for group in groups
    ]
    assert all("AdvancedConfiguration" not in each for each in attached)
    assert service.deployment is None


@pytest.mark.parametrize("strategy", [RollingUpdate(), NativeBlueGreen()])
def test_with_ecs_tasks_run_in_every_zone(
    stack: cdk.Stack, template: Callable[[], Template], strategy: Strategy
) -> None:
    build_service(stack, zones=3, deployment=strategy)
    network = _service(template())["Properties"]["NetworkConfiguration"]["AwsvpcConfiguration"]
    assert network["Subnets"] == ["subnet-private-a", "subnet-private-b", "subnet-private-c"]


@pytest.mark.parametrize("strategy", [CodeDeployBlueGreen(), RollingUpdate(), NativeBlueGreen()])
def test_the_clusters_default_strategy_decides_with_every_deployment(
    stack: cdk.Stack, template: Callable[[], Template], strategy: Strategy
) -> None:
    build_service(stack, deployment=strategy)
    assert "LaunchType" not in _service(template())["Properties"]


def test_an_unhealthy_task_behind_both_groups_counts_once(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack, deployment=RollingUpdate())
    (alarm,) = (
        template()
        .find_resources(
            "AWS::CloudWatch::Alarm", {"Properties": {"AlarmDescription": "Tasks fail their health check."}}
        )
        .values()
    )
    assert alarm["Properties"]["Metrics"][-1]["Expression"] == "MAX([FILL(blue,0),FILL(green,0)])"


def test_the_service_waits_for_both_rules(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_service(stack)
    rules = set(template().find_resources(RULE))
    assert len(rules) == 2
    assert rules <= set(_service(template())["DependsOn"])


def test_the_test_rule_waits_for_the_production_rule_whose_weights_it_may_take(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack)
    rules = template().find_resources(RULE)
    by_role = {rule["Properties"]["Role"]: (id_, rule) for id_, rule in rules.items()}
    assert by_role["production"][0] in by_role["test"][1]["DependsOn"]


def test_tasks_carry_the_tags_of_their_service(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_service(stack)
    properties = _service(template())["Properties"]
    assert properties["PropagateTags"] == "SERVICE"
    assert properties["EnableECSManagedTags"] is True


def test_a_release_never_runs_fewer_tasks_than_before(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    build_service(stack)
    assert _service(template())["Properties"]["DeploymentConfiguration"] == {
        "MinimumHealthyPercent": 100,
        "MaximumPercent": 200,
    }


def test_production_and_test_rule_carry_the_same_routing_and_pair(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    service = build_service(stack, routing=Routing(priority=7, hosts=["a.example.com"], paths=["/x", "/x/*"]))
    rules = [rule["Properties"] for rule in template().find_resources(RULE).values()]
    listeners = {str(rule["ListenerArn"]) for rule in rules}
    assert listeners == {
        str(stack.resolve(listener.listener_arn))
        for listener in (service.production_listener, service.test_listener)
    }
    for rule in rules:
        assert int(rule["Priority"]) == 7
        assert rule["Hosts"] == ["a.example.com"]
        assert rule["Paths"] == ["/x", "/x/*"]
        assert rule["BlueTargetGroupArn"] == stack.resolve(service.target_groups.blue.target_group_arn)
        assert rule["GreenTargetGroupArn"] == stack.resolve(service.target_groups.green.target_group_arn)
    assert {rule["Role"] for rule in rules} == {"production", "test"}


def test_the_load_balancer_reaches_the_tasks_and_they_reach_https(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    service = build_service(stack)
    tasks = stack.resolve(service.security_group.security_group_id)
    template().has_resource_properties(
        "AWS::EC2::SecurityGroupIngress", {"GroupId": tasks, "FromPort": 8080, "ToPort": 8080}
    )
    template().has_resource_properties("AWS::EC2::SecurityGroupEgress", {"DestinationSecurityGroupId": tasks})
    template().has_resource_properties(
        "AWS::EC2::SecurityGroup",
        {
            "GroupDescription": "Tasks of hello: in from the load balancer, out to AWS.",
            "SecurityGroupEgress": [
                {
                    "CidrIp": "0.0.0.0/0",
                    "FromPort": 443,
                    "ToPort": 443,
                    "IpProtocol": "tcp",
                    "Description": "AWS and HTTPS",
                }
            ],
        },
    )


def test_target_group_settings_reach_the_groups(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    check = TargetHealthCheck(path="/alive")
    build_service(stack, target_groups=TargetGroupSettings(health_check=check))
    template().resource_properties_count_is(
        "AWS::ElasticLoadBalancingV2::TargetGroup", {"HealthCheckPath": "/alive"}, 2
    )


@pytest.mark.parametrize(("options", "seconds"), [({}, 60), ({"health_check_grace_period_seconds": 5}, 5)])
def test_grace_period(
    stack: cdk.Stack, template: Callable[[], Template], options: dict[str, int], seconds: int
) -> None:
    build_service(stack, **options)
    assert _service(template())["Properties"]["HealthCheckGracePeriodSeconds"] == seconds


def test_a_task_without_a_port_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError) as error:
        build_service(stack, port=None)
    assert str(error.value) == (
        "The task hello has no port, so no load balancer reaches it. Allowed: a task definition with a port, "
        "or OneOffTask for a task that listens nowhere. Change: TaskDefinition(port=...)."
    )


def test_the_tasks_port_is_the_services_everywhere(
    stack: cdk.Stack, template: Callable[[], Template]
) -> None:
    assert build_service(stack, port=9000).port == 9000
    (attached,) = _service(template())["Properties"]["LoadBalancers"]
    assert attached["ContainerPort"] == 9000
    template().resource_properties_count_is("AWS::ElasticLoadBalancingV2::TargetGroup", {"Port": 9000}, 2)
    template().has_resource_properties("AWS::EC2::SecurityGroupIngress", {"FromPort": 9000, "ToPort": 9000})


def test_a_negative_grace_period_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError, match="grace period is -1 seconds"):
        build_service(stack, health_check_grace_period_seconds=-1)


def test_a_negative_number_of_tasks_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ConfigurationError, match="cannot run -1 tasks"):
        build_service(stack, tasks=-1)


def test_no_listener_rule_of_cloudformations_own(stack: cdk.Stack, template: Callable[[], Template]) -> None:
    build_service(stack)
    template().resource_count_is("AWS::ElasticLoadBalancingV2::ListenerRule", 0)


def test_no_finding(stack: cdk.Stack, findings: Callable[[], list[str]]) -> None:
    build_service(stack)
    assert findings() == []
