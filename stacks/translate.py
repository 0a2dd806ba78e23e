"""An environment's values in the library's and CDK's words. Values only; stacks make the constructs."""

from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_logs as logs

import ecs_platform as library
from environments import model

PROJECT = Path(__file__).resolve().parent.parent

NAT: Mapping[str, library.Nat] = {
    "none": library.Nat.NONE,
    "one": library.Nat.ONE,
    "one_per_zone": library.Nat.ONE_PER_ZONE,
}

# The library and CDK name a retention, people count days.
RETENTION: Mapping[int, logs.RetentionDays] = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    60: logs.RetentionDays.TWO_MONTHS,
    90: logs.RetentionDays.THREE_MONTHS,
    120: logs.RetentionDays.FOUR_MONTHS,
    150: logs.RetentionDays.FIVE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    400: logs.RetentionDays.THIRTEEN_MONTHS,
    545: logs.RetentionDays.EIGHTEEN_MONTHS,
    731: logs.RetentionDays.TWO_YEARS,
    1096: logs.RetentionDays.THREE_YEARS,
    1827: logs.RetentionDays.FIVE_YEARS,
    2192: logs.RetentionDays.SIX_YEARS,
    2557: logs.RetentionDays.SEVEN_YEARS,
    2922: logs.RetentionDays.EIGHT_YEARS,
    3288: logs.RetentionDays.NINE_YEARS,
    3653: logs.RetentionDays.TEN_YEARS,
}


def removal_policy(removable: bool) -> cdk.RemovalPolicy:
    """What becomes of logs when their stack goes."""
    return cdk.RemovalPolicy.DESTROY if removable else cdk.RemovalPolicy.RETAIN


def image(settings: model.SourceImage | model.RegistryImage | model.PublicImage) -> library.Image:
    """Where the image comes from; a directory is one of the project."""
    if isinstance(settings, model.SourceImage):
        return library.SourceImage(directory=PROJECT / settings.directory)
    if isinstance(settings, model.PublicImage):
        return library.PublicImage(uri=settings.uri)
    return library.RegistryImage(tag=settings.tag, digest=settings.digest)


def image_of_job(job: model.JobSettings, environment: model.Environment) -> library.Image:
    """Where a job's image comes from; a service's is what the file gives to the service.

    No reference to the service's stack, although a directory is then built twice: an exported value that
    another stack imports cannot change. docs/decisions/image-of-a-job.md
    """
    if isinstance(job.image, model.ServiceImage):
        name = job.image.service
        return image(next(each.image for each in environment.services if each.name == name))
    return image(job.image)


def schedule(settings: model.JobSchedule) -> library.Schedule:
    """When a job starts."""
    match settings.kind:
        case "cron":
            return library.Cron(fields=settings.inner, time_zone=settings.time_zone)
        case "rate":
            return library.Rate(every=settings.inner)
        case _:
            return library.OneTime(at=settings.inner, time_zone=settings.time_zone)


def retry(settings: model.Retry) -> library.Retry:
    """What becomes of a start that ECS refuses."""
    return library.Retry(**dict(settings))  # one field each, of the same name


def secret(settings: model.SecretsManagerSecret | model.SsmParameter) -> library.Secret:
    """A secret by name, or by its full ARN."""
    if isinstance(settings, model.SsmParameter):
        return library.SsmParameter(name=settings.name)
    if settings.secret_id.startswith("arn:"):
        return library.SecretsManagerSecret(arn=settings.secret_id, json_field=settings.json_field)
    return library.SecretsManagerSecret(name=settings.secret_id, json_field=settings.json_field)


def scaling(settings: model.Scaling) -> library.Scaling:
    """Bounds, targets and schedules."""
    return library.Scaling(
        min_tasks=settings.min_tasks,
        max_tasks=settings.max_tasks,
        cpu_percent=settings.cpu_percent,
        memory_percent=settings.memory_percent,
        requests_per_minute_per_task=settings.requests_per_minute_per_task,
        schedules=[
            library.ScheduledCapacity(**dict(schedule))  # one field each, of the same name
            for schedule in settings.schedules
        ],
    )


def traffic(settings: model.AllAtOnce | model.Canary | model.Linear) -> library.Traffic:
    """How CodeDeploy moves traffic."""
    match settings:
        case model.AllAtOnce():
            return library.AllAtOnce()
        case model.Canary(percent=percent, minutes=minutes):
            return library.Canary(percent=percent, minutes=minutes)
        case model.Linear(percent=percent, minutes=minutes):
            return library.Linear(percent=percent, minutes=minutes)


def smoke_test(settings: model.SmokeTest | None) -> library.SmokeTest | None:
    """What new tasks are asked."""
    return settings and library.SmokeTest(**dict(settings))  # one field each, of the same name


def deployment(settings: model.Deployment) -> library.Strategy:
    """The strategy."""
    match settings:
        case model.CodeDeployBlueGreen():
            return library.CodeDeployBlueGreen(
                traffic=traffic(settings.traffic),
                termination_wait_minutes=settings.termination_wait_minutes,
                approval_wait_minutes=settings.approval_wait_minutes,
                smoke_test=smoke_test(settings.smoke_test),
            )
        case model.RollingUpdate():
            return library.RollingUpdate(
                min_healthy_percent=settings.min_healthy_percent,
                max_percent=settings.max_percent,
                circuit_breaker=settings.circuit_breaker,
            )
        # The special ones first: each of them is a NativeBlueGreen as well.
        case model.NativeLinear():
            return library.NativeLinear(
                percent=settings.percent,
                step_minutes=settings.step_minutes,
                bake_minutes=settings.bake_minutes,
                smoke_test=smoke_test(settings.smoke_test),
            )
        case model.NativeCanary():
            return library.NativeCanary(
                percent=settings.percent,
                canary_minutes=settings.canary_minutes,
                bake_minutes=settings.bake_minutes,
                smoke_test=smoke_test(settings.smoke_test),
            )
        case model.NativeBlueGreen():
            return library.NativeBlueGreen(
                bake_minutes=settings.bake_minutes, smoke_test=smoke_test(settings.smoke_test)
            )


def alarms(settings: model.AlarmThresholds) -> library.AlarmThresholds:
    """When the alarms fire."""
    return library.AlarmThresholds(**dict(settings))  # one field each, of the same name
