"""The stack of an account under the rules that every other stack passes: cdk-nag, and cfn-lint."""

import contextlib
import json
import subprocess
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks

from environments.model import GitHub
from stacks.account_stack import account_stacks
from tests.synthesis import new_app

GITHUB = GitHub(
    repository="octo-org/octo-repo",
    owner_id=123456,
    repository_id=456789,
    region="eu-central-1",
    promotion=("first", "second"),
)


@pytest.fixture(scope="module")
def assembly(environments) -> Path:
    """Two environments: one that names its account, one that does not."""
    shipped = next(iter(environments.values()))
    two = [
        shipped.model_copy(update={"name": name, "account": account})
        for name, account in (("first", None), ("second", "222222222222"))
    ]
    app = new_app()
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    account_stacks(app, github=GITHUB, environments=two)
    # A finding makes synth raise after the report is written; the report is what we read.
    with contextlib.suppress(RuntimeError):
        app.synth()
    return Path(app.outdir)


@pytest.fixture(scope="module")
def pack(assembly: Path) -> dict[str, Any]:
    report = json.loads((assembly / "validation-report.json").read_text())
    (found,) = report["pluginReports"]
    return found


def test_nag_finds_nothing(pack: dict[str, Any]) -> None:
    assert pack["violations"] == []


def test_every_wildcard_is_argued_at_its_role_or_policy(pack: dict[str, Any]) -> None:
    assert pack["suppressedViolations"]
    for violation in pack["suppressedViolations"]:
        assert violation["ruleName"].startswith("AwsSolutions-IAM5[Resource::")
        assert len(violation["reason"].split()) >= 8
        # stack/environment/construct at least: never a stack, never all of an environment.
        assert violation["acknowledgedAt"].count("/") >= 2, violation["acknowledgedAt"]


def test_cfn_lint_has_nothing_to_say(assembly: Path) -> None:
    templates = sorted(map(str, assembly.glob("*.template.json")))
    assert len(templates) == 2
    done = subprocess.run(["cfn-lint", "--", *templates], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
