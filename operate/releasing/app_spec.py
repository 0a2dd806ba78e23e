"""The AppSpec: what CodeDeploy is told of the tasks it is to start."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from operate.aws import Aws, explained
from operate.outputs import ServiceOutputs


def app_spec(service: ServiceOutputs, revision: str, capacity: list[dict[str, Any]]) -> dict[str, Any]:
    """The AppSpec of a revision, from what is deployed and not from what the last task set had.

    Args:
        service: Its outputs say network and hooks.
        revision: ARN of the task definition.
        capacity: The capacity provider strategy. Empty where the service names a launch type.

    https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
    """
    properties: dict[str, Any] = {
        "TaskDefinition": revision,
        "LoadBalancerInfo": {"ContainerName": service.container, "ContainerPort": service.port},
        # Each release takes the newest; a platform version is a set of patches, and a pinned one ages.
        "PlatformVersion": "LATEST",
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "Subnets": list(service.subnets),
                "SecurityGroups": [service.security_group],
                "AssignPublicIp": "DISABLED",
            }
        },
    }
    if capacity:
        properties["CapacityProviderStrategy"] = [
            {
                "CapacityProvider": each["capacityProvider"],
                "Weight": each.get("weight", 0),
                "Base": each.get("base", 0),
            }
            for each in capacity
        ]
    content: dict[str, Any] = {
        "version": 0.0,
        "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": properties}}],
    }
    if service.hooks:
        content["Hooks"] = [{stage: function} for stage, function in service.hooks.items()]
    return content


def as_revision(content: Mapping[str, Any]) -> dict[str, Any]:
    """An AppSpec as CreateDeployment takes it."""
    text = json.dumps(content)
    return {
        "revisionType": "AppSpecContent",
        "appSpecContent": {"content": text, "sha256": sha256(text.encode()).hexdigest()},
    }


def read_capacity(aws: Aws, service: ServiceOutputs) -> list[dict[str, Any]]:
    """The cluster's capacity provider strategy, where the service's tasks run by one.

    Without one in the AppSpec CodeDeploy starts the new tasks as the old ones were started, and a change of
    the environment's Spot share would never arrive.

    Args:
        aws: The way to the environment's account.
        service: The service.
    """
    ecs = aws.client("ecs")
    with explained("describe the service"):
        found: dict[str, Any] = ecs.describe_services(cluster=service.cluster, services=[service.service])[
            "services"
        ][0]
    primary = next((each for each in found.get("taskSets") or [] if each["status"] == "PRIMARY"), found)
    if primary.get("launchType") and not primary.get("capacityProviderStrategy"):
        return []
    with explained("describe the cluster"):
        clusters: list[dict[str, Any]] = ecs.describe_clusters(clusters=[service.cluster])["clusters"]
    return clusters[0].get("defaultCapacityProviderStrategy", []) if clusters else []
