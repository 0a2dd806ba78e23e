"""What every test may ask for: an app, a stack, its template and findings, and the shipped environments."""

import contextlib
import functools
import gc
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.synthesis import Templates, new_app, synthesize

# isort: split
import aws_cdk as cdk
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks

from environments import load_environments
from environments.model import Environment


def pytest_collection_finish() -> None:
    """Spare the collector what lives as long as the process: aws_cdk and botocore."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture
def app() -> cdk.App:
    """An empty app with the feature flags of cdk.json."""
    return new_app()


@pytest.fixture
def stack(app: cdk.App) -> cdk.Stack:
    """A stack in a concrete account and region, as staging and production have them."""
    return cdk.Stack(app, "stack", env=cdk.Environment(account="111122223333", region="eu-central-1"))


@pytest.fixture
def template(stack: cdk.Stack) -> Callable[[], Template]:
    """Synthesizes the `stack` fixture when called, after the test has filled it."""
    return lambda: Template.from_stack(stack)


@pytest.fixture
def findings(app: cdk.App) -> Callable[[], list[str]]:
    """Synthesizes the app under the AwsSolutions pack; the unacknowledged findings, "rule at path"."""

    def run() -> list[str]:
        cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
        # A finding makes synth raise after the report is written; the report is what we read.
        with contextlib.suppress(RuntimeError):
            app.synth()
        report = json.loads((Path(app.outdir) / "validation-report.json").read_text())
        return [
            f"{violation['ruleName']} at {construct['constructPath']}"
            for plugin in report["pluginReports"]
            for violation in plugin["violations"]
            for construct in violation["violatingConstructs"]
        ]

    return run


@pytest.fixture(scope="session")
def environments() -> Mapping[str, Environment]:
    """The shipped environments by name."""
    return {environment.name: environment for environment in load_environments()}


@pytest.fixture(scope="session")
def templates(environments: Mapping[str, Environment]) -> Callable[[str], Templates]:
    """The templates of a shipped environment; synthesized once a session."""
    return functools.cache(lambda name: synthesize(environments[name]))
