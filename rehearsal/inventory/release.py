"""How a service is released and scaled: deployment groups with their configuration, targets and policies."""

from dataclasses import dataclass
from typing import Any

from rehearsal.inventory.asking import every


@dataclass(frozen=True, kw_only=True)
class DeploymentGroup:
    """A CodeDeploy deployment group of an ECS service."""

    application: str
    name: str
    configuration: str
    traffic: str
    services: list[str]
    target_groups: list[str]
    production_listeners: list[str]
    test_listeners: list[str]
    termination_wait_minutes: int
    rollback_on: list[str]
    alarms: list[str]


@dataclass(frozen=True, kw_only=True)
class ScalingTarget:
    """What Application Auto Scaling may change, how far, and by which policies and schedules."""

    resource: str
    minimum: int
    maximum: int
    policies: list[str]
    schedules: list[str]


def deployment_groups(codedeploy: Any) -> list[DeploymentGroup]:
    """All deployment groups of all applications."""
    return [
        _group(codedeploy, application, name)
        for application in every(codedeploy, "list_applications", "applications")
        for name in codedeploy.list_deployment_groups(applicationName=application)["deploymentGroups"]
    ]


def _group(codedeploy: Any, application: str, name: str) -> DeploymentGroup:
    found = codedeploy.get_deployment_group(applicationName=application, deploymentGroupName=name)[
        "deploymentGroupInfo"
    ]
    config = codedeploy.get_deployment_config(deploymentConfigName=found["deploymentConfigName"])
    pairs = found["loadBalancerInfo"].get("targetGroupPairInfoList", [])
    wait = found["blueGreenDeploymentConfiguration"].get("terminateBlueInstancesOnDeploymentSuccess", {})
    return DeploymentGroup(
        application=application,
        name=name,
        configuration=found["deploymentConfigName"],
        traffic=_traffic(config["deploymentConfigInfo"]["trafficRoutingConfig"]),
        services=[f"{item['clusterName']}/{item['serviceName']}" for item in found["ecsServices"]],
        target_groups=[group["name"] for pair in pairs for group in pair["targetGroups"]],
        production_listeners=_arns(pairs, "prodTrafficRoute"),
        test_listeners=_arns(pairs, "testTrafficRoute"),
        termination_wait_minutes=wait.get("terminationWaitTimeInMinutes", 0),
        rollback_on=found["autoRollbackConfiguration"].get("events", []),
        alarms=[alarm["name"] for alarm in found["alarmConfiguration"].get("alarms", [])],
    )


def scaling_targets(scaling: Any) -> list[ScalingTarget]:
    """All scalable ECS services."""
    namespace = {"ServiceNamespace": "ecs"}
    return [
        ScalingTarget(
            resource=item["ResourceId"],
            minimum=item["MinCapacity"],
            maximum=item["MaxCapacity"],
            policies=[
                policy["PolicyName"]
                for policy in every(scaling, "describe_scaling_policies", "ScalingPolicies", **namespace)
                if policy["ResourceId"] == item["ResourceId"]
            ],
            schedules=[
                action["Schedule"]
                for action in every(scaling, "describe_scheduled_actions", "ScheduledActions", **namespace)
                if action["ResourceId"] == item["ResourceId"]
            ],
        )
        for item in every(scaling, "describe_scalable_targets", "ScalableTargets", **namespace)
    ]


def _arns(pairs: list[dict[str, Any]], route: str) -> list[str]:
    return [arn for pair in pairs for arn in pair.get(route, {}).get("listenerArns", [])]


def _traffic(routing: dict[str, Any]) -> str:
    """`10 % first, the rest after 5 minutes`."""
    match routing["type"]:
        case "TimeBasedCanary":
            canary = routing["timeBasedCanary"]
            return f"{canary['canaryPercentage']} % first, the rest after {canary['canaryInterval']} minutes"
        case "TimeBasedLinear":
            linear = routing["timeBasedLinear"]
            return f"{linear['linearPercentage']} % every {linear['linearInterval']} minutes"
        case _:
            return "all at once"
