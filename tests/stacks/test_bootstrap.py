"""Stacks use the bootstrap that the environment names, and every role carries its boundary."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from environments import ENVIRONMENTS
from environments.model import Environment
from stacks.environment_stage import EnvironmentStage
from tests.synthesis import Templates, new_app

every_environment = pytest.mark.parametrize("name", ENVIRONMENTS)


def roles(templates: Templates) -> list[dict[str, Any]]:
    return [
        resource["Properties"]
        for template in templates.values()
        for resource in template["Resources"].values()
        if resource["Type"] in {"AWS::IAM::Role", "AWS::IAM::User"}
    ]


@every_environment
def test_parameters_roles_and_assets_carry_the_qualifier(
    name: str, environments: Mapping[str, Environment]
) -> None:
    environment = environments[name]
    qualifier = environment.bootstrap_qualifier or "hnb659fds"
    place = f"{environment.account or '${AWS::AccountId}'}-{environment.region}"
    assembly = EnvironmentStage(new_app(), environment=environment).synth()
    found: list[str] = []
    for stack in assembly.stacks:
        version = stack.template["Parameters"]["BootstrapVersion"]
        assert version["Default"] == f"/cdk-bootstrap/{qualifier}/version"
        assert stack.assume_role_arn.endswith(f":role/cdk-{qualifier}-deploy-role-{place}")
        execution = stack.cloud_formation_execution_role_arn
        assert execution.endswith(f":role/cdk-{qualifier}-cfn-exec-role-{place}")
        assert f"cdk-{qualifier}-assets-{place}" in stack.stack_template_asset_object_url
        buckets = re.findall(r"cdk-(\w+)-assets", json.dumps(stack.template))
        assert set(buckets) <= {qualifier}
        found += buckets
    # The code of functions and the source of the image.
    assert len(found) >= 3


@every_environment
def test_every_role_carries_the_boundary_if_there_is_one(
    name: str, environments: Mapping[str, Environment], templates: Callable[[str], Templates]
) -> None:
    found = roles(templates(name))
    boundary = environments[name].permissions_boundary
    # The helpers' too: functions of custom resources, image builds, flow logs.
    assert len(found) >= 8
    for role in found:
        carried = role.get("PermissionsBoundary")
        assert carried is None if boundary is None else f"policy/{boundary}" in json.dumps(carried)
