"""The workflows: right in form, audited, pinned, and with no more rights than they need."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from environments import ENVIRONMENTS
from stacks.account_stack import MAX_SESSION_HOURS
from tests.github.workflows import FILES, FOLDER, ROOT, jobs, read, steps

every_job = pytest.mark.parametrize(("file", "name", "job"), jobs(), ids=lambda value: str(value)[:30])
every_step = pytest.mark.parametrize(("place", "step"), steps(), ids=lambda value: str(value)[:40])

# Read in the actions' own repositories; the version says which release a commit is of.
PINNED = {
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/setup-python": ("5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"),
    "aws-actions/configure-aws-credentials": ("e6de054238d6b7531b4efff3b6587d9aade6a06c", "v6.2.3"),
}
CREDENTIALS = "aws-actions/configure-aws-credentials@"


def audit(*paths: Path) -> subprocess.CompletedProcess[str]:
    """zizmor at its strictest, without the network."""
    return subprocess.run(
        ["zizmor", "--offline", "--no-progress", "--persona=auditor", "--format=plain", *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )


def in_form(*paths: Path) -> subprocess.CompletedProcess[str]:
    """The schema of workflows, as check-jsonschema brings it along."""
    return subprocess.run(
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_zizmor_finds_nothing() -> None:
    done = audit(FOLDER)
    assert done.returncode == 0, done.stdout
    assert "No findings" in done.stdout
    assert all(f"completed {path}" in done.stderr for path in FILES)


def test_all_are_in_form() -> None:
    done = in_form(*FILES)
    assert done.returncode == 0, done.stdout


Broken = Callable[[str, str, str], Path]


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    """A workflow with one thing changed."""

    def write(name: str, old: str, new: str) -> Path:
        text = (FOLDER / name).read_text()
        assert old in text
        path = tmp_path / ".github" / "workflows" / name
        path.parent.mkdir(parents=True)
        path.write_text(text.replace(old, new, 1))
        return path

    return write


@pytest.mark.parametrize(
    ("name", "old", "new", "rule"),
    [
        ("checks.yml", f"checkout@{PINNED['actions/checkout'][0]} # v7.0.1", "checkout@v7", "unpinned-uses"),
        ("checks.yml", "persist-credentials: false", "persist-credentials: true", "artipacked"),
        ("checks.yml", "permissions: {}\n", "permissions: write-all\n", "excessive-permissions"),
        ("checks.yml", "run: .ci/run", "run: echo '${{ github.head_ref }}'", "template-injection"),
        ("checks.yml", "  pull_request:\n", "  pull_request_target:\n", "dangerous-triggers"),
        (
            "promote.yml",
            "      id-token: write # ",
            "      id-token: write\n      #",
            "undocumented-permissions",
        ),
        ("deploy-dev.yml", "      group: deploy-dev\n      cancel-in-progress: false\n", "", "concurrency"),
    ],
)
def test_the_audit_would_see_it(name: str, old: str, new: str, rule: str, broken: Broken) -> None:
    done = audit(broken(name, old, new))
    assert done.returncode != 0
    assert rule in done.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    runs-on: ubuntu-24.04\n", ""),
        ("permissions: {}", "permissions: {contents: everything}"),
        ("timeout-minutes: 30", "timeout-minutes: soon"),
    ],
)
def test_the_schema_would_see_it(old: str, new: str, broken: Broken) -> None:
    assert in_form(broken("checks.yml", old, new)).returncode != 0


@every_step
def test_actions_are_pinned_to_the_commits_of_their_releases(place: str, step: dict[str, Any]) -> None:
    if "uses" in step:
        action, _, commit = step["uses"].partition("@")
        assert (action, commit) == (action, PINNED[action][0]), place


def test_the_version_stands_beside_every_commit() -> None:
    for path in FILES:
        for action, commit, comment in re.findall(r"uses: (\S+)@(\S+)(.*)", path.read_text()):
            assert (commit, comment) == (PINNED[action][0], f" # {PINNED[action][1]}"), path.name


@every_job
def test_a_job_ends_and_has_the_rights_it_names(file: str, name: str, job: dict[str, Any]) -> None:
    assert read(FOLDER / file)["permissions"] == {}
    assert 0 < job["timeout-minutes"] <= MAX_SESSION_HOURS * 60
    rights = {"contents": "read"}
    if "environment" in job:
        rights["id-token"] = "write"
    assert job["permissions"] == rights


@every_job
def test_only_a_job_behind_an_environment_gets_credentials(file: str, name: str, job: dict[str, Any]) -> None:
    uses = [step.get("uses", "") for step in job["steps"]]
    assert any(each.startswith(CREDENTIALS) for each in uses) == ("environment" in job)
    assert job.get("environment", ENVIRONMENTS[0]) in ("dev", "staging", "production")


@every_job
def test_packages_are_installed_before_there_are_credentials(
    file: str, name: str, job: dict[str, Any]
) -> None:
    first = [
        position for position, step in enumerate(job["steps"]) if step.get("uses", "").startswith(CREDENTIALS)
    ]
    setup = [position for position, step in enumerate(job["steps"]) if step.get("run") == "make setup"]
    if first:
        assert setup
        assert setup[0] < first[0]


@every_step
def test_a_session_is_no_longer_than_the_role_allows(place: str, step: dict[str, Any]) -> None:
    seconds = int(step.get("with", {}).get("role-duration-seconds", 3600))
    assert seconds <= MAX_SESSION_HOURS * 3600


@every_step
def test_no_key_and_no_secret_is_used(place: str, step: dict[str, Any]) -> None:
    assert "secrets." not in str(step), place
    assert "access-key" not in str(step), place


@every_step
def test_expressions_never_stand_in_a_script(place: str, step: dict[str, Any]) -> None:
    assert "${{" not in step.get("run", ""), place


def test_checks_run_without_credentials_on_every_pull_request() -> None:
    checks = read(FOLDER / "checks.yml")
    assert checks["on"] == {"pull_request": None}
    assert [step["run"] for step in checks["jobs"]["test"]["steps"] if "run" in step] == [".ci/run"]


def test_dev_follows_main_once_the_checks_have_passed() -> None:
    workflow = read(FOLDER / "deploy-dev.yml")
    assert workflow["on"] == {"push": {"branches": ["main"]}}
    deploy = workflow["jobs"]["deploy"]
    assert (deploy["needs"], deploy["environment"]) == ("checks", "dev")
    command = ".venv/bin/python -m operate deploy dev --yes --wait-for-old-tasks"
    assert deploy["steps"][-1]["run"] == command


def test_promotion_goes_through_staging_to_production_with_the_digests_of_dev() -> None:
    workflow = read(FOLDER / "promote.yml")
    assert workflow["on"] == {"workflow_dispatch": None}
    found = workflow["jobs"]
    assert {name: (job.get("needs"), job["environment"]) for name, job in found.items()} == {
        "images": (None, "dev"),
        "staging": ("images", "staging"),
        "production": ("staging", "production"),
    }
    for name, before in (("staging", "images"), ("production", "staging")):
        (copy,) = [step for step in found[name]["steps"] if step.get("id") == "copy"]
        (release,) = [step for step in found[name]["steps"] if "promotion.py release" in step.get("run", "")]
        assert copy["env"]["IMAGES"] == f"${{{{ needs.{before}.outputs.images }}}}"
        assert release["env"]["IMAGES"] == "${{ steps.copy.outputs.images }}"
        assert found[name]["outputs"] == {"images": "${{ steps.copy.outputs.images }}"}


@every_job
def test_a_deployment_is_never_cut_short_by_the_next(file: str, name: str, job: dict[str, Any]) -> None:
    if "environment" in job:
        assert job["concurrency"]["cancel-in-progress"] is False
    if any("operate deploy" in step.get("run", "") for step in job["steps"]):
        assert job["concurrency"]["group"] == f"deploy-{job['environment']}"


@pytest.mark.parametrize("name", ["deploy-dev.yml", "promote.yml"])
def test_nothing_deploys_before_a_fork_says_so(name: str) -> None:
    first = next(job for job in read(FOLDER / name)["jobs"].values() if "environment" in job)
    assert "vars.DEPLOY == 'true'" in first["if"]


def test_what_the_workflows_call_is_there() -> None:
    for _, step in steps():
        for script in re.findall(r"\S*\.github/\w+\.py|\.ci/\w+", step.get("run", "")):
            assert (ROOT / script.removeprefix("head/")).is_file()
        for words in re.findall(r"-m operate (\S+) (.*)", step.get("run", "")):
            assert_accepted(*words)
        for target in re.findall(r"\bmake (?:-C head )?([a-z-]+)", step.get("run", "")):
            assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def assert_accepted(command: str, words: str) -> None:
    """The command line takes it, environment and options."""
    from typer.main import get_command

    from operate import cli

    root = get_command(cli.app)
    known = root.commands[command]
    with known.make_context(command, words.split(), resilient_parsing=False) as context:
        assert context.params["environment"] in ENVIRONMENTS
