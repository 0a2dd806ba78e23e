"""What every test shares: template validation off (one gate runs it, see tests/policy) and the feature flags."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Before the first import of aws_cdk, which reads it once: 2.2 s of every process otherwise.
os.environ["CDK_VALIDATION"] = "false"

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

ROOT = Path(__file__).resolve().parent.parent
# The CDK CLI alone reads cdk.json; without this, tests and `cdk synth` would see different templates.
FEATURE_FLAGS: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]


@pytest.fixture
def app() -> cdk.App:
    """An empty app with the feature flags of cdk.json."""
    return cdk.App(context=FEATURE_FLAGS, analytics_reporting=False)


@pytest.fixture
def stack(app: cdk.App) -> cdk.Stack:
    """A stack in a concrete account and region, as staging and production have them."""
    return cdk.Stack(app, "stack", env=cdk.Environment(account="111122223333", region="eu-central-1"))


@pytest.fixture
def template(stack: cdk.Stack) -> Callable[[], Template]:
    """Synthesizes the `stack` fixture when called, after the test has filled it."""
    return lambda: Template.from_stack(stack)
