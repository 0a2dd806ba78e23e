"""cdk-nag's AwsSolutions pack over all environments: nothing unacknowledged, and every reason argued."""

import contextlib
import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns
from cdk_nag import AwsSolutionsChecks

from environments import load_environments
from stacks.environment_stage import EnvironmentStage
from tests.synthesis import new_app


def _report(app: cdk.App) -> dict[str, Any]:
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    # A finding makes synth raise after the report is written; the report is what we read.
    with contextlib.suppress(RuntimeError):
        app.synth()
    report = json.loads((Path(app.outdir) / "validation-report.json").read_text())
    (pack,) = [plugin for plugin in report["pluginReports"] if plugin["pluginName"] == "AwsSolutions"]
    return pack


@pytest.fixture(scope="module")
def pack() -> dict[str, Any]:
    app = new_app()
    for environment in load_environments():
        EnvironmentStage(app, environment=environment)
    return _report(app)


def test_no_finding_in_any_environment(pack: dict[str, Any]) -> None:
    assert pack["violations"] == []


def test_every_acknowledgement_argues_and_names_one_construct(pack: dict[str, Any]) -> None:
    assert pack["suppressedViolations"]
    for violation in pack["suppressedViolations"]:
        assert len(violation["reason"].split()) >= 8, violation["reason"]
        # environment/stack/construct at least: never a stack, never an environment.
        assert violation["acknowledgedAt"].count("/") >= 2, violation["acknowledgedAt"]


def test_a_finding_would_be_seen() -> None:
    app = new_app()
    sns.Topic(cdk.Stack(app, "careless"), "Topic")
    assert [violation["ruleName"] for violation in _report(app)["violations"]] == ["AwsSolutions-SNS3"]
