"""The GitHub settings: what they refuse, in one report with the environments' mistakes."""

import sys

import pytest

import environments
from environments.__main__ import main
from environments.loading.files import load
from environments.loading.report import report
from environments.model import GitHub

NAMES = ("one", "two", "three")


def a_github(**changes):
    fields = {
        "repository": "octo-org/octo-repo",
        "owner_id": 123456,
        "repository_id": 456789,
        "region": "eu-central-1",
        "promotion": ["one", "two"],
    }
    return GitHub(**{name: value for name, value in (fields | changes).items() if value is not ...})


@pytest.fixture
def refused(folder):
    def run(**changes):
        loaded = load(NAMES, folder, a_github(**changes))
        assert (loaded.github is None) == bool(loaded.mistakes)
        return [f"{each.file} {each.field}: {each.problem} {each.allowed}" for each in loaded.mistakes]

    return run


def test_valid_settings(folder):
    loaded = load(NAMES, folder, a_github(provider_exists_in=["111111111111"]))
    assert loaded.mistakes == ()
    assert loaded.github is not None
    assert loaded.github.promotion == ("one", "two")
    assert loaded.github.provider_exists_in == ("111111111111",)


def test_none_is_no_github(folder):
    assert load(NAMES, folder).github is None


def test_a_repository_from_before_the_numbers(refused):
    assert refused(owner_id=None, repository_id=None) == []


def test_an_account_of_the_credentials_may_have_the_provider(refused, edit):
    account = 'account=Placeholder("000000000000", "The account of one.")'
    edit("one", (account, 'account=None, bootstrap_qualifier="one"'))
    assert refused(provider_exists_in=[None]) == []


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        (
            {"repository": "octo-org"},
            "GITHUB.repository: Not the name of a repository. "
            "owner and repository, such as 'octo-org/octo-repo'.",
        ),
        (
            {"repository": "octo-org/*"},
            "GITHUB.repository: Not the name of a repository. "
            "owner and repository, such as 'octo-org/octo-repo'.",
        ),
        ({"owner_id": 0}, "GITHUB.owner_id: Outside the range. 1 or more."),
        ({"owner_id": "123456"}, "GITHUB.owner_id: Not a value for this field. a whole number or None."),
        ({"region": ...}, "GITHUB.region: Missing. text."),
        ({"region": "frankfurt"}, "GITHUB.region: Not a region. a code such as 'eu-central-1'."),
        (
            {"repository_id": ...},
            "GITHUB.repository_id: A subject claim holds both numbers or neither. "
            "the number, or None for both.",
        ),
        (
            {"owner_id": ...},
            "GITHUB.owner_id: A subject claim holds both numbers or neither. the number, or None for both.",
        ),
        (
            {"promotion": ["one", "two", "one"]},
            "GITHUB.promotion[2]: promotion[0] is this environment too. each environment once.",
        ),
        (
            {"promotion": ["one", "four"]},
            "GITHUB.promotion[1]: There is no such environment. 'one', 'two', 'three'.",
        ),
        (
            {"provider_exists_in": ["333333333333"]},
            "GITHUB.provider_exists_in[0]: No environment is in this account. "
            "'000000000000', '111111111111', '222222222222'.",
        ),
        (
            {"provider_exists_in": [None]},
            "GITHUB.provider_exists_in[0]: No environment is in this account. "
            "'000000000000', '111111111111', '222222222222'.",
        ),
        (
            {"promotions": []},
            "GITHUB.promotions: GitHub has no such field. Did you mean promotion? "
            "repository, owner_id, repository_id, region, provider_exists_in, promotion.",
        ),
    ],
)
def test_what_is_refused(refused, changes, mistake):
    assert refused(**changes) == [f"environments/__init__.py {mistake}"]


@pytest.mark.parametrize("written", ["octo-org/octo-repo", 1, {"repository": "octo-org/octo-repo"}])
def test_what_is_no_settings(folder, written):
    [mistake] = load(NAMES, folder, written).mistakes
    assert str(mistake) == (
        f"  GITHUB = {written!r}\n      Not a repository on GitHub. Allowed: GITHUB = GitHub(...) or None."
    )


def test_all_mistakes_of_all_files_at_once(folder, edit):
    edit("two", ("keep_images=10", "keep_images=0"))
    github = a_github(repository="octo-org", owner_id=..., promotion=["one", "four"])
    assert report(load(NAMES, folder, github).mistakes) == (
        "environments/two.py\n"
        "  registry.keep_images = 0\n"
        "      Outside the range. Allowed: 2 to 10,000 images.\n\n"
        "environments/__init__.py\n"
        "  GITHUB.repository = 'octo-org'\n"
        "      Not the name of a repository. Allowed: owner and repository, such as 'octo-org/octo-repo'.\n"
        "  GITHUB.owner_id = None\n"
        "      A subject claim holds both numbers or neither. Allowed: the number, or None for both.\n"
        "  GITHUB.promotion[1] = 'four'\n"
        "      There is no such environment. Allowed: 'one', 'two', 'three'.\n\n"
        "4 mistakes in 2 files. Nothing was written.\n"
    )


@pytest.fixture
def project(folder, monkeypatch):
    """The tests' files in place of the project's, and a mistake in its GitHub settings."""
    for module in (environments, sys.modules["environments.__main__"]):
        monkeypatch.setattr(module, "FOLDER", folder)
        monkeypatch.setattr(module, "ENVIRONMENTS", NAMES)
        monkeypatch.setattr(module, "GITHUB", a_github(promotion=["four"]))


@pytest.mark.parametrize("run", [lambda: main(["check", "one"]), environments.load_environments])
@pytest.mark.usefixtures("project")
def test_nothing_is_synthesized_or_deployed_with_a_mistake_in_it(run, capsys):
    with pytest.raises(SystemExit) as end:
        raise SystemExit(run())
    assert end.value.code == 2
    assert capsys.readouterr() == (
        "",
        "environments/__init__.py\n  GITHUB.promotion[0] = 'four'\n"
        "      There is no such environment. Allowed: 'one', 'two', 'three'.\n\n"
        "1 mistake. Nothing was written.\n",
    )


def test_valid_settings_are_handed_to_the_app(folder, monkeypatch):
    monkeypatch.setattr(environments, "FOLDER", folder)
    monkeypatch.setattr(environments, "ENVIRONMENTS", NAMES)
    monkeypatch.setattr(environments, "GITHUB", a_github())
    loaded = environments.load_all()
    assert [each.name for each in loaded.environments] == list(NAMES)
    assert loaded.github is not None
    assert loaded.github.repository == "octo-org/octo-repo"
