"""CodeDeploy and Application Auto Scaling: stored behind moto's APIs, as boto3 then shows them."""

from typing import Any

import pytest

from rehearsal.in_process import InProcessAws, StackError
from rehearsal.inventory.release import deployment_groups, scaling_targets
from tests.rehearsal.templates import Resources, att, ref, resource, template
from tests.rehearsal.test_models_ecs import CODE_DEPLOY, service

CANARY = {"Type": "TimeBasedCanary", "TimeBasedCanary": {"CanaryPercentage": 20, "CanaryInterval": 7}}


def released(*, controller: dict[str, Any] = CODE_DEPLOY, **group: Any) -> Resources:
    """A service with its application and deployment group."""
    pair = {
        "ProdTrafficRoute": {"ListenerArns": [ref("Listener")]},
        "TargetGroups": [
            {"Name": att("Blue", "TargetGroupName")},
            {"Name": att("Green", "TargetGroupName")},
        ],
    }
    usual = {
        "ApplicationName": ref("Application"),
        "ServiceRoleArn": "arn:aws:iam::123456789012:role/deploy",
        "DeploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
        "DeploymentStyle": {
            "DeploymentType": "BLUE_GREEN",
            "DeploymentOption": "WITH_TRAFFIC_CONTROL",
        },
        "BlueGreenDeploymentConfiguration": {
            "DeploymentReadyOption": {"ActionOnTimeout": "CONTINUE_DEPLOYMENT"},
            "TerminateBlueInstancesOnDeploymentSuccess": {
                "Action": "TERMINATE",
                "TerminationWaitTimeInMinutes": 5,
            },
        },
        "LoadBalancerInfo": {"TargetGroupPairInfoList": [pair]},
        "ECSServices": [{"ClusterName": ref("Cluster"), "ServiceName": att("Service", "Name")}],
        "AlarmConfiguration": {"Enabled": True, "Alarms": [{"Name": "errors"}]},
        "AutoRollbackConfiguration": {"Enabled": True, "Events": ["DEPLOYMENT_FAILURE"]},
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    return {
        **service(**controller),
        "Application": resource("AWS::CodeDeploy::Application", ComputePlatform="ECS"),
        "Deployments": resource("AWS::CodeDeploy::DeploymentGroup", **{**usual, **group}),
    }


def test_a_deployment_group_shows_everything_it_was_given(aws: InProcessAws) -> None:
    aws.deploy("s", template(released()))

    (group,) = deployment_groups(aws.client("codedeploy"))
    assert group.configuration == "CodeDeployDefault.ECSCanary10Percent5Minutes"
    assert group.traffic == "10 % first, the rest after 5 minutes"
    assert group.services == ["dev/hello"]
    assert [name[:8] for name in group.target_groups] == ["s-Blue-" + group.target_groups[0][7], "s-Green-"]
    assert len(group.production_listeners) == 1
    assert group.test_listeners == []
    assert (group.termination_wait_minutes, group.rollback_on) == (5, ["DEPLOYMENT_FAILURE"])
    assert group.alarms == ["errors"]
    shown = aws.client("codedeploy").get_deployment_group(
        applicationName=group.application, deploymentGroupName=group.name
    )["deploymentGroupInfo"]
    assert shown["deploymentStyle"]["deploymentType"] == "BLUE_GREEN"
    assert shown["computePlatform"] == "ECS"

    aws.destroy("s")
    assert aws.client("codedeploy").list_applications()["applications"] == []


def test_a_group_changes_in_place_to_a_configuration_of_ones_own(aws: InProcessAws) -> None:
    config = {
        "Config": resource(
            "AWS::CodeDeploy::DeploymentConfig", ComputePlatform="ECS", TrafficRoutingConfig=CANARY
        )
    }
    aws.deploy("s", template(released()))
    before = deployment_groups(aws.client("codedeploy"))[0].name
    changed = released(
        DeploymentConfigName=ref("Config"), AlarmConfiguration={"Enabled": True, "Alarms": [{"Name": "late"}]}
    )
    aws.deploy("s", template({**changed, **config}))

    (group,) = deployment_groups(aws.client("codedeploy"))
    assert group.name == before
    assert group.traffic == "20 % first, the rest after 7 minutes"
    assert group.alarms == ["late"]
    listed = aws.client("codedeploy").list_deployment_configs()["deploymentConfigsList"]
    assert group.configuration in listed

    aws.destroy("s")
    assert (
        group.configuration not in aws.client("codedeploy").list_deployment_configs()["deploymentConfigsList"]
    )


def test_an_unknown_configuration_is_refused(aws: InProcessAws) -> None:
    with pytest.raises(StackError, match="deployment configuration Unknown does not exist"):
        aws.deploy("s", template(released(DeploymentConfigName="Unknown")))


def test_a_service_of_another_controller_is_refused(aws: InProcessAws) -> None:
    with pytest.raises(StackError, match=r"The ECS service dev/hello .* controller is not CODE_DEPLOY"):
        aws.deploy("s", template(released(controller={})))


def scaled(*, maximum: int = 4, schedules: list[dict[str, Any]] | None = None, value: int = 60) -> Resources:
    """A service with a scalable target, its schedules, and a policy on an expression of two metrics."""
    metric = {"MetricName": "RequestCountPerTarget", "Namespace": "AWS/ApplicationELB"}
    stat = {"Metric": metric, "Stat": "Sum"}
    metrics = [
        {"Id": "blue", "MetricStat": stat, "ReturnData": False},
        {"Id": "both", "Expression": "FILL(blue,0)*2", "ReturnData": True},
    ]
    return {
        **service(),
        "Target": resource(
            "AWS::ApplicationAutoScaling::ScalableTarget",
            "Service",
            ServiceNamespace="ecs",
            ScalableDimension="ecs:service:DesiredCount",
            ResourceId="service/dev/hello",
            MinCapacity=1,
            MaxCapacity=maximum,
            ScheduledActions=schedules or [],
        ),
        "Policy": resource(
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            PolicyName="requests",
            PolicyType="TargetTrackingScaling",
            ScalingTargetId=ref("Target"),
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": value,
                "CustomizedMetricSpecification": {"Metrics": metrics},
            },
        ),
    }


def test_a_target_scales_by_policy_and_schedule(aws: InProcessAws) -> None:
    night = {
        "ScheduledActionName": "night",
        "Schedule": "cron(0 20 * * ? *)",
        "Timezone": "Europe/Berlin",
        "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 1},
    }
    scaling = aws.client("application-autoscaling")
    aws.deploy("s", template(scaled(schedules=[night])))
    (target,) = scaling_targets(scaling)
    assert (target.resource, target.minimum, target.maximum) == ("service/dev/hello", 1, 4)
    assert (target.policies, target.schedules) == (["requests"], ["cron(0 20 * * ? *)"])
    policy = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"][0]
    metrics = policy["TargetTrackingScalingPolicyConfiguration"]["CustomizedMetricSpecification"]["Metrics"]
    assert metrics[1]["Expression"] == "FILL(blue,0)*2"

    aws.deploy("s", template(scaled(maximum=8, value=70)))
    (target,) = scaling_targets(scaling)
    assert (target.maximum, target.schedules) == (8, [])
    policy = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"][0]
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 70
    assert ("Target", "DELETE_IN_PROGRESS") not in aws.events("s")

    aws.destroy("s")
    assert scaling_targets(scaling) == []
    assert scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"] == []


def test_the_service_to_scale_must_exist(aws: InProcessAws) -> None:
    resources = scaled()
    resources["Target"]["Properties"]["ResourceId"] = "service/dev/absent"
    with pytest.raises(StackError, match=r"ECS service doesn't exist: service/dev/absent"):
        aws.deploy("s", template(resources))
