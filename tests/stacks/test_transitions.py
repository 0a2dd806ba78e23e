"""Changes that live environments go through: each template against the one before, as CloudFormation does.

Stacks deploy in order, producers first. So a template may drop an export only when no consumer's *previous*
template imports it; a long-lived resource keeps its logical id and every property that AWS replaces it for.
"""

import json
from typing import Any

import pytest

from environments.model import Environment, HttpsWithCertificate, Zone
from tests.synthesis import Templates, synthesize

TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
SUBNET = "AWS::EC2::Subnet"
ROUTE_TABLE = "AWS::EC2::RouteTable"

# Properties whose change makes CloudFormation replace the resource.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
REPLACES = {
    TARGET_GROUP: ("Name", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId"),
    LISTENER: ("LoadBalancerArn",),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": ("Name", "Scheme", "Type"),
    SUBNET: ("AvailabilityZone", "CidrBlock", "VpcId"),
    "AWS::EC2::VPC": ("CidrBlock",),
    "AWS::ECR::Repository": ("RepositoryName", "EncryptionConfiguration"),
    "AWS::ECS::Cluster": ("ClusterName",),
    "AWS::ECS::Service": ("Cluster", "ServiceName", "LoadBalancers", "DeploymentController"),
    "AWS::EC2::SecurityGroup": ("GroupDescription", "GroupName", "VpcId"),
}
# What UpdateService refuses under CODE_DEPLOY.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
FROZEN = (
    "TaskDefinition",
    "NetworkConfiguration",
    "PlatformVersion",
    "LaunchType",
    "CapacityProviderStrategy",
    "LoadBalancers",
)


@pytest.fixture(scope="module")
def three_zones(dev: Environment) -> Environment:
    third = Zone(name="eu-central-1c", public_cidr="10.0.2.0/24", private_cidr="10.0.48.0/20")
    return _with_zones(dev, *dev.network.zones, third)


def _with_zones(environment: Environment, *zones: Zone) -> Environment:
    network = environment.network.model_copy(update={"zones": zones})
    return environment.model_copy(update={"network": network})


def _with_https(environment: Environment) -> Environment:
    https = HttpsWithCertificate(
        domain_name="dev.example.com",
        certificate_arn="arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
    )
    update = {"https": https, "plain_http_reason": None}
    return environment.model_copy(
        update={"load_balancer": environment.load_balancer.model_copy(update=update)}
    )


def _with_second_service(environment: Environment) -> Environment:
    first = environment.services[0]
    routing = first.routing.model_copy(update={"priority": 7, "paths": ("/second",)})
    second = first.model_copy(update={"name": "second", "routing": routing})
    return environment.model_copy(update={"services": (*environment.services, second)})


def _exports(template: dict[str, Any]) -> dict[str, str]:
    return {
        output["Export"]["Name"]: json.dumps(output["Value"])
        for output in template.get("Outputs", {}).values()
        if "Export" in output
    }


def _imports(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["Fn::ImportValue"]} if isinstance(value.get("Fn::ImportValue"), str) else set[str]()
        return own.union(*(_imports(item) for item in value.values()))
    if isinstance(value, list):
        return set[str]().union(*(_imports(item) for item in value))
    return set()


def _refused_by_cloudformation(before: Templates, after: Templates) -> list[str]:
    """What would stop the deployment, or replace what must live on; empty is well."""
    problems: list[str] = []
    for name, old in before.items():
        new = after.get(name, {"Resources": {}, "Outputs": {}})
        imported = set[str]().union(*(_imports(other) for stack, other in before.items() if stack != name))
        for export, value in _exports(old).items():
            if export in imported and _exports(new).get(export) != value:
                problems.append(f"{name}: export {export} is in use")
        for id_, resource in old["Resources"].items():
            kind, properties = resource["Type"], resource.get("Properties", {})
            successor = new["Resources"].get(id_)
            if kind in REPLACES and successor is None:
                problems.append(f"{name}: {kind} {id_} goes")
                continue
            for key in (*REPLACES.get(kind, ()), *(FROZEN if kind == "AWS::ECS::Service" else ())):
                if successor and successor["Properties"].get(key) != properties.get(key):
                    problems.append(f"{name}: {kind} {id_} changes {key}")
    return problems


def test_the_judge_sees_a_replacement_a_frozen_write_and_an_export_in_use(dev: Environment) -> None:
    before = synthesize(dev)
    after = json.loads(json.dumps(before))
    network, hello = after["network"], after["hello"]
    export = next(iter(_imports(before["platform"])))
    network["Outputs"] = {
        key: output
        for key, output in network["Outputs"].items()
        if output.get("Export", {}).get("Name") != export
    }
    for resource in hello["Resources"].values():
        if resource["Type"] == TARGET_GROUP:
            resource["Properties"]["Port"] = 1
        if resource["Type"] == "AWS::ECS::Service":
            resource["Properties"]["NetworkConfiguration"] = {}
    problems = " ".join(_refused_by_cloudformation(before, after))
    assert f"network: export {export} is in use" in problems
    assert "changes Port" in problems
    assert "changes NetworkConfiguration" in problems


def test_http_to_https(dev: Environment) -> None:
    before, after = synthesize(dev), synthesize(_with_https(dev))
    assert _refused_by_cloudformation(before, after) == []

    def listeners(templates: Templates) -> dict[str, Any]:
        resources = templates["platform"]["Resources"]
        return {
            id_: item["Properties"]["Port"] for id_, item in resources.items() if item["Type"] == LISTENER
        }

    added = {port for id_, port in listeners(after).items() if id_ not in listeners(before)}
    assert added == {443}


def test_https_moves_the_production_rule_to_the_new_listener(dev: Environment) -> None:
    before, after = (synthesize(environment)["hello"]["Resources"] for environment in (dev, _with_https(dev)))
    (rule,) = [
        id_
        for id_, item in before.items()
        if item["Type"] == "Custom::SwapSafeListenerRule" and item["Properties"]["Role"] == "production"
    ]
    assert before[rule]["Properties"]["ListenerArn"] != after[rule]["Properties"]["ListenerArn"]


def test_adding_a_service_touches_no_other_stack_but_the_registry(dev: Environment) -> None:
    before, after = synthesize(dev), synthesize(_with_second_service(dev))
    assert _refused_by_cloudformation(before, after) == []
    assert set(after) - set(before) == {"second"}
    assert [name for name in before if before[name] != after[name]] == ["registry"]


def test_removing_a_service_that_was_destroyed_before(dev: Environment) -> None:
    before, after = synthesize(_with_second_service(dev)), synthesize(dev)
    # The README's order: `make destroy ENV=dev STACK=second`, then its lines go; with them its repository.
    remaining = {name: template for name, template in before.items() if name != "second"}
    problems = _refused_by_cloudformation(remaining, after)
    assert len(problems) == 1
    assert problems[0].startswith("registry: AWS::ECR::Repository second")
    assert [name for name in after if after[name] != before[name]] == ["registry"]


def test_adding_a_zone(dev: Environment, three_zones: Environment) -> None:
    before, after = synthesize(dev), synthesize(three_zones)
    assert _refused_by_cloudformation(before, after) == []
    assert _subnets(after).keys() - _subnets(before).keys()
    assert {id_: cidr for id_, cidr in _subnets(after).items() if id_ in _subnets(before)} == _subnets(before)


def test_removing_a_zone_takes_two_steps(dev: Environment, three_zones: Environment) -> None:
    *others, third = three_zones.network.zones
    retired = _with_zones(three_zones, *others, third.model_copy(update={"retired": True}))
    first, second, last = synthesize(three_zones), synthesize(retired), synthesize(dev)
    assert str(second["network"]["Outputs"]["TaskSubnets"]) == str(last["network"]["Outputs"]["TaskSubnets"])
    assert _refused_by_cloudformation(first, second) == []
    gone = [problem for problem in _refused_by_cloudformation(second, last) if f"{SUBNET} " not in problem]
    assert gone == []
    # The remaining problems are the retired zone's two subnets, which go on purpose.
    assert len(_refused_by_cloudformation(second, last)) == 2
    # One step only would meet "export in use".
    assert any("is in use" in problem for problem in _refused_by_cloudformation(first, last))


def _subnets(templates: Templates) -> dict[str, str]:
    resources = templates["network"]["Resources"]
    return {id_: item["Properties"]["CidrBlock"] for id_, item in resources.items() if item["Type"] == SUBNET}
