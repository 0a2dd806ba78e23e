"""The bootstrap of an environment: its qualifier, and that no other environment of the account shares it."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

from collections.abc import Mapping
from pathlib import Path

import pytest

from environments.loading.files import load
from environments.model import Environment

NAMES = ("one", "two", "three")
LINE = '    region="eu-central-1",\n'


def qualified(qualifier: str) -> tuple[str, str]:
    return LINE, f'{LINE}    bootstrap_qualifier="{qualifier}",\n'


def refused(folder: Path, field: str) -> list[tuple[str, str, str | None]]:
    found = load(NAMES, folder).mistakes
    return [(each.file, each.problem, each.allowed) for each in found if each.field == field]


@pytest.mark.parametrize("qualifier", ["a", "prod", "1234567890"])
def test_qualifiers(folder, edit, qualifier):
    edit("one", qualified(qualifier))
    assert refused(folder, "bootstrap_qualifier") == []


@pytest.mark.parametrize(
    ("qualifier", "problem", "allowed"),
    [
        ("Prod", "Not a qualifier of a bootstrap.", "lower-case letters and digits."),
        ("prod-eu", "Not a qualifier of a bootstrap.", "lower-case letters and digits."),
        ("", "Not a qualifier of a bootstrap.", "lower-case letters and digits."),
        ("12345678901", "11 characters are too many.", "lower-case letters and digits; at most 10."),
        (
            "hnb659fds",
            "The standard bootstrap has this one, with rights to everything.",
            "another one, or None for the standard bootstrap.",
        ),
    ],
)
def test_what_is_no_qualifier(folder, edit, qualifier, problem, allowed):
    edit("one", qualified(qualifier))
    assert refused(folder, "bootstrap_qualifier") == [("environments/one.py", problem, allowed)]


def test_environments_of_different_accounts_may_share_a_qualifier(folder, edit):
    for name in NAMES:
        edit(name, qualified("mine"))
    assert refused(folder, "bootstrap_qualifier") == []


@pytest.mark.parametrize("qualifier", ["mine", None])
def test_environments_of_one_account_may_not(folder, qualifier):
    account = "111122223333"
    for name in ("one", "three"):
        file = folder / f"{name}.py"
        text = file.read_text()
        start = text.index("account=")
        text = f'{text[:start]}account="{account}",\n{text[text.index("    region=") :]}'
        file.write_text(text.replace(*qualified(qualifier)) if qualifier else text)
    assert refused(folder, "bootstrap_qualifier") == [
        (
            "environments/three.py",
            f"environments/one.py may be in the same account and has {qualifier or 'hnb659fds'} too: each could deploy the other.",
            "a qualifier of its own for each environment of an account.",
        )
    ]


def test_an_environment_without_an_account_may_meet_any_other(folder):
    file = folder / "one.py"
    text = file.read_text()
    file.write_text(text[: text.index("account=")] + "account=None,\n" + text[text.index("    region=") :])
    assert [each[0] for each in refused(folder, "bootstrap_qualifier")] == [
        "environments/two.py",
        "environments/three.py",
    ]


def test_no_environments_name_begins_with_anothers(folder, tmp_path):
    (folder / "one_eu.py").write_text(
        (folder / "two.py").read_text().replace('"two"', '"one-eu"').replace("two.", "one-eu.")
    )
    found = load(("one", "one-eu", "three"), folder).mistakes
    assert [(each.file, each.problem, each.allowed) for each in found if each.field == "name"] == [
        (
            "environments/one_eu.py",
            "With environments/one.py, 'one-...' would stand for what belongs to either.",
            "names that do not begin with another's and a hyphen, such as 'oneeu'.",
        )
    ]


def test_the_boundary_is_named_after_the_qualifier(environments: Mapping[str, Environment]) -> None:
    boundaries = {each.bootstrap_qualifier: each.permissions_boundary for each in environments.values()}
    assert boundaries.pop(None, None) is None
    assert boundaries
    assert boundaries == {qualifier: f"cdk-{qualifier}-boundary" for qualifier in boundaries}
