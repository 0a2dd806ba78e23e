"""How many tasks, and how a new version takes over."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import pytest

from environments.model import AllAtOnce, Canary, Linear, Scaling, ScheduledCapacity

SCALING = "services[0].scaling"


def test_bounds_in_order(mistakes):
    assert mistakes({f"{SCALING}.min_tasks": 4}) == []
    assert mistakes({f"{SCALING}.min_tasks": 5}) == [
        "services[0].scaling.min_tasks (shop): Above max_tasks, 4. Allowed: 1 to 4, or a larger max_tasks."
    ]


def test_something_scales(mistakes):
    assert mistakes({SCALING: Scaling(min_tasks=2, max_tasks=2)}) == []
    assert mistakes({SCALING: Scaling(min_tasks=2, max_tasks=3, requests_per_minute_per_task=1)}) == []
    assert mistakes({SCALING: Scaling(min_tasks=2, max_tasks=3)}) == [
        "services[0].scaling.max_tasks (shop): Nothing would ever scale beyond min_tasks, 2. Allowed: the same number, or a target beside it: cpu_percent, memory_percent, requests_per_minute_per_task or schedules."
    ]


@pytest.mark.parametrize(
    "expression", ["cron(0 8 ? * MON-FRI *)", "rate(1 hour)", "rate(15 minutes)", "at(2026-12-24T18:00:00)"]
)
def test_schedules(mistakes, expression):
    night = ScheduledCapacity(name="night", expression=expression, time_zone="Europe/Berlin", min_tasks=0)
    assert mistakes({f"{SCALING}.schedules": [night]}) == []


@pytest.mark.parametrize(
    "expression", ["0 8 * * *", "cron(0 8 * * *)", "rate(0 hours)", "at(tomorrow)", "rate(1 hour"]
)
def test_schedules_of_another_form(mistakes, expression):
    night = ScheduledCapacity(name="night", expression=expression, min_tasks=1)
    assert mistakes({f"{SCALING}.schedules": [night]}) == [
        "services[0].scaling.schedules[0].expression (shop, night): Not a schedule of Application Auto Scaling. Allowed: cron(0 8 ? * MON-FRI *), that is minutes to year, rate(1 day) or at(2026-12-24T18:00:00)."
    ]


@pytest.mark.parametrize(
    ("expression", "refusals"),
    [
        (
            "cron(60 24 ? * MON-FRI *)",
            [
                'The cron expression\'s minutes "60" is no value. Allowed: minutes: 0 to 59 with , - * /.',
                'The cron expression\'s hours "24" is no value. Allowed: hours: 0 to 23 with , - * /.',
            ],
        ),
        (
            "cron(0 8 * * MON *)",
            [
                'The cron expression\'s day of month is "*", its day of week "MON". Allowed: ? for exactly one of the two.'
            ],
        ),
        (
            "at(2027-02-30T18:30:00)",
            [
                '"2027-02-30T18:30:00" is no time of the form yyyy-mm-ddThh:mm:ss. Allowed: a local time that exists, such as "2027-01-31T18:30:00".'
            ],
        ),
    ],
)
def test_schedules_at_a_time_that_there_is_not(mistakes, expression, refusals):
    night = ScheduledCapacity(name="night", expression=expression, min_tasks=1)
    field = "services[0].scaling.schedules[0].expression (shop, night)"
    assert mistakes({f"{SCALING}.schedules": [night]}) == [f"{field}: {refusal}" for refusal in refusals]


def test_a_bound_that_a_schedule_leaves_out_is_what_another_has_made_of_it(mistakes):
    morning = ScheduledCapacity(name="morning", expression="cron(0 8 * * ? *)", max_tasks=20)
    busy = ScheduledCapacity(name="busy", expression="cron(0 9 * * ? *)", min_tasks=10)
    assert mistakes({f"{SCALING}.schedules": [morning, busy]}) == []


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "Europe", "../etc/passwd", ""])
def test_time_zones(mistakes, zone):
    night = ScheduledCapacity(name="night", expression="rate(1 day)", time_zone=zone, min_tasks=1)
    assert mistakes({f"{SCALING}.schedules": [night]}) == [
        "services[0].scaling.schedules[0].time_zone (shop, night): Not a time zone. Allowed: an IANA name, such as 'Europe/Berlin'."
    ]


@pytest.mark.parametrize(
    ("bounds", "refusal"),
    [
        ({}, " (shop, x): The schedule changes neither bound. Allowed: min_tasks, max_tasks or both."),
        (
            {"min_tasks": 5},
            ".min_tasks (shop, x): From then on at least 5 and at most 4 tasks would run. Allowed: bounds that do not cross; give both where both change.",
        ),
        (
            {"max_tasks": 0},
            ".max_tasks (shop, x): From then on at least 1 and at most 0 tasks would run. Allowed: bounds that do not cross; give both where both change.",
        ),
        ({"min_tasks": 0, "max_tasks": 0}, None),
        ({"min_tasks": 5, "max_tasks": 8}, None),
    ],
)
def test_bounds_of_a_schedule(mistakes, bounds, refusal):
    schedule = ScheduledCapacity(name="x", expression="rate(1 day)", **bounds)
    expected = [] if refusal is None else [f"services[0].scaling.schedules[0]{refusal}"]
    assert mistakes({f"{SCALING}.schedules": [schedule]}) == expected


def test_schedules_have_names_of_their_own(mistakes):
    same = [ScheduledCapacity(name="x", expression="rate(1 day)", min_tasks=n) for n in (1, 2)]
    assert mistakes({f"{SCALING}.schedules": same}) == [
        "services[0].scaling.schedules[1].name (shop): schedules[0] has this name too. Allowed: a name of its own for each schedule."
    ]


def test_a_schedule_raises_the_number_of_addresses(mistakes):
    sale = ScheduledCapacity(name="sale", expression="rate(1 day)", max_tasks=2500)
    refused = mistakes({f"{SCALING}.schedules": [sale]})
    assert len(refused) == 2
    assert "5,024 are needed: 5,000 for the share of 5,000 tasks (the 2,500 that" in refused[0]


@pytest.mark.parametrize(
    "traffic",
    [
        AllAtOnce(),
        Canary(percent=1, minutes=2880),
        Canary(percent=99, minutes=1),
        Linear(percent=10, minutes=320),
        Linear(percent=99, minutes=2880),
        Linear(percent=50, minutes=2880),
    ],
)
def test_traffic(mistakes, traffic):
    assert mistakes({"services[0].deployment.traffic": traffic}) == []


@pytest.mark.parametrize(
    ("traffic", "refusal"),
    [
        (
            Canary(percent=100, minutes=5),
            "percent (shop): Outside the range. Allowed: 1 to 99 percent; 100 is AllAtOnce().",
        ),
        (
            Canary(percent=10, minutes=0),
            "minutes (shop): Outside the range. Allowed: 1 to 2,880 minutes (two days).",
        ),
        (
            Canary(percent=10, minutes=2881),
            "minutes (shop): Outside the range. Allowed: 1 to 2,880 minutes (two days).",
        ),
        (
            Linear(percent=0, minutes=5),
            "percent (shop): Outside the range. Allowed: 1 to 99 percent; 100 is AllAtOnce().",
        ),
        (
            Linear(percent=10, minutes=321),
            "minutes (shop): 9 waits between steps of 10 percent take 2,889 minutes. Allowed: up to 320 here, 2,880 (two days) in all.",
        ),
    ],
)
def test_traffic_refused(mistakes, traffic, refusal):
    assert mistakes({"services[0].deployment.traffic": traffic}) == [
        f"services[0].deployment.traffic.{refusal}"
    ]


@pytest.mark.parametrize(("minutes", "accepted"), [(0, True), (2880, True), (-1, False), (2881, False)])
def test_termination_wait(mistakes, minutes, accepted):
    field = "services[0].deployment.termination_wait_minutes"
    refusal = f"{field} (shop): Outside the range. Allowed: 0 to 2,880 minutes (two days)."
    assert mistakes({field: minutes}) == ([] if accepted else [refusal])
