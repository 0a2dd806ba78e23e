"""Images of a service: what lies in its repository under a tag or digest, and what a revision names."""

import json
import re
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from operate.aws import Aws, explained
from operate.problem import OperateError
from operate.workload import Workload

# An index lists one image a platform. The API reference names single manifests alone; the service takes all
# four, as every client that pulls through this call has to ask for them:
# https://github.com/awslabs/amazon-ecr-containerd-resolver
_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
# The registry's word for a processor: ECS's.
_ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# With -fips and the dual-stack form. https://docs.aws.amazon.com/general/latest/gr/ecr.html
_ECR = re.compile(r"[0-9]{12}\.dkr[.-]ecr")
_URI = re.compile(
    r"(?P<repository>[^@]+?)(?::(?P<tag>[\w][\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)

Download = Callable[[str], bytes]


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image in the repository of a service.

    Args:
        repository: The repository's name, such as `dev/hello`.
        tag: The tag it was asked for by. None where it was asked for by digest.
        digest: What never changes its meaning, `sha256:...`.
        architectures: ECS's names of the processors it runs on, `ARM64` or `X86_64`; an index has several.
            Empty where the registry does not say.
        uri: The image by digest, as a container definition names it.
    """

    repository: str
    tag: str | None
    digest: str
    architectures: frozenset[str]
    uri: str

    def __str__(self) -> str:
        """Tag where there is one, and enough of the digest to tell it apart."""
        short = self.digest[: len("sha256:") + 12]
        return f"{self.tag} ({short})" if self.tag else short


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An image as a container definition names it; nothing says that it exists.

    Args:
        uri: As written.
        repository: Its part before tag and digest, registry included.
        tag: Its tag, if any.
        digest: Its digest, if any.
    """

    uri: str
    repository: str
    tag: str | None
    digest: str | None

    @property
    def version(self) -> str:
        """What tells it apart in its repository: digest before tag, `latest` where neither is given."""
        return self.digest or self.tag or "latest"

    def lies_in(self, repository: str) -> bool:
        """Whether it is in this repository of a private ECR registry, and not in one of its name elsewhere.

        Args:
            repository: The repository's name, such as `dev/hello`.
        """
        registry, _, name = self.repository.partition("/")
        return name == repository and _ECR.match(registry) is not None


def reference(uri: str) -> Reference:
    """The parts of an image's name.

    Args:
        uri: `registry/repository:tag`, `registry/repository@sha256:...` or both.
    """
    found = _URI.fullmatch(uri)
    if found is None:
        return Reference(uri=uri, repository=uri, tag=None, digest=None)
    return Reference(uri=uri, **found.groupdict())


def of_container(definition: Mapping[str, Any], container: str) -> Reference:
    """The image that a task definition's container runs.

    Args:
        definition: The task definition, as DescribeTaskDefinition answers.
        container: The container's name.

    Raises:
        OperateError: It has no such container.
    """
    for each in definition["containerDefinitions"]:
        if each["name"] == container:
            return reference(each["image"])
    raise OperateError(
        f"The revision {definition['taskDefinitionArn']} has no container {container!r}.",
        cause="the container was renamed, which needs a new service.",
    )


def find(aws: Aws, service: Workload, tag_or_digest: str, *, download: Download | None = None) -> Image:
    """The image under a tag or digest in the service's repository.

    Args:
        aws: The way to the environment's account.
        service: Whose repository.
        tag_or_digest: A tag, or `sha256:...`.
        download: Gets what an address holds; an image's processor is written in a file of the registry, and
            not in its manifest. Over HTTPS by default.

    Raises:
        OperateError: There is no such image, or no such repository.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html
    """
    by_digest = _DIGEST.fullmatch(tag_or_digest) is not None
    ecr = aws.client("ecr")
    try:
        with explained(f"read the image {service.repository}:{tag_or_digest}"):
            answer = ecr.batch_get_image(
                repositoryName=service.repository,
                imageIds=[{"imageDigest" if by_digest else "imageTag": tag_or_digest}],
                acceptedMediaTypes=[*_INDEXES, *_MANIFESTS],
            )
    except OperateError as error:
        if "RepositoryNotFoundException" in error.problem:
            raise OperateError(
                f"There is no repository {service.repository} in {aws.region}.",
                next_step=f"make deploy ENV={aws.environment.name}",
            ) from error
        raise
    if not answer["images"]:
        raise _missing(aws, service, tag_or_digest, answer.get("failures", []))
    found = answer["images"][0]
    digest: str = found["imageId"]["imageDigest"]
    return Image(
        repository=service.repository,
        tag=None if by_digest else tag_or_digest,
        digest=digest,
        architectures=_architectures(ecr, service.repository, found, download or _download),
        uri=f"{found['registryId']}.dkr.ecr.{aws.region}.{_suffix(aws)}/{service.repository}@{digest}",
    )


def _missing(aws: Aws, service: Workload, wanted: str, failures: list[Any]) -> OperateError:
    reason = failures[0].get("failureReason", "") if failures else ""
    registry = f"{aws.account}.dkr.ecr.{aws.region}.{_suffix(aws)}"
    place = f"{registry}/{service.repository}"
    by_digest = _DIGEST.fullmatch(wanted) is not None
    if by_digest:
        step = f"aws ecr list-images --repository-name {service.repository} shows what there is."
    else:
        step = (
            "push it:\n"
            f"  aws ecr get-login-password --region {aws.region} | docker login --username AWS "
            f"--password-stdin {registry}\n"
            f"  docker push {place}:{wanted}"
        )
    named = f"{service.repository}{'@' if by_digest else ':'}{wanted}"
    return OperateError(
        f"There is no image {named} in {aws.region}{f': {reason}' if reason else ''}.",
        cause="it was never pushed, or the repository's lifecycle rule has removed it.",
        next_step=step,
    )


def _architectures(ecr: Any, repository: str, found: Mapping[str, Any], download: Download) -> frozenset[str]:
    manifest: dict[str, Any] = json.loads(found["imageManifest"])
    if "manifests" in manifest:
        # Build records stand in an index as images of the platform "unknown".
        platforms = (each.get("platform", {}) for each in manifest["manifests"])
        names = {str(each.get("architecture")) for each in platforms if each.get("os") == "linux"}
        return frozenset(_ARCHITECTURES[name] for name in names if name in _ARCHITECTURES)
    configuration = manifest.get("config", {})
    if not configuration.get("size"):
        return frozenset()
    with explained(f"read the processor of an image in {repository}"):
        url = ecr.get_download_url_for_layer(repositoryName=repository, layerDigest=configuration["digest"])
    try:
        name = json.loads(download(url["downloadUrl"])).get("architecture")
    except (OSError, ValueError):
        # A network that lets nobody download layers is no reason to refuse a release.
        return frozenset()
    return frozenset({_ARCHITECTURES[name]}) if name in _ARCHITECTURES else frozenset()


def _download(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - a signed https URL of the registry
        return answer.read()


def _suffix(aws: Aws) -> str:
    return "amazonaws.com.cn" if aws.region.startswith("cn-") else "amazonaws.com"
