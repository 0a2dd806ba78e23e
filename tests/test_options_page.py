"""The two generated pages say what there is to set, and the docstrings describe all of it."""

import importlib.util
import sys
from types import ModuleType
from typing import Any

import pytest

import ecs_platform
from environments import model
from tests.synthesis import ROOT


def _options() -> ModuleType:
    spec = importlib.util.spec_from_file_location("options", ROOT / "docs" / "options.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["options"] = module
    spec.loader.exec_module(module)
    return module


options = _options()
every_page = pytest.mark.parametrize("page", options.PAGES, ids=lambda page: page.name)
LIBRARY, MODEL = (page.public() for page in options.PAGES)


@every_page
def test_the_page_is_the_one_that_the_sources_make(page: Any) -> None:
    assert page.file.read_text(encoding="utf-8") == page.text(), "run: make options"


def test_every_public_name_is_there() -> None:
    assert sorted(LIBRARY) == sorted(ecs_platform.__all__)
    assert sorted(MODEL) == sorted(model.__all__)


@every_page
def test_everything_says_what_it_is_and_describes_every_argument(page: Any) -> None:
    public = page.public()
    assert [name for name, found in public.items() if not found.docstring] == []
    wrong = {
        name: (passed, told)
        for name, found in public.items()
        if (passed := {each.name for each in options.arguments(found)})
        != (told := set(options.described(found)))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("page", "name", "row"),
    [
        (0, "NativeCanary", "| `percent` | `int` |  | "),
        (0, "Nat", "| `ONE_PER_ZONE` | `'one_per_zone'` |"),
        (0, "Service", "| `exec_enabled` | `bool` | `False` | Whether people may run commands in its tasks."),
        (0, "CodeDeployBlueGreen", "| `hooks` | `Mapping[str, lambda_.IFunction]` | `{}` | Functions that"),
        (0, "ContainerOptions", "`protocol`, `essential`, "),
        (1, "ServiceSettings", "| `image` | `SourceImage \\| RegistryImage \\| PublicImage` |  | "),
        (1, "ProductionEnvironment", "| `account` | "),
        (1, "NativeLinear", "| `bake_minutes` | "),
        (1, "Placeholder", "| `fill_in` | `str` |"),
    ],
)
def test_what_a_row_looks_like(page: int, name: str, row: str) -> None:
    section = options.PAGES[page].text().partition(f"### {name}\n")[2].partition("\n### ")[0]
    assert row in section


def test_a_place_in_the_tree_is_nobodys_argument_and_a_field_of_that_name_is() -> None:
    passed = {name: {each.name for each in options.arguments(found)} for name, found in LIBRARY.items()}
    assert not {"scope", "id_"} & passed["Service"]
    assert "scope" in passed["DockerVolume"]
    assert "id_" in passed["GitHubRepository"]
