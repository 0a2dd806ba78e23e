"""What a person and `make deploy` see: exit codes, output, and nothing written."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import environments
from environments import ENVIRONMENTS, FOLDER, load_environments
from environments.__main__ import main

REPORT = """\
environments/one.py
  services[0].cpu (hello) = '256'
      Not a value for this field. Allowed: a whole number.

environments/two.py
  services[0].cpu (hello) = '256'
      Not a value for this field. Allowed: a whole number.
  name = 'other'
      An environment is named after its file. Allowed: 'two'.

environments/three.py
  line 1
      SyntaxError: '(' was never closed.

4 mistakes in 3 files. Nothing was written.
"""


@pytest.fixture
def use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands read the tests' files."""
    for module in (environments, sys.modules["environments.__main__"]):
        monkeypatch.setattr(module, "FOLDER", folder)
        monkeypatch.setattr(module, "ENVIRONMENTS", ("one", "two", "three"))


@pytest.fixture
def mistaken(folder: Path, edit: Callable[..., None]) -> None:
    """Three files with the mistakes of REPORT."""
    # A wrong size would load the library and the CDK with it; a wrong type is refused before.
    edit("one", ("cpu=256", 'cpu="256"'))
    edit("two", ("cpu=256", 'cpu="256"'), ('name="two"', 'name="other"'))
    (folder / "three.py").write_text("ENVIRONMENT = (\n")


def python(directory: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", "-c", "\n".join(lines)],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.usefixtures("mistaken")
def test_mistakes_end_the_process_with_2_before_anything_is_written(folder):
    package = folder.parent / "project" / "environments"
    shutil.copytree(FOLDER, package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(folder, package, dirs_exist_ok=True)
    before = set(package.parent.rglob("*"))
    done = python(
        package.parent,
        "import environments",
        "environments.ENVIRONMENTS = ('one', 'two', 'three')",
        "environments.load_environments()",
        "open('cdk.out', 'w').write('too late')",
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", REPORT)
    assert set(package.parent.rglob("*")) == before


def test_naming_the_environments_loads_no_cdk():
    done = python(
        FOLDER.parent,
        "import sys",
        "from environments.__main__ import main",
        "main(['list'])",
        "print('aws_cdk' in sys.modules)",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == [*ENVIRONMENTS, "False"]


@pytest.mark.usefixtures("use", "mistaken")
def test_loading_ends_with_the_report(capsys):
    with pytest.raises(SystemExit) as end:
        load_environments()
    assert end.value.code == 2
    assert capsys.readouterr() == ("", REPORT)


@pytest.mark.usefixtures("use", "mistaken")
def test_a_mistake_in_one_environment_keeps_every_other_from_being_deployed(capsys):
    assert main(["check", "one"]) == 2
    assert capsys.readouterr() == ("", REPORT)


@pytest.mark.usefixtures("use")
def test_check_of_an_environment_that_can_be_deployed(capsys, edit):
    edit("two", ('Placeholder("111111111111", "The account of two.")', '"111111111111"'))
    assert main(["check", "two"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("use")
def test_check_names_the_file_and_the_placeholders(capsys, edit):
    edit("two", ('owner="team"', 'owner=Placeholder("team", "Who answers.")'))
    assert main(["check", "two"]) == 2
    assert capsys.readouterr() == (
        "",
        "environments/two.py\n"
        "  account = '111111111111'\n"
        "      The account of two.\n"
        "  tags.owner = 'team'\n"
        "      Who answers.\n\n"
        "2 placeholders to fill in before two can be deployed: write the value in place of "
        "Placeholder(...).\n",
    )


@pytest.mark.parametrize("name", ["four", ""])
@pytest.mark.usefixtures("use")
def test_check_of_an_environment_that_does_not_exist(capsys, name):
    assert main(["check", name]) == 2
    assert capsys.readouterr() == (
        "",
        f"There is no environment {name!r}.\nNext: one of: one, two, three.\n",
    )


@pytest.mark.usefixtures("use")
def test_check_of_an_environment_that_was_written_and_not_listed(capsys, folder):
    (folder / "prod_eu.py").write_text("")
    assert main(["check", "prod-eu"]) == 2
    assert capsys.readouterr().err == (
        "There is no environment 'prod-eu'.\n"
        'Next: add "prod-eu" to ENVIRONMENTS in environments/__init__.py: environments/prod_eu.py is there, '
        "and not listed.\n"
    )
