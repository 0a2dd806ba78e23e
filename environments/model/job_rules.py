"""What jobs may not share with services, and what they share."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from environments.model.job import JobSettings, ServiceImage
from environments.model.service import ServiceSettings
from environments.model.value import Refusal, repeats


class Both(Protocol):
    """As much of an environment as these rules read."""

    @property
    def services(self) -> Sequence[ServiceSettings]:
        """The services."""
        ...

    @property
    def jobs(self) -> Sequence[JobSettings]:
        """The jobs."""
        ...


def jobs_named_once(environment: Both) -> Iterator[Refusal]:
    """A job has a name that no service and no other job has."""
    services = len(environment.services)
    names = [each.name for each in (*environment.services, *environment.jobs)]
    for number, first in repeats(names):
        if number < services:
            continue  # two services, which is a rule of their own
        other = f"services[{first}]" if first < services else f"jobs[{first - services}]"
        yield Refusal(
            at=("jobs", number - services, "name"),
            problem=f"{other} has this name too.",
            allowed="a name of its own for each service and job; their stacks are named after it.",
        )


def names_apart(environment: Both) -> Iterator[Refusal]:
    """Two names differ in more than hyphens, which the names of outputs leave out."""
    fields = [("services", number, each.name) for number, each in enumerate(environment.services)]
    # A job with a service's image has no repository and so no output.
    fields += [
        ("jobs", number, job.name)
        for number, job in enumerate(environment.jobs)
        if not isinstance(job.image, ServiceImage)
    ]
    names = [name for _, _, name in fields]
    for number, first in repeats([name.replace("-", "") for name in names]):
        if names[number] in names[:number]:
            continue  # the same name, which is a rule of its own
        kind, position, _ = fields[number]
        other = f"{fields[first][0]}[{fields[first][1]}]"
        yield Refusal(
            at=(kind, position, "name"),
            problem=f"But for hyphens this is {names[first]}, the name of {other}.",
            allowed="names that differ in letters or digits; outputs of the stacks have no hyphens.",
        )


def images_of_services(environment: Both) -> Iterator[Refusal]:
    """A job that runs a service's image names one that there is, and runs on its processor."""
    services = {service.name: service for service in environment.services}
    for position, job in enumerate(environment.jobs):
        if not isinstance(job.image, ServiceImage):
            continue
        service = services.get(job.image.service)
        if service is None:
            yield Refusal(
                at=("jobs", position, "image", "service"),
                problem="There is no such service.",
                allowed=f"{', '.join(repr(name) for name in services) or 'none: there are no services'}.",
            )
        elif service.architecture != job.architecture:
            yield Refusal(
                at=("jobs", position, "architecture"),
                problem=f"It runs the image of {service.name}, which is for {service.architecture}.",
                allowed=f"{service.architecture!r}.",
            )


def schedule_groups_apart(environment: Both) -> Iterator[Refusal]:
    """Each schedule has a group named after job and schedule; as both may hold hyphens, two can meet."""
    first: dict[str, tuple[int, int]] = {}
    for position, job in enumerate(environment.jobs):
        for number, schedule in enumerate(job.schedules):
            group = f"{job.name}-{schedule.name}"
            other, its = first.setdefault(group, (position, number))
            if environment.jobs[other].name != job.name:
                yield Refusal(
                    at=("jobs", position, "schedules", number, "name"),
                    problem=f"Its group would be called {group}, as that of jobs[{other}].schedules[{its}].",
                    allowed="another name for one of the two.",
                )
