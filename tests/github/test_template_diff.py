"""The summary of a pull request: what changes in the templates, as the CDK CLI tells it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.github.script import load
from tests.github.workflows import ROOT

SCRIPT = ROOT / ".github" / "template_diff.py"
# Stands in for an app of CDK's: writes the assembly that it finds beside itself.
APP = """\
import json, os, pathlib, sys
assert pathlib.Path(os.environ["PYTHONPATH"]) == pathlib.Path("constructs").resolve()
assert json.loads(os.environ["CDK_CONTEXT_JSON"]) == {"flag": True}
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir()
artifacts = {}
for path, template in json.loads(pathlib.Path("templates.json").read_text()).items():
    name = path.replace("/", "-")
    (out / f"{name}.json").write_text(json.dumps(template))
    artifacts[name] = {
        "type": "aws:cloudformation:stack", "environment": "aws://unknown-account/eu-central-1",
        "properties": {"templateFile": f"{name}.json"}, "displayName": path,
        # Each stands on the one before, as stacks do: they are compared one by one all the same.
        "dependencies": list(artifacts)[-1:],
    }
(out / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
"""


def template(cpu: str) -> dict[str, Any]:
    return {"Resources": {"Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"Cpu": cpu}}}}


def checkout(folder: Path, templates: Mapping[str, Any], app: str = APP) -> Path:
    (folder / "constructs").mkdir(parents=True)
    (folder / "app.py").write_text(app)
    (folder / "cdk.json").write_text('{"app": "python app.py", "context": {"flag": true}}')
    (folder / "templates.json").write_text(json.dumps(templates))
    return folder


def run(base: Path, head: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """As the workflow runs it: from outside, and without credentials."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, SCRIPT, str(base), str(head)],
        env=clean | {"PYTHONPATH": str(ROOT), "AWS_EC2_METADATA_DISABLED": "true"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_changed_what_came_and_what_went(tmp_path: Path) -> None:
    base = checkout(tmp_path / "base", {"dev/b": template("256"), "dev/a": template("256"), "dev/c": {}})
    head = checkout(tmp_path / "head", {"dev/b": template("256"), "dev/a": template("512"), "dev/d": {}})
    done = run(base, head)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[2:7] == [
        "| stack | |",
        "|---|---|",
        "| `dev/d` | new, 0 resources |",
        "| `dev/c` | gone, had 0 resources |",
        "| `dev/a` | changed |",
    ]
    assert "### dev/a" in lines
    assert "[~] AWS::ECS::TaskDefinition Task replace" in done.stdout
    assert "[+] 512" in done.stdout
    assert "dev/b" not in done.stdout


def test_nothing_changed(tmp_path: Path) -> None:
    same = {"dev/a": template("256"), "dev/b": {}}
    done = run(checkout(tmp_path / "base", same), checkout(tmp_path / "head", same))
    assert (done.returncode, done.stdout) == (
        0,
        "## Templates\n\nNo template changes: 2 stacks are as they were.\n",
    )


def test_a_change_that_cannot_be_synthesized_fails_and_says_why(tmp_path: Path) -> None:
    base = checkout(tmp_path / "base", {})
    head = checkout(tmp_path / "head", {}, app="raise SystemExit('2 mistakes. Nothing was written.')")
    done = run(base, head)
    assert (done.returncode, done.stdout) == (
        1,
        "## Templates\n\nThis change cannot be synthesized.\n\n"
        "```\n2 mistakes. Nothing was written.\n\n```\n",
    )


def test_a_base_that_cannot_be_synthesized_is_no_fault_of_the_change(tmp_path: Path) -> None:
    base = checkout(tmp_path / "base", {}, app="import a_package_of_then")
    done = run(base, checkout(tmp_path / "head", {"dev/a": template("256")}))
    assert done.returncode == 0
    assert "No comparison: what was there before cannot be synthesized" in done.stdout
    assert "No module named 'a_package_of_then'" in done.stdout


@pytest.mark.parametrize(
    ("text", "fenced"),
    [
        ("plain", "```\nplain\n```"),
        ("a\n```\n## b", "````\na\n```\n## b\n````"),
        ("`````", "``````\n`````\n``````"),
    ],
)
def test_nothing_in_a_template_ends_its_fence(text: str, fenced: str) -> None:
    assert load("template_diff").fenced(text) == fenced


def test_what_github_would_not_show_is_cut() -> None:
    script = load("template_diff")
    assert script.cut("short") == "short"
    cut = script.cut("x" * (script.MOST_CHARACTERS + 1))
    assert len(cut) < 1024 * 1024
    assert cut.endswith("The rest is too long to be shown here: `make diff` has it all.\n")


def test_a_whole_report_is_cut_too(monkeypatch: pytest.MonkeyPatch) -> None:
    script = load("template_diff")
    monkeypatch.setattr(script, "difference", lambda *_: "x" * (script.MOST_CHARACTERS + 1))
    before, after = SimpleNamespace(template={}, resources=0), SimpleNamespace(template={"a": 1}, resources=0)
    said = script.report({"dev/hello": before}, {"dev/hello": after}, Path())
    assert len(said) < 1024 * 1024
    assert "`make diff` has it all" in said
