"""The names that people type, one rule each: everything else is named by CloudFormation."""

from environments.model import Environment, JobSchedule, JobSettings, ServiceImage, ServiceSettings

Workload = ServiceSettings | JobSettings


def repository_name(environment: Environment, workload: Workload) -> str:
    """Where the images of a service or job are pushed: `dev/hello`."""
    return f"{environment.name}/{workload.name}"


def image_repository_name(environment: Environment, job: JobSettings) -> str:
    """Where a job's image is pulled from: its own repository, or that of the service whose image it runs."""
    if isinstance(job.image, ServiceImage):
        return f"{environment.name}/{job.image.service}"
    return repository_name(environment, job)


def family_name(environment: Environment, workload: Workload) -> str:
    """The task definition's family, which an account and region share: `dev-hello`."""
    return f"{environment.name}-{workload.name}"


def log_group_name(environment: Environment, workload: Workload) -> str:
    """Where the output is read: `/ecs/dev/hello`."""
    return f"/ecs/{environment.name}/{workload.name}"


def schedule_group_name(environment: Environment, job: JobSettings, schedule: JobSchedule) -> str:
    """The group of a job's schedule: `dev-report-nightly`; 54 characters at most, of 64."""
    return f"{environment.name}-{job.name}-{schedule.name}"
