from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_platform.jobs.retry import Retry
from ecs_platform.jobs.schedule import Cron, OneTime, Rate
from ecs_platform.problem import ConfigurationError

RATES = 'a number above 0 and its unit: "1 minute", "5 minutes", "1 hour", "7 days".'


@pytest.mark.parametrize(
    "every", ["1 minute", "5 minutes", "15 minutes", "1 hour", "2 hours", "1 day", "7 days"]
)
def test_rates_that_aws_shows(every: str) -> None:
    rate = Rate(every=every)
    assert rate.expression == f"rate({every})"
    assert rate.time_zone == "UTC"


@pytest.mark.parametrize(
    ("every", "problem"),
    [
        ("1 hours", 'The rate "1 hours" is spelled "1 hour".'),
        ("5 hour", 'The rate "5 hour" is spelled "5 hours".'),
        ("0 minutes", 'A rate of "0 minutes" has no time between two runs.'),
        ("0 minute", 'A rate of "0 minute" has no time between two runs.'),
        ("-1 minutes", '"-1 minutes" is no rate.'),
        ("1.5 hours", '"1.5 hours" is no rate.'),
        ("05 minutes", '"05 minutes" is no rate.'),
        ("5  minutes", '"5  minutes" is no rate.'),
        ("5 minutes\n", '"5 minutes\n" is no rate.'),
        ("5 Minutes", '"5 Minutes" is no rate.'),
        ("30 seconds", '"30 seconds" is no rate.'),
        ("1 week", '"1 week" is no rate.'),
        ("rate(5 minutes)", '"rate(5 minutes)" is no rate.'),
        ("٣ minutes", '"٣ minutes" is no rate.'),
        ("", '"" is no rate.'),
    ],
)
def test_rates_that_eventbridge_refuses(every: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Rate(every=every)
    assert refused.value.problem == problem
    assert refused.value.allowed == RATES
    assert refused.value.where == "Rate(every=...)"


@given(st.integers(0, 10_000), st.sampled_from(["minute", "hour", "day"]), st.booleans())
def test_a_rate_is_above_0_and_its_unit_agrees(count: int, unit: str, plural: bool) -> None:
    every = f"{count} {unit}{'s' if plural else ''}"
    if count > 0 and plural is (count > 1):
        assert Rate(every=every).expression == f"rate({every})"
    else:
        with pytest.raises(ConfigurationError):
            Rate(every=every)


def test_once() -> None:
    once = OneTime(at="2027-01-31T18:30:00", time_zone="Europe/Berlin")
    assert once.expression == "at(2027-01-31T18:30:00)"
    assert once.time_zone == "Europe/Berlin"
    assert OneTime(at="2028-02-29T00:00:00").time_zone == "UTC"


@pytest.mark.parametrize(
    "at",
    [
        "2027-01-31",
        "2027-01-31 18:30:00",
        "2027-01-31T18:30",
        "2027-01-31T18:30:00Z",
        "2027-01-31T18:30:00+01:00",
        "2027-01-31T18:30:00.000",
        "27-01-31T18:30:00",
        "2027-13-01T00:00:00",
        "2027-02-29T00:00:00",
        "2027-01-31T24:00:00",
        "2027-01-31T23:60:00",
        "2027-01-31T23:59:60",
        "9999-12-31T23:59:59",
        "at(2027-01-31T18:30:00)",
        "2027-01-31T18:30:00\n",
        "",
    ],
)
def test_a_time_of_another_form_or_none_at_all(at: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        OneTime(at=at, time_zone="America/Los_Angeles")
    assert refused.value.problem == f'"{at}" is no time of the form yyyy-mm-ddThh:mm:ss.'
    assert refused.value.allowed == 'a local time that exists, such as "2027-01-31T18:30:00".'
    assert refused.value.where == "OneTime(at=...)"


def test_a_time_that_clocks_skip() -> None:
    with pytest.raises(ConfigurationError, match="Clocks in Europe/Berlin skip 2027-03-28T02:30:00, and"):
        OneTime(at="2027-03-28T02:30:00", time_zone="Europe/Berlin")
    assert OneTime(at="2027-03-28T02:30:00")
    assert OneTime(at="2027-03-28T03:00:00", time_zone="Europe/Berlin")
    # Twice is not never.
    assert OneTime(at="2027-10-31T02:30:00", time_zone="Europe/Berlin")


def test_a_wrong_time_and_a_wrong_zone_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        OneTime(at="tomorrow", time_zone="Berlin")
    assert refused.value.where == "OneTime(time_zone=...) OneTime(at=...)"


def test_a_cron_keeps_its_zone() -> None:
    assert Cron(fields="0 2 * * ? *").time_zone == "UTC"
    assert Cron(fields="0 2 * * ? *", time_zone="Asia/Kolkata").time_zone == "Asia/Kolkata"


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 60), (185, 86_400)])
def test_a_retry_at_the_edges(attempts: int, seconds: int) -> None:
    retry = Retry(attempts=attempts, max_age_seconds=seconds)
    assert (retry.attempts, retry.max_age_seconds) == (attempts, seconds)


@pytest.mark.parametrize(
    ("field", "value", "bounds"),
    [
        ("attempts", -1, "0 to 185"),
        ("attempts", 186, "0 to 185"),
        ("max_age_seconds", 59, "60 to 86400"),
        ("max_age_seconds", 86_401, "60 to 86400"),
    ],
)
def test_a_retry_beyond_the_edges(field: str, value: int, bounds: str) -> None:
    options: dict[str, Any] = {field: value}
    with pytest.raises(ConfigurationError) as refused:
        Retry(**options)
    assert refused.value.problem == f"{field} is {value}."
    assert refused.value.allowed == f"{field} of {bounds}."
    assert refused.value.where == f"Retry({field}=...)"


def test_both_numbers_of_a_retry_are_said_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Retry(attempts=186, max_age_seconds=59)
    assert refused.value.problem == "attempts is 186. max_age_seconds is 59."
