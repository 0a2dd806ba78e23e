"""`copy-image`: a public image into a service's repository, with all its platforms and without Docker.

Byte by byte, so the digest stays: docs/decisions/copy-image.md tells why it is done here.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from environments.model import ServiceImage
from operate.aws import error_code, explained
from operate.deploying.registry_client import INDEXES, Manifest, Registry
from operate.deploying.registry_http import RegistryError
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError

_DOCKER_HUB = "registry-1.docker.io"
# https://pkg.go.dev/github.com/distribution/reference
_SOURCE = re.compile(
    r"(?:(?P<host>localhost(?::\d+)?|[A-Za-z0-9.-]+\.[A-Za-z0-9.-]+(?::\d+)?|[A-Za-z0-9.-]+:\d+)/)?"
    r"(?P<repository>[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}
_LOOPBACK = ("localhost", "127.0.0.1")

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Source:
    """An image that is to be copied.

    Args:
        host: The registry.
        repository: The repository.
        tag: The tag. None where only a digest is given.
        digest: The digest. None where only a tag is given.
    """

    host: str
    repository: str
    tag: str | None
    digest: str | None

    @property
    def reference(self) -> str:
        """What the registry is asked for."""
        return self.digest or self.tag or "latest"

    @property
    def registry(self) -> Registry:
        """Where it is; without TLS on this machine alone, as Docker does."""
        scheme = "http" if self.host.partition(":")[0] in _LOOPBACK else "https"
        return Registry(f"{scheme}://{self.host}", self.repository)


def parse(source: str) -> Source:
    """An image as people write it: `nginx:1.27`, `public.ecr.aws/nginx/nginx:1.27`, with `@sha256:...`.

    Args:
        source: The text.

    Raises:
        OperateError: It names no image.
    """
    found = _SOURCE.fullmatch(source)
    if found is None:
        raise OperateError(
            f"{source!r} names no image.",
            next_step="such as public.ecr.aws/nginx/nginx:1.27, or nginx:1.27 for Docker Hub's.",
        )
    host, repository = found["host"], found["repository"]
    if host in {None, "docker.io", "index.docker.io"}:
        host = _DOCKER_HUB
        repository = repository if "/" in repository else f"library/{repository}"
    return Source(host=host, repository=repository, tag=found["tag"], digest=found["digest"])


def copy_image(deployed: Deployed, source: str, service: str, *, tag: str | None, say: Say) -> str:
    """Copy an image into the repository of a service.

    It may end at any point and be run again: layers that are there are not sent a second time.

    Args:
        deployed: The environment; its registry stack has to be there.
        source: The image, as people write it.
        service: The service, or a job with an image of its own.
        tag: The tag in the repository. By default the source's, or the beginning of its digest.
        say: Writes a line.

    Returns:
        The image's digest.

    Raises:
        OperateError: There is no such image or repository, the tag is taken, or a registry refused.
    """
    environment = deployed.environment
    # A job with a service's image has no repository to copy to.
    jobs = [each for each in environment.jobs if not isinstance(each.image, ServiceImage)]
    workloads = (*environment.services, *jobs)
    settings = next((each for each in workloads if each.name == service), None)
    if settings is None:
        raise OperateError(
            f"{environment.name} has no service {service!r}.",
            next_step=f"one of: {', '.join(each.name for each in workloads)}.",
        )
    wanted = parse(source)
    repository = f"{environment.name}/{service}"
    destination = _destination(deployed, repository)
    registry = wanted.registry
    image = _find(registry, wanted, source)
    platforms = list(_platforms(registry, image))
    if platforms and settings.architecture not in {_ARCHITECTURES.get(each) for each in platforms}:
        raise OperateError(
            f"{source} is built for {', '.join(sorted(set(platforms)))}; {service} runs on "
            f"{settings.architecture}.",
            next_step="another tag or image, or `architecture` in the environment file.",
        )
    name = tag or wanted.tag or image.digest.replace(":", "-")[: len("sha256-") + 12]
    there = destination.manifest(name)
    if there is not None and there.digest != image.digest:
        raise OperateError(
            f"{repository}:{name} is another image already ({there.digest[:19]}), and tags never move.",
            next_step=f"make copy-image SOURCE={source} ENV={environment.name} SERVICE={service} "
            f"ARGS='--tag {name}-2', or any other tag.",
        )
    if there is not None:
        say(f"{repository}:{name} is this image already.")
    else:
        try:
            _copy(registry, destination, image, name, say)
        except KeyboardInterrupt:
            raise OperateError(
                "Interrupted; the image is not there yet.",
                next_step="the same command again sends what is missing.",
                code=ExitCode.INTERRUPTED,
            ) from None
        say(f"{source} is now {repository}:{name}, {image.digest}")
    say(f'In environments/{environment.name.replace("-", "_")}.py: image=RegistryImage(tag="{name}")')
    return image.digest


def _destination(deployed: Deployed, repository: str) -> Registry:
    ecr = deployed.aws.client("ecr")
    try:
        with explained(f"look for the repository {repository}"):
            ecr.describe_repositories(repositoryNames=[repository])
    except OperateError as error:
        cause = error.__cause__
        if not (isinstance(cause, ClientError) and error_code(cause) == "RepositoryNotFoundException"):
            raise
        raise OperateError(
            f"There is no repository {repository} in {deployed.aws.region}.",
            next_step=f"make deploy ENV={deployed.environment.name} ARGS='--stack registry'",
        ) from error
    with explained("log in to the registry"):
        given = ecr.get_authorization_token()["authorizationData"][0]
    user, _, password = base64.b64decode(given["authorizationToken"]).decode().partition(":")
    return Registry(given["proxyEndpoint"], repository, login=(user, password))


def _find(registry: Registry, wanted: Source, source: str) -> Manifest:
    try:
        found = registry.manifest(wanted.reference)
    except RegistryError as error:
        match error.status:
            case 401 | 403:
                raise OperateError(
                    f"{source} is not there, or not public.",
                    cause=error.problem,
                    next_step="check the name; an image that needs a login has to be pushed with Docker.",
                ) from error
            case 429:
                raise OperateError(
                    f"{registry.host} lets nobody download more for now.",
                    cause=error.problem,
                    next_step="wait, or take it from another registry: public.ecr.aws/docker/library/... has "
                    "the official images of Docker Hub.",
                    code=ExitCode.FAILED,
                ) from error
            case _:
                raise
    if found is None:
        raise OperateError(f"There is no image {source}.", next_step="check its name and tag.")
    return found


def _platforms(registry: Registry, image: Manifest) -> Iterator[str]:
    """The processors that an image is built for."""
    if image.media_type in INDEXES:
        for each in image.content["manifests"]:
            platform = each.get("platform", {})
            # Build records stand in an index as images of the platform "unknown".
            if platform.get("os") == "linux":
                yield platform.get("architecture", "unknown")
        return
    configuration = b"".join(registry.read_blob(image.content["config"]["digest"]))
    architecture = json.loads(configuration).get("architecture")
    if architecture:
        yield architecture


def _copy(source: Registry, destination: Registry, image: Manifest, name: str, say: Say) -> None:
    """Layers before the manifests that name them, manifests before the index: nothing is ever half there."""
    if image.media_type in INDEXES:
        parts: Sequence[Mapping[str, Any]] = image.content["manifests"]
        for part in parts:
            _copy_part(source, destination, part, say)
    else:
        _copy_blobs(source, destination, image, say)
    destination.write_manifest(image, name)


def _copy_part(source: Registry, destination: Registry, part: Mapping[str, Any], say: Say) -> None:
    digest: str = part["digest"]
    platform = part.get("platform", {})
    say(f"{platform.get('os', '?')}/{platform.get('architecture', '?')} {digest[:19]}")
    if destination.manifest(digest) is not None:
        say("  there already")
        return
    found = source.manifest(digest)
    if found is None:
        raise RegistryError(f"{source.host} names {digest} and does not have it.")
    _copy(source, destination, found, digest, say)


def _copy_blobs(source: Registry, destination: Registry, image: Manifest, say: Say) -> None:
    content = image.content
    for blob in [content["config"], *content["layers"]]:
        digest, size = blob["digest"], blob["size"]
        if blob.get("urls"):
            # Layers of Windows, which may not be distributed and which nobody has to push.
            continue
        if destination.has_blob(digest):
            say(f"  {digest[:19]}  there already")
            continue
        destination.write_blob(digest, size, source.read_blob(digest))
        say(f"  {digest[:19]}  {size / 1_000_000:.1f} MB")
