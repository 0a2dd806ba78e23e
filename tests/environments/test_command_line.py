"""What a person and `make deploy` see: exit codes, output, and nothing written."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from environments import FOLDER
from environments.__main__ import main

LOAD = "import environments; print([each.name for each in environments.load_environments()])"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the environments with what they refer to."""
    shutil.copytree(FOLDER, tmp_path / "environments", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "Dockerfile").write_text("FROM scratch\n")
    return tmp_path


def python(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", *arguments], cwd=project, capture_output=True, text=True, check=False
    )


def files(project: Path) -> set[Path]:
    return set(project.rglob("*"))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_valid_environments_load_without_the_cdk(project):
    before = files(project)
    done = python(project, "-c", f"{LOAD}; import sys; print('aws_cdk' in sys.modules)")
    assert (done.returncode, done.stdout, done.stderr) == (0, "['dev', 'staging', 'production']\nFalse\n", "")
    assert files(project) == before


def test_mistakes_end_with_2_and_without_a_traceback(project):
    replace(project / "environments" / "dev.py", "cpu=256", "cpu=300")
    replace(project / "environments" / "staging.py", 'name="staging"', 'name="prod"')
    before = files(project)
    done = python(project, "-c", f"{LOAD}")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "environments/dev.py\n"
        "  services[0].cpu (hello) = 300\n"
        "      Fargate has no task with 300 CPU units. Allowed: 256, 512, 1024, 2048, 4096, 8192, 16384, "
        "32768 CPU units (1024 are one vCPU).\n\n"
        "environments/staging.py\n"
        "  name = 'prod'\n"
        "      An environment is named after its file. Allowed: 'staging'.\n\n"
        "2 mistakes in 2 files. Nothing was written.\n"
    )
    assert files(project) == before
    assert python(project, "-m", "environments", "check", "production").stderr == done.stderr


def test_a_broken_file_is_no_traceback_either(project):
    (project / "environments" / "dev.py").write_text("ENVIRONMENT = (\n")
    done = python(project, "-m", "environments", "check", "dev")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "environments/dev.py\n"
        "  line 1\n"
        "      SyntaxError: '(' was never closed.\n\n"
        "1 mistake. Nothing was written.\n"
    )


def test_list(capsys):
    assert main(["list"]) == 0
    assert capsys.readouterr().out == "dev\nstaging\nproduction\n"


def test_check_of_an_environment_that_can_be_deployed(capsys):
    assert main(["check", "dev"]) == 0
    assert capsys.readouterr() == ("", "")


def test_check_names_the_file_and_the_placeholders(capsys):
    assert main(["check", "staging"]) == 2
    assert capsys.readouterr() == (
        "",
        "environments/staging.py\n"
        "  account = '111111111111'\n"
        "      The 12 digits of the account that staging lives in.\n"
        "  load_balancer.https.domain_name = 'staging.example.com'\n"
        "      The name that users of staging type.\n"
        "  load_balancer.https.hosted_zone_id = 'Z00000000000000000000'\n"
        "      The id of the Route 53 zone that holds the name.\n"
        "  load_balancer.https.hosted_zone_name = 'example.com'\n"
        "      The name of that zone.\n\n"
        "4 placeholders to fill in before staging can be deployed: "
        "write the value in place of Placeholder(...).\n",
    )


@pytest.mark.parametrize("name", ["prod", ""])
def test_check_of_an_environment_that_does_not_exist(capsys, name):
    assert main(["check", name]) == 2
    assert capsys.readouterr() == (
        "",
        f"There is no environment {name!r}. Those that exist: dev, staging, production.\n",
    )
