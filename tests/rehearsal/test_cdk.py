"""The CLI: a failure shows the resource, its type and the reason, or what the app said."""

import json
from pathlib import Path
from typing import Any

import pytest

from rehearsal.cdk import Cdk, CdkError
from rehearsal.server import EmbeddedAws
from tests.rehearsal.templates import log_group, template


def assembly(folder: Path, **stacks: dict[str, Any]) -> Path:
    """A cloud assembly written by hand: what an app writes, without the seconds one takes."""
    artifacts: dict[str, Any] = {}
    for name, text in stacks.items():
        (folder / f"{name}.json").write_text(json.dumps(text))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://unknown-account/eu-central-1",
            "properties": {"templateFile": f"{name}.json"},
        }
    (folder / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    return folder


def test_a_failed_deployment_names_resource_type_and_reason(server: EmbeddedAws, tmp_path: Path) -> None:
    twice = template({"First": log_group(LogGroupName="g"), "Second": log_group(LogGroupName="g")})
    cdk = Cdk(server, assembly=assembly(tmp_path, broken=twice), project=tmp_path)
    assert "[+] AWS::Logs::LogGroup Second" in cdk.diff("broken").log
    with pytest.raises(CdkError) as raised:
        cdk.deploy("broken")

    assert str(raised.value).splitlines() == [
        "cdk deploy broken failed.",
        "  broken/Second (AWS::Logs::LogGroup) CREATE_FAILED",
        "    The specified log group already exists (Service: CreateLogGroup, Code: "
        "ResourceAlreadyExistsException)",
        "  broken/broken (AWS::CloudFormation::Stack) CREATE_FAILED",
        "    The following resource(s) failed to create: [Second].",
    ]
    assert "failed to deploy" in raised.value.log


def test_a_failed_app_shows_what_it_said(tmp_path: Path) -> None:
    app = """python -c 'raise SystemExit("zones: two at least")'"""
    # Not started: synthesizing needs no AWS.
    cdk = Cdk(EmbeddedAws(), assembly=tmp_path / "out", project=tmp_path, app=app)
    with pytest.raises(CdkError, match="zones: two at least"):
        cdk.synth()
