"""What would break everything else without a word."""

import subprocess
import sys
from pathlib import Path

import constructs

ROOT = Path(__file__).resolve().parent.parent


def test_the_source_root_does_not_shadow_the_package_constructs() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists(), (
        "it would shadow the package that aws_cdk imports"
    )
    assert "site-packages" in Path(constructs.__file__).parts


def test_no_test_folder_is_called_constructs() -> None:
    assert not (ROOT / "tests" / "constructs").exists()


def test_the_library_knows_nothing_of_this_projects_environments_and_stacks() -> None:
    for source in (ROOT / "constructs").rglob("*.py"):
        text = source.read_text()
        for room in ("environments", "stacks", "operate", "rehearsal", "costs"):
            assert f"from {room}" not in text, f"{source.name} imports {room}"
            assert f"import {room}" not in text, f"{source.name} imports {room}"


def test_synth_reads_no_clock_no_git_and_no_environment_variable() -> None:
    for room in ("constructs", "stacks", "environments"):
        for source in (ROOT / room).rglob("*.py"):
            if {"rule_function", "functions"} & set(source.parts):
                continue  # runs in AWS, not in synth
            text = source.read_text()
            for word in ("os.environ", "getenv", "datetime.now", "time.time", "subprocess", ".from_lookup("):
                assert word not in text, f"{source.relative_to(ROOT)} uses {word}"


def test_pinned_files_record_no_address() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "package-lock.json"):
        assert "://" not in (ROOT / name).read_text(), f"{name} records where it was fetched from"


def test_what_deploys_is_what_is_tested() -> None:
    deploy = set((ROOT / "requirements.txt").read_text().split())
    assert deploy <= set((ROOT / "requirements-dev.txt").read_text().split()), "run: make pins"


def test_nothing_talks_to_node_while_python_loads() -> None:
    # app.py starts the validation engine meanwhile, and two who talk at once get each other's answers.
    done = subprocess.run(
        [sys.executable, "-c", _COUNT_CALLS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()) == (0, []), done.stdout + done.stderr


_COUNT_CALLS = """
import traceback
import aws_cdk
from jsii._kernel.providers import process

def send(self, request, response_type, talk=process._NodeProcess.send):
    print(next(f for f in reversed(traceback.extract_stack()) if "ecs_platform" in f.filename or
               "stacks" in f.filename or "environments" in f.filename))
    return talk(self, request, response_type)

process._NodeProcess.send = send
import environments, stacks.account_stack, stacks.environment_stage
environments.load_all()
"""
