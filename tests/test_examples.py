"""Each example is run as it stands, and shows what it is there for."""

import runpy
from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from tests.synthesis import ROOT

BLUE_GREEN = {
    "AWS::ECS::Service": {"DeploymentController": {"Type": "CODE_DEPLOY"}},
    "AWS::CodeDeploy::DeploymentGroup": {},
}
# What each example holds exactly one of, with these properties.
SHOWS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "existing_vpc": BLUE_GREEN,
    "scheduled_job": {"AWS::Scheduler::Schedule": {"ScheduleExpression": "cron(0 2 * * ? *)"}},
    "smallest": BLUE_GREEN,
}


def test_every_example_is_here() -> None:
    assert set(SHOWS) == {path.stem for path in (ROOT / "examples").glob("*.py")}


@pytest.mark.parametrize("example", SHOWS)
def test_an_example_synthesizes_what_it_shows(example: str) -> None:
    stack = runpy.run_path(str(ROOT / "examples" / f"{example}.py"))["stack"]
    assert isinstance(stack, cdk.Stack)
    template = Template.from_stack(stack)
    for kind, properties in SHOWS[example].items():
        template.resource_count_is(kind, 1)
        template.has_resource_properties(kind, properties)
