"""Two jobs, for tests of stacks and commands: one with everything, one with the image of a service."""

from typing import Any

from environments.loading.check import check
from environments.model import (
    Environment,
    JobSchedule,
    JobSettings,
    RegistryImage,
    Retry,
    ServiceImage,
    SsmParameter,
)

REPORT = JobSettings(
    name="report",
    image=RegistryImage(tag="1.2"),
    cpu=512,
    memory_mib=1024,
    architecture="X86_64",
    command=("python", "-m", "report"),
    environment={"COLOR": "red"},
    secrets={"KEY": SsmParameter(name="/report/key")},
    retired=(SsmParameter(name="/report/old"),),
    schedules=(
        JobSchedule(name="nightly", expression="cron(0 2 * * ? *)", time_zone="Europe/Berlin"),
        JobSchedule(
            name="often",
            expression="rate(5 minutes)",
            command=("python", "-m", "quick"),
            retry=Retry(attempts=2, max_age_seconds=120),
            flexible_window_minutes=3,
            enabled=False,
        ),
        JobSchedule(name="once", expression="at(2027-01-31T18:30:00)", time_zone="Europe/Berlin"),
    ),
    stop_timeout_seconds=90,
)
# Runs the image of the service, which is the usual thing.
SEED = JobSettings(name="seed", image=ServiceImage(service="hello"), cpu=256, memory_mib=512)


def with_jobs(environment: Environment, *jobs: JobSettings, **fields: Any) -> Environment:
    """The environment with these jobs, validated."""
    written = environment.model_copy(update={"jobs": jobs, **fields})
    checked = check(written, "x")
    assert checked.valid is not None, [str(each) for each in checked.mistakes]
    return checked.valid
