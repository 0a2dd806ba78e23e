"""The CodeDeploy actions that moto lacks: configurations, and changing or deleting what it stores.

Deployments have a file of their own, codedeploy_deployments.py.
"""

from typing import Any

import moto.codedeploy.responses as moto_responses
from moto.codedeploy.models import CodeDeployBackend, DeploymentGroup
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult

Configuration = dict[str, Any]


def _shift(kind: str, percent: int, minutes: int) -> Configuration:
    words = {"TimeBasedCanary": "canary", "TimeBasedLinear": "linear"}[kind]
    settings = {f"{words}Percentage": percent, f"{words}Interval": minutes}
    return {"type": kind, kind[0].lower() + kind[1:]: settings}


# https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
PREDEFINED: dict[str, Configuration] = {
    "CodeDeployDefault.ECSAllAtOnce": {"type": "AllAtOnce"},
    "CodeDeployDefault.ECSCanary10Percent5Minutes": _shift("TimeBasedCanary", 10, 5),
    "CodeDeployDefault.ECSCanary10Percent15Minutes": _shift("TimeBasedCanary", 10, 15),
    "CodeDeployDefault.ECSLinear10PercentEvery1Minutes": _shift("TimeBasedLinear", 10, 1),
    "CodeDeployDefault.ECSLinear10PercentEvery3Minutes": _shift("TimeBasedLinear", 10, 3),
}


class _ConfigurationMissingError(ServiceException):
    code = "DeploymentConfigDoesNotExistException"


class _ConfigurationInUseError(ServiceException):
    code = "DeploymentConfigInUseException"


def install() -> None:
    """Give moto's CodeDeploy the actions below."""
    for action in (
        _create_deployment_config,
        _get_deployment_config,
        _list_deployment_configs,
        _delete_deployment_config,
        _update_deployment_group,
        _delete_deployment_group,
        _delete_application,
    ):
        setattr(CodeDeployResponse, action.__name__.removeprefix("_"), action)
    moto_responses._deployment_group_info = _deployment_group_info


_moto_group_info = moto_responses._deployment_group_info


def _deployment_group_info(group: DeploymentGroup) -> dict[str, Any]:
    # moto stores the alarms and leaves them out of the answer.
    return {**_moto_group_info(group), "alarmConfiguration": group.alarm_configuration or {}}


def _configurations(backend: CodeDeployBackend) -> dict[str, Configuration]:
    # On moto's own object, so that a reset forgets them with everything else.
    return backend.__dict__.setdefault("deployment_configurations", {})


def find(backend: CodeDeployBackend, name: str) -> Configuration:
    """A configuration, predefined or made."""
    if name in PREDEFINED:
        return {
            "deploymentConfigName": name,
            "computePlatform": "ECS",
            "trafficRoutingConfig": PREDEFINED[name],
        }
    if name not in _configurations(backend):
        raise _ConfigurationMissingError(f"The deployment configuration {name} does not exist")
    return _configurations(backend)[name]


def _create_deployment_config(self: CodeDeployResponse) -> ActionResult:
    name = self._get_param("deploymentConfigName")
    _configurations(self.codedeploy_backend)[name] = {
        "deploymentConfigName": name,
        "deploymentConfigId": name,
        "computePlatform": self._get_param("computePlatform"),
        "trafficRoutingConfig": self._get_param("trafficRoutingConfig"),
        "minimumHealthyHosts": self._get_param("minimumHealthyHosts"),
    }
    return ActionResult({"deploymentConfigId": name})


def _get_deployment_config(self: CodeDeployResponse) -> ActionResult:
    found = find(self.codedeploy_backend, self._get_param("deploymentConfigName"))
    return ActionResult({"deploymentConfigInfo": found})


def _list_deployment_configs(self: CodeDeployResponse) -> ActionResult:
    return ActionResult({"deploymentConfigsList": [*PREDEFINED, *_configurations(self.codedeploy_backend)]})


def _delete_deployment_config(self: CodeDeployResponse) -> EmptyResult:
    name = self._get_param("deploymentConfigName")
    for groups in self.codedeploy_backend.deployment_groups.values():
        if any(group.deployment_config_name == name for group in groups.values()):
            raise _ConfigurationInUseError(f"The deployment configuration {name} is still in use")
    _configurations(self.codedeploy_backend).pop(name, None)
    return EmptyResult()


# Argument of UpdateDeploymentGroup: field of moto's object.
_CHANGEABLE = {
    "deploymentConfigName": "deployment_config_name",
    "serviceRoleArn": "service_role_arn",
    "triggerConfigurations": "trigger_configurations",
    "alarmConfiguration": "alarm_configuration",
    "autoRollbackConfiguration": "auto_rollback_configuration",
    "deploymentStyle": "deployment_style",
    "blueGreenDeploymentConfiguration": "blue_green_deployment_configuration",
    "loadBalancerInfo": "load_balancer_info",
    "ecsServices": "ecs_services",
}


def _update_deployment_group(self: CodeDeployResponse) -> ActionResult:
    backend = self.codedeploy_backend
    group = backend.get_deployment_group(
        self._get_param("applicationName"), self._get_param("currentDeploymentGroupName")
    )
    for argument, field in _CHANGEABLE.items():
        value = self._get_param(argument)
        if value is not None:
            setattr(group, field, value)
    return ActionResult({"hooksNotCleanedUp": []})


def _delete_deployment_group(self: CodeDeployResponse) -> ActionResult:
    groups = self.codedeploy_backend.deployment_groups.get(self._get_param("applicationName"), {})
    groups.pop(self._get_param("deploymentGroupName"), None)
    return ActionResult({"hooksNotCleanedUp": []})


def _delete_application(self: CodeDeployResponse) -> EmptyResult:
    name = self._get_param("applicationName")
    self.codedeploy_backend.applications.pop(name, None)
    self.codedeploy_backend.deployment_groups.pop(name, None)
    return EmptyResult()
