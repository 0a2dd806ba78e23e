"""The gate: CDK's own template rules as errors, cfn-lint, and the same bytes everywhere."""

import json
import shutil
import subprocess
from pathlib import Path

from environments import load_environments
from tests.policy.app_run import Synthesized, run_app
from tests.synthesis import ROOT


def test_synth_passes_every_rule(synthesized: Synthesized) -> None:
    assert synthesized.returncode == 0, synthesized.output
    report = json.loads((synthesized.outdir / "validation-report.json").read_text())
    (plugin,) = report["pluginReports"]
    assert plugin["pluginName"] == "CloudFormation Validate"
    assert plugin["violations"] == []


def test_synth_warns_of_nothing(synthesized: Synthesized) -> None:
    assert "warning" not in synthesized.output.lower()


def test_every_environment_is_there(synthesized: Synthesized) -> None:
    shipped = {environment.name for environment in load_environments()}
    assert {path.name.removeprefix("assembly-") for path in synthesized.outdir.glob("assembly-*")} == shipped


def test_cfn_lint_has_nothing_to_say(synthesized: Synthesized) -> None:
    assert len(synthesized.templates) >= 12
    done = subprocess.run(
        ["cfn-lint", "--", *map(str, synthesized.templates)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_no_listener_rule_of_cloudformations_own_anywhere(synthesized: Synthesized) -> None:
    for path in synthesized.templates:
        types = {resource["Type"] for resource in json.loads(path.read_text())["Resources"].values()}
        assert "AWS::ElasticLoadBalancingV2::ListenerRule" not in types, path.name


def test_the_same_bytes_twice_on_another_path_and_by_a_plain_node(
    synthesized: Synthesized, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "a" / "rather" / "different" / "place"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, elsewhere / name)
    again = run_app(elsewhere, tmp_path / "cdk.out", validation=False, node="node")
    assert again.returncode == 0, again.output

    def written(run: Synthesized) -> dict[str, bytes]:
        kinds = ("*.template.json", "*.assets.json")
        return {
            str(path.relative_to(run.outdir)): path.read_bytes()
            for kind in kinds
            for path in run.outdir.rglob(kind)
        }

    assert written(again) == written(synthesized)
