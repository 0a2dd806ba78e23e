"""docs/from-copilot.md names every field of the manifests, and no option that is not here."""

import inspect
import re
from typing import get_args

import pydantic
import pytest

import ecs_platform as library
from environments import model
from tests.synthesis import ROOT

PAGE = (ROOT / "docs" / "from-copilot.md").read_text()
# Of all four kinds, from the last version of https://aws.github.io/copilot-cli/docs/manifest/overview/
FIELDS = set((ROOT / "tests" / "copilot_fields.txt").read_text().split())


def _options_of(name: str) -> set[str]:
    """The arguments of everything of this name, in environments/ and in the library."""
    found: set[str] = set()
    for room in (model, library):
        kind = getattr(room, name, None)
        if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel):
            found |= set(kind.model_fields)
        elif kind is not None:
            for parameter in inspect.signature(kind.__init__).parameters.values():
                rest = get_args(parameter.annotation) if parameter.kind is parameter.VAR_KEYWORD else ()
                found |= {parameter.name} | {name for each in rest for name in each.__annotations__}
    return found


def _named_on_the_page() -> list[tuple[str, str]]:
    calls = re.findall(r"(?<![.\w])([A-Z]\w+)\(([^()]*)\)", PAGE)
    # CDK's own, in the column of what to do where there is nothing.
    return [(name, arguments) for name, arguments in calls if name != "SqsSubscription"]


@pytest.mark.parametrize(("name", "arguments"), sorted(set(_named_on_the_page())))
def test_every_option_named_is_real(name: str, arguments: str) -> None:
    options = _options_of(name)
    assert options, f"there is no {name}"
    named = set(re.findall(r"(\w+)=", arguments))
    assert named <= options, f"{name} has no {', '.join(sorted(named - options))}"


def test_every_service_of_aws_named_is_real() -> None:
    named = set(re.findall(r"AwsService\.(\w+)", PAGE))
    assert named
    assert named <= {service.name for service in library.AwsService}


def test_every_field_of_the_manifests_is_on_the_page() -> None:
    mapped = {
        field
        for line in PAGE.splitlines()
        if line.startswith("| `")
        for field in re.findall(r"`([\w.]+)`", line.split(" | ")[0])
    }
    assert not FIELDS - mapped


def test_every_command_named_is_a_target_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z -]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", PAGE))
    assert named
    assert named <= {word for target in targets for word in target.split()}


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", PAGE))))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / "docs" / link).exists()
