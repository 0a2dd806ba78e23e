"""The environments of this project. What a fork is told to change breaks nothing here."""

import pytest

from environments import ENVIRONMENTS, FOLDER, load_environments
from environments.__main__ import main
from environments.loading.files import load
from environments.model import ProductionEnvironment


def test_every_file_is_listed():
    values = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "__main__"}
    assert values == {name.replace("-", "_") for name in ENVIRONMENTS}


def test_all_are_valid():
    assert tuple(environment.name for environment in load_environments()) == ENVIRONMENTS


def test_production_is_held_to_its_rules():
    kinds = {environment.name: type(environment) for environment in load_environments()}
    if "production" not in kinds:
        pytest.skip("a fork without it")
    assert kinds["production"] is ProductionEnvironment


def test_dev_deploys_wherever_the_credentials_point():
    dev = next((environment for environment in load_environments() if environment.name == "dev"), None)
    if dev is None:
        pytest.skip("a fork without it")
    assert dev.account is None
    assert main(["check", "dev"]) == 0


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_placeholders_keep_an_environment_from_being_deployed(capsys, name):
    unfilled = load(ENVIRONMENTS, FOLDER).unfilled[name]
    assert main(["check", name]) == (2 if unfilled else 0)
    assert all(each.field in capsys.readouterr().err for each in unfilled[:1])
