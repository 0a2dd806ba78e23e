"""From one strategy to another: what stays, what goes, and what docs/strategies.md says of it."""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from environments.model import Environment, ServiceSettings
from rehearsal import assembly
from rehearsal.engine import schema
from rehearsal.in_process import InProcessAws, StackError
from stacks.environment_stage import EnvironmentStage
from tests.stacks.strategies import STRATEGIES, with_strategy
from tests.synthesis import ROOT, Templates, new_app, synthesize

SERVICE = "AWS::ECS::Service"
RULE = "Custom::SwapSafeListenerRule"
# A change of strategy leaves every one of these exactly as it is.
UNTOUCHED = {
    RULE,
    "AWS::EC2::SecurityGroup",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::ECS::TaskDefinition",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::Logs::LogGroup",
    "AWS::ApplicationAutoScaling::ScalableTarget",
}
CONTROLLER = {name: "CODE_DEPLOY" if name == "codedeploy" else "ECS" for name in STRATEGIES}
PAIRS = list(itertools.permutations(STRATEGIES, 2))
every_pair = pytest.mark.parametrize(("before", "after"), PAIRS, ids=lambda name: name)


@pytest.fixture(scope="module")
def hello(dev: Environment) -> Mapping[str, dict[str, Any]]:
    """The service's resources with each strategy."""
    return {
        name: synthesize(with_strategy(dev, deployment))["hello"]["Resources"]
        for name, deployment in STRATEGIES.items()
    }


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    """The block for machines in the guide."""
    (block,) = re.findall(r"```json\n(.*?)```", (ROOT / "docs" / "strategies.md").read_text(), re.DOTALL)
    return json.loads(block)


def of_kind(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {id_: each["Properties"] for id_, each in resources.items() if each["Type"] == kind}


@every_pair
def test_what_carries_traffic_is_untouched(
    before: str, after: str, hello: Mapping[str, dict[str, Any]]
) -> None:
    for kind in UNTOUCHED:
        assert of_kind(hello[before], kind), kind
        assert of_kind(hello[before], kind) == of_kind(hello[after], kind)


@every_pair
def test_cloudformation_replaces_nothing(
    before: str, after: str, hello: Mapping[str, dict[str, Any]]
) -> None:
    for id_, old in hello[before].items():
        new = hello[after].get(id_)
        if new is not None:
            assert new["Type"] == old["Type"]
            assert not schema.replaces(old["Type"], old.get("Properties", {}), new.get("Properties", {})), id_


@every_pair
def test_only_the_other_strategys_own_resources_go(
    before: str, after: str, hello: Mapping[str, dict[str, Any]]
) -> None:
    gone = {hello[before][id_]["Type"] for id_ in hello[before].keys() - hello[after].keys()}
    assert gone <= {
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentConfig",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::IAM::Role",
    }


def test_what_the_guide_calls_replacing_is_what_cloudformation_calls_so(facts: dict[str, Any]) -> None:
    only_at_creation = schema.create_only(facts["resource"])
    assert only_at_creation is not None
    assert {"/".join(path) for path in only_at_creation} == set(facts["replaced_for"])


@every_pair
def test_the_guide_knows_what_each_change_takes(
    before: str, after: str, hello: Mapping[str, dict[str, Any]], facts: dict[str, Any]
) -> None:
    (old,) = of_kind(hello[before], SERVICE).values()
    (new,) = of_kind(hello[after], SERVICE).values()
    frm, to = CONTROLLER[before], CONTROLLER[after]
    assert (old["DeploymentController"]["Type"], new["DeploymentController"]["Type"]) == (frm, to)
    in_place = frm == to or to in facts["controller_changes_in_place"][frm]
    assert in_place == (after != "codedeploy")


def test_a_codedeploy_service_changes_only_what_ecs_lets_it(
    dev: Environment, hello: Mapping[str, dict[str, Any]], facts: dict[str, Any]
) -> None:
    first = dev.services[0]
    scaling = first.scaling.model_copy(update={"min_tasks": 2})
    changed = {"cpu": 512, "memory_mib": 1024, "port": 8080, "migration": ("a",), "scaling": scaling}
    templates: Templates = synthesize(with_strategy(dev, STRATEGIES["codedeploy"], **changed))
    changed_resources = templates["hello"]["Resources"]
    task = "AWS::ECS::TaskDefinition"
    assert of_kind(hello["codedeploy"], task) != of_kind(changed_resources, task)
    (old,) = of_kind(hello["codedeploy"], SERVICE).values()
    (new,) = of_kind(changed_resources, SERVICE).values()
    different = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    assert different <= set(facts["changes_under_CODE_DEPLOY"])
    assert "TaskDefinition" not in facts["changes_under_CODE_DEPLOY"]


# From here on the stacks are deployed to an embedded AWS, the rules' own function included.


class Live:
    """dev, deployed in this process; its services go from strategy to strategy."""

    def __init__(self, aws: InProcessAws, dev: Environment) -> None:
        self.aws, self.dev = aws, dev
        self.deployed: dict[str, dict[str, Any]] = {}

    def deploy(self, *services: ServiceSettings) -> None:
        """What `cdk deploy` does: stacks whose template is the same are left alone."""
        environment = self.dev.model_copy(update={"services": services})
        out = EnvironmentStage(new_app(), environment=environment).synth().directory
        for stack in assembly.stacks(Path(out)):
            if self.deployed.get(stack.name) != stack.template:
                self.aws.deploy_artifact(stack)
                self.deployed[stack.name] = stack.template

    def switch(self, strategy: str) -> None:
        """hello with another strategy."""
        self.deploy(*with_strategy(self.dev, STRATEGIES[strategy]).services)

    def weights(self, rule: str) -> list[int]:
        arn = self.aws.outputs("dev-hello")[rule]
        (found,) = self.aws.client("elbv2").describe_rules(RuleArns=[arn])["Rules"]
        return [group["Weight"] for group in found["Actions"][0]["ForwardConfig"]["TargetGroups"]]

    def swap(self) -> None:
        """What a release leaves behind: all traffic on the other group."""
        outputs, elbv2 = self.aws.outputs("dev-hello"), self.aws.client("elbv2")
        for rule in ("ProductionRule", "TestRule"):
            (found,) = elbv2.describe_rules(RuleArns=[outputs[rule]])["Rules"]
            groups = found["Actions"][0]["ForwardConfig"]["TargetGroups"]
            swapped = [{**group, "Weight": 100 - group["Weight"]} for group in groups]
            action = {"Type": "forward", "ForwardConfig": {"TargetGroups": swapped}}
            elbv2.modify_rule(RuleArn=outputs[rule], Actions=[action])

    def priority(self, service: str) -> int:
        arn = self.aws.outputs(f"dev-{service}")["ProductionRule"]
        (rule,) = self.aws.client("elbv2").describe_rules(RuleArns=[arn])["Rules"]
        return int(rule["Priority"])

    def groups_of_tasks(self) -> set[str]:
        (service,) = self.aws.client("ecs").describe_services(cluster="dev", services=["hello"])["services"]
        return {attached["targetGroupArn"] for attached in service["loadBalancers"]}


@pytest.fixture
def live(dev: Environment) -> Iterator[Live]:
    with InProcessAws(region=dev.region) as aws:
        yield Live(aws, dev)


def test_codedeploy_to_native_to_rolling_leaves_traffic_where_a_release_left_it(live: Live) -> None:
    live.switch("codedeploy")
    assert live.weights("ProductionRule") == [100, 0]
    live.swap()
    before = live.aws.outputs("dev-hello")
    for strategy in ("canary", "bluegreen", "rolling", "linear"):
        live.switch(strategy)
        after = live.aws.outputs("dev-hello")
        same = ("BlueTargetGroup", "ProductionRule", "TestRule", "TaskSecurityGroup", "LogGroupName")
        assert {key: after[key] for key in same} == {key: before[key] for key in same}
        assert live.weights("ProductionRule") == live.weights("TestRule") == [0, 100]
        if strategy == "rolling":
            # Green is live, and the tasks stand behind it.
            assert live.groups_of_tasks() == {before["BlueTargetGroup"], before["GreenTargetGroup"]}


@pytest.mark.parametrize("before", ["rolling", "bluegreen"])
def test_the_way_to_codedeploy_is_refused_in_awss_words(live: Live, before: str) -> None:
    live.switch(before)
    with pytest.raises(StackError, match="on services with a CODE_DEPLOY deployment controller"):
        live.switch("codedeploy")


def test_a_second_service_takes_over_by_codedeploy(live: Live) -> None:
    (old,) = with_strategy(live.dev, STRATEGIES["rolling"]).services
    beside = old.model_copy(
        update={
            "name": "hello2",
            "deployment": STRATEGIES["codedeploy"],
            "routing": old.routing.model_copy(update={"priority": 200, "hosts": ("hello2.example.com",)}),
        }
    )
    alone = beside.model_copy(update={"routing": old.routing.model_copy(update={"priority": 200})})
    behind = old.model_copy(update={"routing": old.routing.model_copy(update={"priority": 300})})
    first_asked: list[str] = []
    for services in ((old, beside), (old, alone), (behind, alone)):
        live.deploy(*services)
        asked = {live.priority(service.name): service.name for service in services}
        first_asked.append(asked[min(asked)])
    assert first_asked == ["hello", "hello", "hello2"]
