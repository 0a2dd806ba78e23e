"""The rules: what is refused, by which property, and what is let through."""

import json
from pathlib import Path
from typing import Any

import pytest

from operate.deploying.gate import Finding, by_templates, judge
from operate.deploying.gate.create_only import CREATE_ONLY
from operate.deploying.gate.rules import (
    BY_CODE_DEPLOY,
    CONTROLLERS_IN_PLACE,
    GUARDED,
    TAKEN_UNDER_CODE_DEPLOY,
)
from rehearsal.engine.schema import create_only


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def service(controller: str | None = "CODE_DEPLOY", **properties: Any) -> dict[str, Any]:
    chosen = {"DeploymentController": {"Type": controller}} if controller else {}
    return resource("AWS::ECS::Service", ServiceName="hello", **chosen, **properties)


def found(before: dict[str, Any], after: dict[str, Any]) -> list[Finding]:
    return list(judge(by_templates("dev-hello", {"Resources": before}, {"Resources": after})))


@pytest.mark.parametrize("kind", CREATE_ONLY)
def test_the_properties_that_replace_are_those_of_the_schema(kind: str) -> None:
    assert CREATE_ONLY[kind] == {path[0] for path in create_only(kind) or ()}


def test_every_guarded_type_has_its_properties_and_its_words() -> None:
    assert set(GUARDED) == set(CREATE_ONLY)


@pytest.mark.parametrize("kind", GUARDED)
def test_a_replacement_is_refused_with_the_way_round(kind: str) -> None:
    name = sorted(CREATE_ONLY[kind])[0]
    (finding,) = found({"Thing": resource(kind, **{name: "a"})}, {"Thing": resource(kind, **{name: "b"})})
    assert finding.refused
    assert finding.resource == f"Thing ({kind})"
    assert finding.says == f"Would be replaced by its {name}: {GUARDED[kind].happens}"
    assert finding.way_round == GUARDED[kind].way_round


@pytest.mark.parametrize("kind", GUARDED)
def test_a_change_in_place_is_let_through(kind: str) -> None:
    assert not found({"Thing": resource(kind, Tags=[1])}, {"Thing": resource(kind, Tags=[2])})


@pytest.mark.parametrize("kind", sorted(GUARDED.keys() - {"AWS::EC2::Subnet"}))
def test_another_logical_id_is_a_replacement_too(kind: str) -> None:
    (finding,) = found({"Old": resource(kind)}, {"New": resource(kind)})
    assert finding.resource == f"Old ({kind})"
    assert "one with another logical id" in finding.says


@pytest.mark.parametrize("kind", GUARDED)
def test_adding_one_or_removing_one_is_no_replacement(kind: str) -> None:
    assert not found({}, {"New": resource(kind)})
    assert not found({"Old": resource(kind)}, {})


def test_zones_come_and_go_in_one_deployment() -> None:
    assert not found({"A": resource("AWS::EC2::Subnet")}, {"B": resource("AWS::EC2::Subnet")})


def test_another_type_under_the_same_id_is_a_replacement() -> None:
    (finding,) = found({"A": resource("AWS::EC2::VPC")}, {"A": resource("AWS::EC2::Subnet")})
    assert finding.says.startswith("Would be replaced: ")


@pytest.mark.parametrize("name", BY_CODE_DEPLOY)
def test_a_write_that_code_deploy_forbids(name: str) -> None:
    (finding,) = found({"S": service(**{name: "a"})}, {"S": service(**{name: "b"})})
    assert finding.refused
    assert finding.says == f"Writes {name}, which ECS refuses under CODE_DEPLOY; the stack would roll back."
    assert finding.way_round == BY_CODE_DEPLOY[name]


@pytest.mark.parametrize("name", BY_CODE_DEPLOY)
def test_the_same_write_is_fine_where_ecs_deploys(name: str) -> None:
    for controller in ("ECS", None):
        assert not found({"S": service(controller, **{name: "a"})}, {"S": service(controller, **{name: "b"})})


@pytest.mark.parametrize(
    "name",
    [
        "DeploymentConfiguration",
        "DesiredCount",
        "EnableECSManagedTags",
        "HealthCheckGracePeriodSeconds",
        "PlacementConstraints",
        "PlacementStrategies",
        "PropagateTags",
        "Tags",
    ],
)
def test_what_update_service_takes_under_code_deploy_is_let_through(name: str) -> None:
    assert not found({"S": service(**{name: "a"})}, {"S": service(**{name: "b"})})


def test_a_new_service_may_say_anything() -> None:
    assert not found({}, {"S": service(TaskDefinition="x", NetworkConfiguration={})})


def test_a_replaced_service_is_one_finding() -> None:
    before = {"S": service(Cluster="a", TaskDefinition="x")}
    (finding,) = found(before, {"S": service(Cluster="b", TaskDefinition="y")})
    assert finding.says.startswith("Would be replaced by its Cluster, TaskDefinition")


@pytest.mark.parametrize("controller", ["ECS", None])
def test_a_running_service_is_not_handed_to_code_deploy(controller: str | None) -> None:
    (finding,) = found({"S": service(controller)}, {"S": service("CODE_DEPLOY", TaskDefinition="family")})
    assert finding.refused
    assert "cannot go from ECS to CODE_DEPLOY by a stack update" in finding.says


def test_ecs_may_take_over_and_it_is_said_what_that_does() -> None:
    (finding,) = found({"S": service("CODE_DEPLOY")}, {"S": service("ECS", TaskDefinition="revision")})
    assert not finding.refused
    assert "starts its revision anew" in finding.says
    assert str(finding).splitlines()[1].strip().startswith("Mind: ECS takes the service over")


def test_what_the_page_does_not_speak_of_is_said_and_let_through() -> None:
    before, after = service(EnableExecuteCommand=False), service(EnableExecuteCommand=True)
    (finding,) = found({"S": before}, {"S": after})
    assert not finding.refused
    assert finding.says.startswith("Writes EnableExecuteCommand; AWS does not say")


def test_the_guide_to_the_strategies_says_the_same() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "strategies.md").read_text()
    guide = json.loads(text.partition("```json")[2].partition("```")[0])
    assert set(guide["changes_under_CODE_DEPLOY"]) == TAKEN_UNDER_CODE_DEPLOY
    assert set(guide["replaced_for"]) == CREATE_ONLY["AWS::ECS::Service"]
    in_place = {before: sorted(after) for before, after in CONTROLLERS_IN_PLACE.items()}
    assert in_place == guide["controller_changes_in_place"]
