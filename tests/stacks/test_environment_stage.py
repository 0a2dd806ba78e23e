"""What holds in every environment."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from environments import ENVIRONMENTS
from environments.model import Canary, CodeDeployBlueGreen, Environment
from stacks.environment_stage import EnvironmentStage
from tests.synthesis import Templates, new_app, synthesize

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
    workloads = [each.name for each in (*environments[name].services, *environments[name].jobs)]
    tags = {artifact.hierarchical_id.partition("/")[2]: artifact.tags for artifact in stage.synth().stacks}
    owner = {
        "environment": name,
        "owner": environments[name].tags.owner,
        "cost-center": environments[name].tags.cost_center,
    }
    assert tags == {
        **{stack: {**owner, "service": "platform"} for stack in ("network", "registry", "platform")},
        **{workload: {**owner, "service": workload} for workload in workloads},
    }


@every_environment
def test_a_repository_belongs_to_its_service(
    name: str, environments: Mapping[str, Environment], templates: Callable[[str], Templates]
) -> None:
    repositories = [each["Properties"] for each in _resources(templates(name), "AWS::ECR::Repository")]
    owners = {each["RepositoryName"]: each["Tags"] for each in repositories}
    for service in environments[name].services:
        assert owners[f"{name}/{service.name}"] == [{"Key": "service", "Value": service.name}]


@every_environment
def test_the_address_of_every_repository_is_an_output(
    name: str, environments: Mapping[str, Environment], templates: Callable[[str], Templates]
) -> None:
    registry = templates(name)["registry"]
    of = {
        each["Properties"]["RepositoryName"]: logical_id
        for logical_id, each in registry["Resources"].items()
        if each["Type"] == "AWS::ECR::Repository"
    }
    for service in environments[name].services:
        # What one pushes to, as docs/images.md says.
        uri = registry["Outputs"][f"{service.name}RepositoryUri".replace("-", "")]["Value"]
        assert {"Ref": of[f"{name}/{service.name}"]} in uri["Fn::Join"][1]


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


def test_only_the_shared_platform_is_imported_and_never_a_service(dev_templates: Templates) -> None:
    for stack in ("network", "registry", "platform"):
        assert "dev-hello" not in json.dumps(dev_templates[stack])


@every_environment
def test_protection_and_removal_are_the_environments(
    name: str, environments: Mapping[str, Environment], templates: Callable[[str], Templates]
) -> None:
    environment = environments[name]
    (balancer,) = _resources(templates(name), "AWS::ElasticLoadBalancingV2::LoadBalancer")
    attributes = {item["Key"]: item["Value"] for item in balancer["Properties"]["LoadBalancerAttributes"]}
    protected = environment.load_balancer.deletion_protection
    assert attributes["deletion_protection.enabled"] == str(protected).lower()
    for kind, removable in (
        ("AWS::ECR::Repository", environment.registry.removable),
        ("AWS::S3::Bucket", environment.removable),
    ):
        policies = {resource["DeletionPolicy"] for resource in _resources(templates(name), kind)}
        assert policies == {"Delete" if removable else "Retain"}


def test_an_environment_may_begin_without_services(dev: Environment) -> None:
    templates = synthesize(dev.model_copy(update={"services": ()}))
    assert set(templates) == {"network", "registry", "platform"}
    # CloudFormation refuses a template without one.
    assert all(template["Resources"] for template in templates.values())


def test_a_service_releases_as_its_environment_says(dev: Environment, dev_templates: Templates) -> None:
    hello = dev.services[0]
    predefined = CodeDeployBlueGreen(traffic=Canary(percent=10, minutes=5), termination_wait_minutes=60)
    longer = synthesize(
        dev.model_copy(update={"services": (hello.model_copy(update={"deployment": predefined}),)})
    )
    (group,) = _resources(longer, "AWS::CodeDeploy::DeploymentGroup")
    assert group["Properties"]["DeploymentConfigName"] == "CodeDeployDefault.ECSCanary10Percent5Minutes"
    (shorter,) = _resources(dev_templates, "AWS::CodeDeploy::DeploymentConfig")
    canary = shorter["Properties"]["TrafficRoutingConfig"]["TimeBasedCanary"]
    assert canary == {"CanaryInterval": 1, "CanaryPercentage": 20}


@every_environment
def test_a_release_reads_of_the_shared_stacks(
    name: str, environments: Mapping[str, Environment], templates: Callable[[str], Templates]
) -> None:
    assert {"ClusterName", "Url"} <= set(templates(name)["platform"]["Outputs"])
    subnets = templates(name)["network"]["Outputs"]["TaskSubnets"]["Value"]["Fn::Join"][1]
    assert len(subnets) == len(environments[name].network.live_zones)


def test_a_release_reads_of_the_service(dev_templates: Templates) -> None:
    assert set(dev_templates["hello"]["Outputs"]) == {
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
