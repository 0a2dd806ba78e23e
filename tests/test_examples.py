"""Each example is run as it stands."""

import runpy
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from tests.synthesis import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_example_synthesizes_a_blue_green_service(example: Path) -> None:
    stack = runpy.run_path(str(example))["stack"]
    assert isinstance(stack, cdk.Stack)
    template = Template.from_stack(stack)
    template.has_resource_properties("AWS::ECS::Service", {"DeploymentController": {"Type": "CODE_DEPLOY"}})
    template.resource_count_is("AWS::CodeDeploy::DeploymentGroup", 1)
