"""What a person and `make deploy` see: exit codes, output, and nothing written."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import environments
from environments import FOLDER, load_environments
from environments.__main__ import main


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the environments."""
    shutil.copytree(FOLDER, tmp_path / "environments", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def python(project: Path, program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", "-c", program], cwd=project, capture_output=True, text=True, check=False
    )


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_mistakes_end_the_process_with_2_before_anything_is_written(project):
    # In all three, so that the rule on sizes is never asked: it would load the library, and the CDK with it.
    for name in ("dev", "staging", "production"):
        replace(project / "environments" / f"{name}.py", "cpu=256", 'cpu="256"')
    replace(project / "environments" / "staging.py", 'name="staging"', 'name="prod"')
    (project / "environments" / "production.py").write_text("ENVIRONMENT = (\n")
    before = set(project.rglob("*"))
    done = python(
        project, "import environments\nenvironments.load_environments()\nopen('cdk.out', 'w').write('never')"
    )
    assert done.returncode == 2
    assert done.stdout == ""
    # The directory of the image is missing in the copy.
    nowhere = (
        "  services[0].image.directory (hello) = 'service'\n"
        "      There is no such directory. Allowed: a directory relative to the project's root.\n"
    )
    assert done.stderr == (
        "environments/dev.py\n"
        f"{nowhere}"
        "  services[0].cpu (hello) = '256'\n"
        "      Not a value for this field. Allowed: a whole number.\n\n"
        "environments/staging.py\n"
        f"{nowhere}"
        "  services[0].cpu (hello) = '256'\n"
        "      Not a value for this field. Allowed: a whole number.\n"
        "  name = 'prod'\n"
        "      An environment is named after its file. Allowed: 'staging'.\n\n"
        "environments/production.py\n"
        "  line 1\n"
        "      SyntaxError: '(' was never closed.\n\n"
        "6 mistakes in 3 files. Nothing was written.\n"
    )
    assert set(project.rglob("*")) == before


def test_naming_the_environments_loads_no_cdk(project):
    done = python(
        project,
        "import sys\nfrom environments.__main__ import main\nmain(['list'])\nprint('aws_cdk' in sys.modules)",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "dev\nstaging\nproduction\nFalse\n", "")


@pytest.fixture
def mistaken(project, monkeypatch) -> str:
    """The report on one mistake, which the environments hold while this fixture is in use."""
    replace(project / "environments" / "dev.py", "cpu=256", "cpu=300")
    for module in (environments, sys.modules["environments.__main__"]):
        monkeypatch.setattr(module, "FOLDER", project / "environments")
    return (
        "environments/dev.py\n"
        "  services[0].cpu (hello) = 300\n"
        "      Fargate has no task with 300 CPU units. Allowed: 256, 512, 1024, 2048, 4096, 8192, 16384, "
        "32768 CPU units (1024 are one vCPU).\n\n"
        "1 mistake. Nothing was written.\n"
    )


def test_loading_ends_with_the_report(capsys, mistaken):
    with pytest.raises(SystemExit) as end:
        load_environments()
    assert end.value.code == 2
    assert capsys.readouterr() == ("", mistaken)


def test_a_mistake_in_one_environment_keeps_every_other_from_being_deployed(capsys, mistaken):
    assert main(["check", "production"]) == 2
    assert capsys.readouterr() == ("", mistaken)


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
