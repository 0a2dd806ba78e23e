"""How tests synthesize: with the feature flags of cdk.json, and without template validation."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsii_node

# Before the first import of aws_cdk, which reads it once: 2.2 s of every process otherwise. One gate runs
# with validation on, see tests/policy.
os.environ["CDK_VALIDATION"] = "false"
os.environ.update(jsii_node.variables())
# Tests talk to embedded AWSs alone: a profile that the user has chosen would only be looked up in vain.
os.environ.pop("AWS_PROFILE", None)

import aws_cdk as cdk

from environments.model import Environment

ROOT = Path(__file__).resolve().parent.parent
# The CDK CLI alone reads cdk.json; without this, tests and `cdk synth` would see different templates.
FEATURE_FLAGS: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]

Templates = Mapping[str, dict[str, Any]]


def new_app() -> cdk.App:
    """An empty app, as app.py makes it."""
    return cdk.App(context=FEATURE_FLAGS, analytics_reporting=False)


def synthesize(environment: Environment) -> Templates:
    """The templates of an environment by the stack's name in it, such as "network"."""
    from stacks.environment_stage import (
        EnvironmentStage,  # only for tests that need it: the library stands alone
    )

    stage = EnvironmentStage(new_app(), environment=environment)
    return {stack.hierarchical_id.partition("/")[2]: stack.template for stack in stage.synth().stacks}
