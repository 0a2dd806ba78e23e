import zoneinfo
from collections.abc import Iterator

import pytest

from ecs_platform.jobs.schedule import Cron, OneTime
from ecs_platform.problem import ConfigurationError

NIGHTLY = "0 2 * * ? *"


@pytest.fixture
def no_database() -> Iterator[None]:
    """A machine without time zones, such as Windows without the package tzdata."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([])
    zoneinfo.ZoneInfo.clear_cache()
    yield
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache()


@pytest.mark.parametrize(
    "name", ["UTC", "Etc/UTC", "Etc/GMT+5", "Europe/Berlin", "America/Argentina/Ushuaia"]
)
def test_zones_that_exist(name: str) -> None:
    assert Cron(fields=NIGHTLY, time_zone=name).time_zone == name


@pytest.mark.parametrize("name", ["Europe/Berln", "europe/berlin"])
def test_a_zone_that_nearly_exists_is_named(name: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Cron(fields=NIGHTLY, time_zone=name)
    assert refused.value.problem == f'There is no time zone "{name}".'
    assert refused.value.allowed == "a name of the IANA database, such as Europe/Berlin."
    assert refused.value.where == "Cron(time_zone=...)"


@pytest.mark.parametrize(
    "name",
    [
        "Europe",
        "UTC+2",
        "CEST",
        "",
        "+02:00",
        "../etc/passwd",
        "/etc/localtime",
        "Europe/Berlin\n",
        "posix/Europe/Berlin",
        "right/Europe/Berlin",
        "posixrules",
        "localtime",
        "Factory",
    ],
)
def test_zones_that_do_not_exist(name: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Cron(fields=NIGHTLY, time_zone=name)
    assert refused.value.problem == f'There is no time zone "{name}".'


def test_a_name_longer_than_eventbridge_takes() -> None:
    with pytest.raises(
        ConfigurationError, match=r"has 51 characters\. Allowed: a name of at most 50 characters\."
    ):
        Cron(fields=NIGHTLY, time_zone="A" * 51)


@pytest.mark.usefixtures("no_database")
def test_without_a_database_the_form_is_looked_at() -> None:
    assert Cron(fields=NIGHTLY, time_zone="Europe/Atlantis")
    assert Cron(fields=NIGHTLY)
    assert OneTime(at="2027-03-28T02:30:00", time_zone="Europe/Berlin")
    with pytest.raises(ConfigurationError, match='no time zone "two o\'clock"'):
        Cron(fields=NIGHTLY, time_zone="two o'clock")
