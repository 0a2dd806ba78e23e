"""What holds in every environment."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from environments import ENVIRONMENTS
from environments.model import Environment
from tests.synthesis import Templates

every_environment = pytest.mark.parametrize("name", ENVIRONMENTS)
# Types that take tags as a list of Key and Value.
TAGGED = (
    "AWS::EC2::VPC",
    "AWS::EC2::Subnet",
    "AWS::ECS::Cluster",
    "AWS::ECS::Service",
    "AWS::ECS::TaskDefinition",
    "AWS::ECR::Repository",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
)


def _resources(templates: Templates, kind: str) -> list[dict[str, Any]]:
    return [
        resource
        for template in templates.values()
        for resource in template["Resources"].values()
        if resource["Type"] == kind
    ]


@every_environment
def test_everything_carries_the_four_tags(
    name: str, templates: Callable[[str], Templates], environments: Mapping[str, Environment]
) -> None:
    expected = {
        "environment": name,
        "owner": environments[name].tags.owner,
        "cost-center": environments[name].tags.cost_center,
    }
    services = {service.name for service in environments[name].services}
    for stack, template in templates(name).items():
        tagged = [item for item in template["Resources"].items() if item[1]["Type"] in TAGGED]
        assert tagged, stack
        for id_, resource in tagged:
            tags = {tag["Key"]: tag["Value"] for tag in resource["Properties"]["Tags"]}
            assert expected.items() <= tags.items(), (stack, id_)
            if stack in services:
                assert tags["service"] == stack, (stack, id_)
            elif stack == "registry":
                assert tags["service"] in services, (stack, id_)
            else:
                assert tags["service"] == "platform", (stack, id_)


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


@pytest.mark.parametrize(
    ("name", "traffic"),
    [
        ("dev", "CodeDeployDefault.ECSAllAtOnce"),
        ("production", "CodeDeployDefault.ECSCanary10Percent5Minutes"),
    ],
)
def test_each_environment_releases_its_own_way(
    name: str, traffic: str, templates: Callable[[str], Templates]
) -> None:
    (group,) = _resources(templates(name), "AWS::CodeDeploy::DeploymentGroup")
    assert group["Properties"]["DeploymentConfigName"] == traffic


@every_environment
def test_the_outputs_of_a_service_are_what_a_release_reads(
    name: str, templates: Callable[[str], Templates]
) -> None:
    assert set(templates(name)["hello"]["Outputs"]) == {
        "ApplicationName",
        "BlueTargetGroup",
        "ClusterName",
        "ContainerName",
        "ContainerPort",
        "DeploymentGroupName",
        "GreenTargetGroup",
        "LogGroupName",
        "ProductionRule",
        "ServiceName",
        "TaskDefinitionArn",
        "TaskSecurityGroup",
        "TaskSubnets",
        "TestRule",
    }
