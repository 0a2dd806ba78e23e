import re

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs

from ecs_platform.problem import ConfigurationError
from ecs_platform.registry.images import RegistryImage, SourceImage
from ecs_platform.task.architecture import Architecture

DIGEST = f"sha256:{'0a' * 32}"


def name_of(stack: cdk.Stack, image: RegistryImage) -> str:
    repository = ecr.Repository.from_repository_attributes(
        stack,
        "Repository",
        repository_name="dev/hello",
        repository_arn="arn:aws:ecr:eu-central-1:111122223333:repository/dev/hello",
    )
    bound = image.bind(stack, repository, Architecture.ARM64)
    assert isinstance(bound, ecs.EcrImage)
    return "".join(str(part) for part in stack.resolve(bound.image_name)["Fn::Join"][1])


def test_a_tag_follows_a_colon(stack: cdk.Stack) -> None:
    assert name_of(stack, RegistryImage(tag="v1.2")).endswith("/dev/hello:v1.2")


def test_a_digest_follows_an_at_sign(stack: cdk.Stack) -> None:
    assert name_of(stack, RegistryImage(digest=DIGEST)).endswith(f"/dev/hello@{DIGEST}")


def test_a_tag_can_be_what_only_the_deployment_knows(stack: cdk.Stack) -> None:
    parameter = cdk.CfnParameter(stack, "Tag").value_as_string
    assert name_of(stack, RegistryImage(tag=parameter)).endswith("/dev/hello:{'Ref': 'Tag'}")


@pytest.mark.parametrize(
    ("given", "what"),
    [({}, "neither a tag nor a digest"), ({"tag": "1", "digest": DIGEST}, "both a tag and a digest")],
)
def test_an_image_is_named_in_exactly_one_way(given: dict[str, str], what: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        RegistryImage(**given)
    assert str(error.value) == (
        f"A RegistryImage has {what}. Allowed: exactly one of the two. "
        "Change: RegistryImage(tag=...) or RegistryImage(digest=...)"
    )


@pytest.mark.parametrize("tag", ["", ".1", "-1", "a b", "a:b", "x" * 129])
def test_a_malformed_tag_is_refused(tag: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        RegistryImage(tag=tag)
    assert str(error.value) == (
        f'"{tag}" is no image tag. '
        "Allowed: 1 to 128 letters, digits, _ . and -, not beginning with . or -. "
        "Change: RegistryImage(tag=...)"
    )


@pytest.mark.parametrize("digest", ["", "0a" * 32, "sha256:0a", f"sha256:{'0A' * 32}", f"{DIGEST}0"])
def test_a_malformed_digest_is_refused(digest: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        RegistryImage(digest=digest)
    assert str(error.value) == (
        f'"{digest}" is no image digest. Allowed: sha256: and 64 hexadecimal digits in lower case. '
        "Change: RegistryImage(digest=...)"
    )


@pytest.mark.parametrize("name", ["1A", "A B", "A;B", ""])
def test_a_build_argument_without_a_proper_name_is_refused(name: str) -> None:
    message = f'"{name}" is no name of a build argument. Allowed: letters, digits and _, not beginning'
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        SourceImage(directory="service", build_args={name: "1"})


@pytest.mark.parametrize("minutes", [0, 61])
def test_a_build_cannot_be_waited_for_longer_than_cloudformation_allows(minutes: int) -> None:
    with pytest.raises(ConfigurationError) as error:
        SourceImage(directory="service", build_timeout_minutes=minutes)
    assert str(error.value) == (
        f"A build cannot be waited for {minutes} minutes. Allowed: 1 to 60 minutes. "
        "Change: SourceImage(build_timeout_minutes=...)"
    )
