"""Where a service's container image comes from."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator

from environments.model.fields import ImageDigest, ImageTag
from environments.model.value import Refusal, Value, refused

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def _with_dockerfile(directory: str) -> str:
    path = PurePosixPath(directory)
    # The directory is part of the commit, so that every machine builds the same image.
    if path.is_absolute() or ".." in path.parts:
        raise refused("Not inside the project.", allowed="a directory relative to the project's root.")
    if not (PROJECT_ROOT / path).is_dir():
        raise refused("There is no such directory.", allowed="a directory relative to the project's root.")
    if not (PROJECT_ROOT / path / "Dockerfile").is_file():
        raise refused("No Dockerfile lies there.", allowed="a directory that holds a Dockerfile.")
    return directory


class SourceImage(Value):
    """Built from a Dockerfile of this project during the deployment, without Docker on your machine.

    Args:
        directory: Relative to the project's root, with a Dockerfile in it.
    """

    directory: Annotated[str, AfterValidator(_with_dockerfile)]


def _in_public(uri: str) -> str:
    # The library owns the rules. Imported here alone, as fargate_size is in service.py.
    from ecs_platform.problem import ConfigurationError
    from ecs_platform.registry.public_uri import check_public_uri

    try:
        check_public_uri(uri)
    except ConfigurationError as error:
        raise refused(error.problem, allowed=error.allowed) from None
    return uri


class RegistryImage(Value):
    """An image that is already in the environment's repository of the service.

    Args:
        tag: Its tag; tags are immutable.
        digest: Its digest. Exactly one of the two.
    """

    tag: ImageTag | None = None
    digest: ImageDigest | None = None

    def rules(self) -> tuple[Iterator[Refusal], ...]:
        """One of tag and digest."""
        return (self._tag_or_digest(),)

    def _tag_or_digest(self) -> Iterator[Refusal]:
        if (self.tag is None) == (self.digest is None):
            given = "neither a tag nor a digest" if self.tag is None else "both a tag and a digest"
            yield Refusal(at=(), problem=f"The image has {given}.", allowed="exactly one of the two.")


class PublicImage(Value):
    """An image of a public registry, in an environment with NAT.

    Every task that starts pulls it from there. The service keeps its own repository and may pull from it,
    which is where an image for `release --image`, and that of the revision before, are looked for.

    Args:
        uri: The image with its registry: `public.ecr.aws/nginx/nginx:1.29`, or
            `docker.io/library/httpd@sha256:...`. Others may move a tag; a digest stays.
    """

    uri: Annotated[str, AfterValidator(_in_public)]
