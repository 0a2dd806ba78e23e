"""Reading an AppSpec for ECS.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
"""

from dataclasses import dataclass
from typing import Any

import yaml

HOOKS = ("BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic")
"""Events at which a function may run."""


class AppSpecError(Exception):
    """The content is none; the message says why."""


@dataclass(frozen=True, kw_only=True)
class AppSpec:
    """What a deployment is to start.

    Args:
        task_definition: ARN of the revision.
        container: Container that gets the traffic.
        port: Its port.
        network: The network configuration as ECS wants it; the service's own where the AppSpec has none.
        platform_version: Fargate's platform version; the service's own where the AppSpec has none.
        hooks: Function by event.
    """

    task_definition: str
    container: str
    port: int
    network: dict[str, Any] | None
    platform_version: str | None
    hooks: dict[str, str]


def parse(content: str) -> AppSpec:
    """The AppSpec in YAML or in JSON, which is YAML.

    Raises:
        AppSpecError: It lacks something, or names an event without hooks.
    """
    try:
        whole = yaml.safe_load(content)
        (resource,) = (whole.get("Resources") or whole["resources"])[0].values()
        if resource["Type"] != "AWS::ECS::Service":
            raise AppSpecError(f"{resource['Type']} is not AWS::ECS::Service")
        properties = resource["Properties"]
        target = properties["LoadBalancerInfo"]
        return AppSpec(
            task_definition=properties["TaskDefinition"],
            container=target["ContainerName"],
            port=int(target["ContainerPort"]),
            network=_network(properties),
            platform_version=properties.get("PlatformVersion"),
            hooks=_hooks(whole.get("Hooks") or whole.get("hooks") or []),
        )
    except yaml.YAMLError as error:
        raise AppSpecError("neither YAML nor JSON") from error
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise AppSpecError(f"{type(error).__name__}: {error}") from error


def _network(properties: dict[str, Any]) -> dict[str, Any] | None:
    given = (properties.get("NetworkConfiguration") or {}).get("AwsvpcConfiguration")
    if not given:
        return None
    return {"awsvpcConfiguration": {key[0].lower() + key[1:]: value for key, value in given.items()}}


def _hooks(declared: list[dict[str, str]]) -> dict[str, str]:
    hooks = {event: function for item in declared for event, function in item.items()}
    unknown = sorted(hooks.keys() - set(HOOKS))
    if unknown:
        raise AppSpecError(f"no hook runs at {', '.join(unknown)}")
    return hooks
