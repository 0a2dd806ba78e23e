"""What holds in every environment."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from environments import ENVIRONMENTS
from environments.model import Environment
from stacks.environment_stage import EnvironmentStage
from tests.synthesis import Templates, new_app

every_environment = pytest.mark.parametrize("name", ENVIRONMENTS)


def _resources(templates: Templates, kind: str) -> list[dict[str, Any]]:
    return [
        resource
        for template in templates.values()
        for resource in template["Resources"].values()
        if resource["Type"] == kind
    ]


@every_environment
def test_every_stack_tags_all_it_makes(name: str, environments: Mapping[str, Environment]) -> None:
    stage = EnvironmentStage(new_app(), environment=environments[name])
    services = [service.name for service in environments[name].services]
    tags = {artifact.hierarchical_id.partition("/")[2]: artifact.tags for artifact in stage.synth().stacks}
    owner = {
        "environment": name,
        "owner": environments[name].tags.owner,
        "cost-center": environments[name].tags.cost_center,
    }
    assert tags == {
        **{stack: {**owner, "service": "platform"} for stack in ("network", "registry", "platform")},
        **{service: {**owner, "service": service} for service in services},
    }


@every_environment
def test_a_repository_belongs_to_its_service(name: str, templates: Callable[[str], Templates]) -> None:
    (repository,) = _resources(templates(name), "AWS::ECR::Repository")
    assert repository["Properties"]["Tags"] == [{"Key": "service", "Value": "hello"}]


@every_environment
def test_no_task_has_a_public_address(name: str, templates: Callable[[str], Templates]) -> None:
    services = _resources(templates(name), "AWS::ECS::Service")
    assert services
    for service in services:
        network = service["Properties"]["NetworkConfiguration"]["AwsvpcConfiguration"]
        assert network["AssignPublicIp"] == "DISABLED"
        assert "Public" not in json.dumps(network["Subnets"])


@every_environment
def test_every_log_group_has_a_retention(name: str, templates: Callable[[str], Templates]) -> None:
    groups = _resources(templates(name), "AWS::Logs::LogGroup")
    assert groups
    assert all("RetentionInDays" in group["Properties"] for group in groups)


def test_only_the_shared_platform_is_imported_and_never_a_service(
    templates: Callable[[str], Templates],
) -> None:
    for stack in ("network", "registry", "platform"):
        assert "dev-hello" not in json.dumps(templates("dev")[stack])


def test_protection_is_productions_and_removal_is_devs(templates: Callable[[str], Templates]) -> None:
    def protected(name: str) -> str:
        (balancer,) = _resources(templates(name), "AWS::ElasticLoadBalancingV2::LoadBalancer")
        attributes = {item["Key"]: item["Value"] for item in balancer["Properties"]["LoadBalancerAttributes"]}
        return attributes["deletion_protection.enabled"]

    assert (protected("dev"), protected("production")) == ("false", "true")
    for name, policy in (("dev", "Delete"), ("production", "Retain")):
        for kind in ("AWS::ECR::Repository", "AWS::S3::Bucket"):
            assert {resource["DeletionPolicy"] for resource in _resources(templates(name), kind)} == {policy}


def test_each_environment_releases_its_own_way(templates: Callable[[str], Templates]) -> None:
    (group,) = _resources(templates("production"), "AWS::CodeDeploy::DeploymentGroup")
    assert group["Properties"]["DeploymentConfigName"] == "CodeDeployDefault.ECSCanary10Percent5Minutes"
    (shorter,) = _resources(templates("dev"), "AWS::CodeDeploy::DeploymentConfig")
    canary = shorter["Properties"]["TrafficRoutingConfig"]["TimeBasedCanary"]
    assert canary == {"CanaryInterval": 1, "CanaryPercentage": 20}


@every_environment
def test_the_outputs_are_what_a_release_reads(name: str, templates: Callable[[str], Templates]) -> None:
    assert {"ClusterName", "Url"} <= set(templates(name)["platform"]["Outputs"])
    subnets = templates(name)["network"]["Outputs"]["TaskSubnets"]["Value"]["Fn::Join"][1]
    assert len(subnets) == len(_resources(templates(name), "AWS::EC2::Subnet")) / 2
    assert set(templates(name)["hello"]["Outputs"]) == {
        "ApplicationName",
        "BlueTargetGroup",
        "ContainerName",
        "ContainerPort",
        "DeploymentGroupName",
        "GreenTargetGroup",
        "LogGroupName",
        "ProductionRule",
        "ServiceName",
        "TaskDefinitionArn",
        "TaskSecurityGroup",
        "TestRule",
    }
