"""A job that every rule accepts, with what a test changes."""

from typing import Any

from environments.model import JobSchedule, JobSettings, ServiceImage

NIGHTLY = JobSchedule(name="nightly", expression="cron(0 2 * * ? *)", time_zone="Europe/Berlin")


def a_job(**fields: Any) -> JobSettings:
    return JobSettings(
        **{"name": "report", "image": ServiceImage(service="shop"), "cpu": 256, "memory_mib": 512, **fields}
    )
