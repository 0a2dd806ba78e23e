"""What a release is to bring: the configured revision, or one derived from it with another image."""

from dataclasses import dataclass

from operate.aws import Aws
from operate.outputs import ServiceOutputs
from operate.problem import OperateError
from operate.reading.image import Image, find, reference
from operate.reading.live import Live
from operate.releasing.revision import Revision, derive, find_derived, read_revision
from operate.words import command


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be live.

    Args:
        base: The configured revision.
        image: The image that takes the place of the configured one. None where it stays.
        existing: The revision, where it is registered already. None where it is still to be derived.
        says: Where the image comes from, where that is not what the environment file says. None otherwise.
    """

    base: Revision
    image: Image | None
    existing: Revision | None
    says: str | None

    def register(self, aws: Aws, service: ServiceOutputs) -> Revision:
        """The revision; registered now if it has to be."""
        if self.existing is not None:
            return self.existing
        assert self.image is not None  # noqa: S101 - without one the base is the existing revision
        return derive(aws, service, self.base, self.image)


def choose(
    aws: Aws, service: ServiceOutputs, live: Live, *, image: str | None, use_configured_image: bool
) -> Wanted:
    """What a release is to bring.

    Args:
        aws: The way to the environment's account.
        service: The service.
        live: How it is; an image that an earlier release brought stays.
        image: Tag or digest of another image. None keeps what is.
        use_configured_image: Whether the environment file's image comes back.

    Raises:
        OperateError: There is no such image, the configured revision cannot be used, or both ways to choose
            an image are given.
    """
    if image is not None and use_configured_image:
        raise OperateError(
            "--image and --use-configured-image say two things.", next_step="give one of the two."
        )
    base = read_revision(aws, service, service.task_definition)
    if base.status != "ACTIVE":
        raise OperateError(
            f"The configured revision {base.name} is {base.status}.",
            cause="it was deregistered by hand: deployments of this project retain revisions.",
            next_step=f"make deploy ENV={aws.environment.name} after a change of the task makes a new one.",
        )
    if image is not None:
        return _with_image(aws, service, base, find(aws, service, image), says=None)
    if use_configured_image or live.base is None:
        return Wanted(base=base, image=None, existing=base, says=None)
    carried = _carried(aws, service, live)
    back = command("release", aws, service, "--use-configured-image")
    says = (
        f"The live image {carried} came with a release and is carried forward; {back} brings back "
        f"{_named(base)}."
    )
    return _with_image(aws, service, base, carried, says=says)


def _carried(aws: Aws, service: ServiceOutputs, live: Live) -> Image:
    runs = reference(live.image)
    try:
        return find(aws, service, runs.version)
    except OperateError as error:
        if "There is no image" not in error.problem:
            raise
        raise OperateError(
            f"The live image {runs.version} is not in the repository {service.repository} any more, and new "
            "tasks could not start.",
            cause=error.cause,
            next_step=f"{command('release', aws, service, '--image ...')} with an image that is there, or "
            f"{command('release', aws, service, '--use-configured-image')}.",
        ) from error


def _with_image(aws: Aws, service: ServiceOutputs, base: Revision, image: Image, says: str | None) -> Wanted:
    if _is_configured(aws, service, base, image):
        return Wanted(base=base, image=None, existing=base, says=None)
    return Wanted(base=base, image=image, existing=find_derived(aws, service, base, image), says=says)


def _is_configured(aws: Aws, service: ServiceOutputs, base: Revision, image: Image) -> bool:
    named = base.image
    if not named.lies_in(service.repository):
        return False
    if named.digest is not None or named.version == image.tag:
        return named.version in {image.tag, image.digest}
    try:
        return find(aws, service, named.version).digest == image.digest
    except OperateError as error:
        if "There is no image" in error.problem:
            # Gone from the repository, so another one in any case.
            return False
        raise


def _named(base: Revision) -> str:
    return f"the configured one ({base.image.tag or base.image.version})"
