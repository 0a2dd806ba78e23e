"""service/requirements.txt: everything pinned, and as the checks of this project use it."""

import re
from importlib.metadata import requires
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

from tests.service.process import SERVICE

ROOT = SERVICE.parent
# The image's Python; see the Dockerfile.
IMAGE = {
    **{name: str(value) for name, value in default_environment().items()},
    "python_version": "3.13",
    "python_full_version": "3.13.0",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "extra": "",
}


def read_pins(path: Path) -> dict[str, str]:
    """Name and version of every line; what is no such line is left out."""
    lines = path.read_text().splitlines()
    found = (re.fullmatch(r"([a-z0-9-]+)==([0-9.]+)(?: ;.*)?", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


PINS = read_pins(SERVICE / "requirements.txt")


def test_every_line_is_a_pin_and_nothing_else() -> None:
    lines = (SERVICE / "requirements.txt").read_text().splitlines()
    assert lines == [f"{name}=={version}" for name, version in PINS.items()]


def test_the_tests_run_with_the_versions_of_the_image() -> None:
    checked = read_pins(ROOT / "requirements-dev.txt")
    assert PINS
    assert {name: checked.get(name) for name in PINS} == PINS


def test_all_that_the_packages_need_is_pinned_and_no_more() -> None:
    needed: set[str] = set()
    ahead = list(read_pins(SERVICE / "requirements.in"))
    while ahead:
        name = ahead.pop()
        if name not in needed:
            needed.add(name)
            for text in requires(name) or []:
                requirement = Requirement(text)
                if requirement.marker is None or requirement.marker.evaluate(IMAGE):
                    ahead.append(requirement.name.replace("_", "-").lower())
    assert needed == set(PINS)


def test_what_is_asked_for_is_what_is_pinned() -> None:
    asked = read_pins(SERVICE / "requirements.in")
    assert set(asked) == {"starlette", "uvicorn"}
    assert asked.items() <= PINS.items()
