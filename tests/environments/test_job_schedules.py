"""When a job starts by itself."""
# ruff: noqa: E501 - sentences stand in one line, where a search finds them

import pytest

from environments.model import JobSchedule, Retry
from tests.environments.jobs import NIGHTLY, a_job


@pytest.mark.parametrize(
    ("schedule", "refusals"),
    [
        (
            {"expression": "0 2 * * *"},
            [
                ".expression (report, nightly): Not a schedule of EventBridge Scheduler. Allowed: cron(0 2 * * ? *), that is minutes to year, rate(5 minutes) or at(2027-01-31T18:30:00)."
            ],
        ),
        (
            {"expression": "cron(0 2 * * *)"},
            [
                '.expression (report, nightly): The cron expression "0 2 * * *" has 5 fields. Allowed: six: minutes, hours, day of month, month, day of week, year; such as "0 2 * * ? *".'
            ],
        ),
        (
            {"expression": "cron(60 24 * * ? *)"},
            [
                '.expression (report, nightly): The cron expression\'s minutes "60" is no value. Allowed: minutes: 0 to 59 with , - * /.',
                '.expression (report, nightly): The cron expression\'s hours "24" is no value. Allowed: hours: 0 to 23 with , - * /.',
            ],
        ),
        (
            {"expression": "cron(0 2 * * * *)"},
            [
                '.expression (report, nightly): The cron expression\'s day of month is "*", its day of week "*". Allowed: ? for exactly one of the two.'
            ],
        ),
        (
            {"expression": "rate(1 minutes)"},
            [
                '.expression (report, nightly): The rate "1 minutes" is spelled "1 minute". Allowed: a number above 0 and its unit: "1 minute", "5 minutes", "1 hour", "7 days".'
            ],
        ),
        (
            {"expression": "rate(1 day)", "time_zone": "Europe/Berlin"},
            [
                ".time_zone (report, nightly): A rate counts from the deployment on, and no clock of a zone changes it. Allowed: a rate without time_zone, or cron(...) for a time of day."
            ],
        ),
        (
            {"expression": "at(2027-02-30T18:30:00)"},
            [
                '.expression (report, nightly): "2027-02-30T18:30:00" is no time of the form yyyy-mm-ddThh:mm:ss. Allowed: a local time that exists, such as "2027-01-31T18:30:00".'
            ],
        ),
        (
            {"expression": "at(2027-03-28T02:30:00)", "time_zone": "Europe/Berlin"},
            [
                '.expression (report, nightly): Clocks in Europe/Berlin skip 2027-03-28T02:30:00, and EventBridge would skip the task. Allowed: a local time that exists, such as "2027-01-31T18:30:00".'
            ],
        ),
        (
            # Each mistake once, although the library's own value would say the second one too.
            {"expression": "at(tomorrow)", "time_zone": "Europe/Berlim"},
            [
                '.expression (report, nightly): "tomorrow" is no time of the form yyyy-mm-ddThh:mm:ss. Allowed: a local time that exists, such as "2027-01-31T18:30:00".',
                '.time_zone (report, nightly): There is no time zone "Europe/Berlim". Allowed: a name of the IANA database, such as Europe/Berlin.',
            ],
        ),
        (
            {"flexible_window_minutes": 1441},
            [".flexible_window_minutes (report, nightly): Outside the range. Allowed: 1 to 1,440 minutes."],
        ),
        (
            {"retry": Retry(attempts=186, max_age_seconds=59)},
            [
                ".retry.attempts (report, nightly): Outside the range. Allowed: 0 to 185.",
                ".retry.max_age_seconds (report, nightly): Outside the range. Allowed: 60 to 86,400 seconds.",
            ],
        ),
    ],
)
def test_schedules_that_eventbridge_refuses(mistakes, schedule, refusals):
    written = JobSchedule(**{"name": "nightly", "expression": "cron(0 2 * * ? *)", **schedule})
    assert mistakes({"jobs": [a_job(schedules=[written])]}) == [
        f"jobs[0].schedules[0]{each}" for each in refusals
    ]


def test_schedules_of_two_jobs_may_not_come_to_one_group(mistakes):
    often, also = (JobSchedule(name=name, expression="rate(5 minutes)") for name in ("a-b", "b"))
    jobs = [a_job(schedules=[NIGHTLY, often]), a_job(name="report-a", schedules=[NIGHTLY, also])]
    assert mistakes({"jobs": jobs}) == [
        "jobs[1].schedules[1].name (report-a): Its group would be called report-a-b, as that of jobs[0].schedules[1]. Allowed: another name for one of the two."
    ]
