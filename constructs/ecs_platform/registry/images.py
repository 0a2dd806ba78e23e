"""Where a task's image comes from: built while deploying, already in the registry, or out in public."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform.network.interface import INetwork
from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.public_uri import check_public_uri
from ecs_platform.task.architecture import Architecture

_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ARGUMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class RegistryImage:
    """An image that is in the repository when the stack is deployed.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_image

    Args:
        tag: The image's tag. The repository's tags never move, so it names one image.
        digest: The image's digest, `sha256:` and 64 hexadecimal digits.

    Raises:
        ConfigurationError: Both or neither is given, or one that no registry accepts.
    """

    tag: str | None = None
    digest: str | None = None

    def __post_init__(self) -> None:
        if (self.tag is None) == (self.digest is None):
            given = "neither a tag nor a digest" if self.tag is None else "both a tag and a digest"
            raise ConfigurationError(
                f"A RegistryImage has {given}.",
                allowed="exactly one of the two.",
                where="RegistryImage(tag=...) or RegistryImage(digest=...)",
            )
        if self.tag is not None and not _fits(_TAG, self.tag):
            raise ConfigurationError(
                f'"{self.tag}" is no image tag.',
                allowed="1 to 128 letters, digits, _ . and -, not beginning with . or -.",
                where="RegistryImage(tag=...)",
            )
        if self.digest is not None and not _fits(_DIGEST, self.digest):
            raise ConfigurationError(
                f'"{self.digest}" is no image digest.',
                allowed="sha256: and 64 hexadecimal digits in lower case.",
                where="RegistryImage(digest=...)",
            )

    def bind(
        self,
        scope: Construct,  # noqa: ARG002 - the other kind of image needs it
        repository: ecr.IRepository,
        architecture: Architecture,  # noqa: ARG002 - what is in the registry is not known at synthesis
    ) -> ecs.ContainerImage:
        """The image as a container definition takes it."""
        return ecs.ContainerImage.from_ecr_repository(repository, self.tag or self.digest)


def _fits(pattern: re.Pattern[str], value: str) -> bool:
    # A token stands for a value that only the deployment knows; asked last, because asking costs more.
    return pattern.fullmatch(value) is not None or cdk.Token.is_unresolved(value)


@dataclass(frozen=True, kw_only=True)
class SourceImage:
    """An image that CodeBuild builds from a Dockerfile during the deployment, and pushes to the repository.

    Nobody needs Docker on their own machine, and the first deployment of all finds its image. A deployment
    builds again only when a file of the build context or an option here has changed.

    Follows https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker.html

    Args:
        directory: The build context; it holds the Dockerfile.
        dockerfile: The Dockerfile's name within the directory. By default "Dockerfile".
        target: The stage of a multi-stage Dockerfile to build. By default the last one.
        build_args: Values for the Dockerfile's ARG instructions. Everyone can read them in the template.
        exclude: Patterns in the language of .dockerignore for what is kept out of the build context, besides
            what .dockerignore names and besides caches, virtual environments, `.git` and `tests`. "!tests"
            brings the last of these back.
        build_timeout_minutes: How long CloudFormation waits for the build, 1 to 60. By default 15.

    Raises:
        ConfigurationError: A build argument's name or the time-out is not acceptable; when bound: the
            directory or its Dockerfile does not exist.
    """

    directory: Path | str
    dockerfile: str = "Dockerfile"
    target: str | None = None
    build_args: Mapping[str, str] = field(default_factory=dict[str, str])
    exclude: Sequence[str] = ()
    build_timeout_minutes: int = 15

    def __post_init__(self) -> None:
        for name in self.build_args:
            if not _ARGUMENT.fullmatch(name):
                raise ConfigurationError(
                    f'"{name}" is no name of a build argument.',
                    allowed="letters, digits and _, not beginning with a digit.",
                    where="SourceImage(build_args=...)",
                )
        # An hour is what CloudFormation grants a custom resource at most.
        if not 1 <= self.build_timeout_minutes <= 60:
            raise ConfigurationError(
                f"A build cannot be waited for {self.build_timeout_minutes} minutes.",
                allowed="1 to 60 minutes.",
                where="SourceImage(build_timeout_minutes=...)",
            )

    def bind(
        self, scope: Construct, repository: ecr.IRepository, architecture: Architecture
    ) -> ecs.ContainerImage:
        """The image as a container definition takes it; makes the construct that builds it, "Image"."""
        # Not sooner: the library behind it takes 60 ms to load, and a registry's image has no use for it.
        from ecs_platform.registry.source_build import SourceBuild

        build = SourceBuild(scope, "Image", source=self, repository=repository, architecture=architecture)
        return ecs.ContainerImage.from_ecr_repository(repository, build.tag)


@dataclass(frozen=True, kw_only=True)
class PublicImage:
    """An image of a public registry, pulled from there by every task that starts.

    Only tasks that reach the internet can run it, and none starts while the registry is away or has had
    enough pulls. Its tags are in other hands: a digest alone is sure to name the same image next month.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#container_definition_image

    Args:
        uri: The image with its registry: `public.ecr.aws/nginx/nginx:1.29`, or
            `docker.io/library/httpd@sha256:...`.

    Raises:
        ConfigurationError: A URI that is malformed, of a private repository of ECR, without exactly one of
            tag and digest, or with the tag `latest`; when bound: the network has no way to the internet.
    """

    uri: str

    def __post_init__(self) -> None:
        try:
            check_public_uri(self.uri)
        except ConfigurationError:
            # A token stands for a value that only the deployment knows; asked last: asking costs more.
            if not cdk.Token.is_unresolved(self.uri):
                raise

    def bind(self, network: INetwork) -> ecs.ContainerImage:
        """The image as a container definition takes it, for tasks in this network."""
        # There is no endpoint for a public registry, that of ECR included:
        # https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
        if not network.has_egress:
            raise ConfigurationError(
                f"{self.uri} is out of reach: the tasks' network has no way to the internet.",
                allowed=(
                    "copy it into the service's own repository (RegistryImage), or give the network NAT "
                    "(ExistingNetwork: `egress=True`, once it has a way out)."
                ),
                where="the `image` or the `network` of the TaskDefinition.",
            )
        return ecs.ContainerImage.from_registry(self.uri)


Image = RegistryImage | SourceImage | PublicImage
"""Where a task's image comes from."""
