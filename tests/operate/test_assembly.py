"""What the app wrote: the stacks of one environment, in the order in which they stand on each other."""

import json
from pathlib import Path
from typing import Any

import pytest

from operate.deploying.assembly import Stack, read_stacks, resource_types, with_needed
from operate.problem import OperateError


def stack(name: str, *needs: str) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "displayName": f"dev/{name}",
        "dependencies": [*needs, f"{name}.assets"],
        "properties": {
            "stackName": f"dev-{name}",
            "templateFile": "template.json",
            "tags": {"owner": "team"},
            "requiresBootstrapStackVersion": 6,
        },
    }


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    """One stage whose manifest lists the stacks backwards."""
    stage = tmp_path / "assembly-dev"
    stage.mkdir()
    artifacts = {
        "hello": stack("hello", "registry", "platform"),
        "platform": stack("platform", "network"),
        "registry": stack("registry"),
        "network": stack("network"),
        "network.assets": {"type": "cdk:asset-manifest", "properties": {}},
    }
    (stage / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    types = ["AWS::S3::Bucket", "Custom::Thing", "AWS::S3::Bucket"]
    resources = {f"R{number}": {"Type": each} for number, each in enumerate(types)}
    (stage / "template.json").write_text(json.dumps({"Resources": resources}))
    nested = {
        "type": "cdk:cloud-assembly",
        "properties": {"directoryName": "assembly-dev", "displayName": "dev"},
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"assembly-dev": nested}}))
    return tmp_path


def ids(stacks: Any) -> list[str]:
    return [each.id for each in stacks]


def test_each_stack_comes_after_those_it_needs(assembly: Path) -> None:
    stacks = read_stacks(assembly, "dev")
    assert ids(stacks) == ["registry", "network", "platform", "hello"]
    assert stacks[1] == Stack(
        id="network",
        path="dev/network",
        name="dev-network",
        template=stacks[1].template,
        tags={"owner": "team"},
        bootstrap=6,
        needs=[],
    )
    assert stacks[3].needs == ["registry", "platform"]


def test_one_stack_brings_along_what_it_needs(assembly: Path) -> None:
    stacks = read_stacks(assembly, "dev")
    assert ids(with_needed(stacks, "platform")) == ["network", "platform"]
    assert ids(with_needed(stacks, "registry")) == ["registry"]
    with pytest.raises(OperateError, match="no stack 'shop'"):
        with_needed(stacks, "shop")


def test_an_environment_that_the_app_does_not_make(assembly: Path) -> None:
    with pytest.raises(OperateError, match="holds no environment production"):
        read_stacks(assembly, "production")


def test_custom_resources_are_one_type(assembly: Path) -> None:
    assert resource_types(read_stacks(assembly, "dev")) == {
        "AWS::S3::Bucket",
        "AWS::CloudFormation::CustomResource",
    }
