"""Images in a repository: found by tag or digest, with what they run on, or said to be missing."""

import json
from typing import Any

import pytest

from operate.problem import ExitCode, OperateError
from operate.reading.image import find, of_container, reference
from tests.operate.reading import ACCOUNT, REGISTRY, SERVICE, StubbedAws

DIGEST = f"sha256:{'a' * 64}"
CONFIGURATION = f"sha256:{'c' * 64}"
INDEX = {
    "manifests": [
        {"platform": {"os": "linux", "architecture": "arm64"}},
        {"platform": {"os": "linux", "architecture": "amd64"}},
        {"platform": {"os": "unknown", "architecture": "unknown"}},
    ]
}
SINGLE = {"config": {"digest": CONFIGURATION, "size": 7}}


def stored(aws: StubbedAws, manifest: dict[str, Any], asked: dict[str, Any] | None = None) -> None:
    image = {
        "registryId": ACCOUNT,
        "repositoryName": "dev/hello",
        "imageId": {"imageDigest": DIGEST},
        "imageManifest": json.dumps(manifest),
    }
    aws.answers("ecr", "batch_get_image", {"images": [image], "failures": []}, asked)


def configured_for(aws: StubbedAws, url: str = "https://example.com/c") -> None:
    aws.answers(
        "ecr",
        "get_download_url_for_layer",
        {"downloadUrl": url, "layerDigest": CONFIGURATION},
        {"repositoryName": "dev/hello", "layerDigest": CONFIGURATION},
    )


def test_an_index_names_its_processors(stubbed: StubbedAws) -> None:
    asked = {
        "repositoryName": "dev/hello",
        "imageIds": [{"imageTag": "v2"}],
        "acceptedMediaTypes": [
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json",
        ],
    }
    stored(stubbed, INDEX, asked)
    image = find(stubbed, SERVICE, "v2")
    assert image.architectures == {"ARM64", "X86_64"}
    assert (image.tag, image.digest, image.repository) == ("v2", DIGEST, "dev/hello")
    assert image.uri == f"{REGISTRY}/dev/hello@{DIGEST}"
    assert str(image) == f"v2 ({DIGEST[:19]})"


def test_a_single_image_names_it_in_a_file_of_the_registry(stubbed: StubbedAws) -> None:
    stored(stubbed, SINGLE)
    configured_for(stubbed)
    image = find(stubbed, SERVICE, "v2", download=lambda _: json.dumps({"architecture": "amd64"}).encode())
    assert image.architectures == {"X86_64"}
    stubbed.all_was_asked()


def test_the_file_is_read_from_the_address_that_ecr_gives(stubbed: StubbedAws) -> None:
    stored(stubbed, SINGLE)
    configured_for(stubbed, 'data:application/json,{"architecture":"arm64"}')
    assert find(stubbed, SERVICE, "v2").architectures == {"ARM64"}


@pytest.mark.parametrize("content", [b"{}", b"no JSON", b'{"architecture": "riscv64"}'])
def test_an_unknown_processor_is_no_processor(stubbed: StubbedAws, content: bytes) -> None:
    stored(stubbed, SINGLE)
    configured_for(stubbed)
    assert find(stubbed, SERVICE, "v2", download=lambda _: content).architectures == frozenset()


def test_a_network_without_downloads_is_no_reason_to_stop(stubbed: StubbedAws) -> None:
    def refuse(url: str) -> bytes:
        raise OSError

    stored(stubbed, SINGLE)
    configured_for(stubbed)
    assert find(stubbed, SERVICE, "v2", download=refuse).architectures == frozenset()


def test_by_digest(stubbed: StubbedAws) -> None:
    stored(stubbed, {"config": {"size": 0}}, None)
    image = find(stubbed, SERVICE, DIGEST)
    assert (image.tag, str(image)) == (None, DIGEST[:19])


def test_a_missing_tag_says_how_to_push_it(stubbed: StubbedAws) -> None:
    failure = {"failureCode": "ImageNotFound", "failureReason": "Requested image not found"}
    stubbed.answers("ecr", "batch_get_image", {"images": [], "failures": [failure]})
    with pytest.raises(OperateError) as missing:
        find(stubbed, SERVICE, "v9")
    assert str(missing.value) == (
        "There is no image dev/hello:v9 in eu-central-1: Requested image not found.\n"
        "Likely cause: it was never pushed, or the repository's lifecycle rule has removed it.\n"
        "Next: push it:\n"
        "  aws ecr get-login-password --region eu-central-1 | docker login --username AWS "
        f"--password-stdin {REGISTRY}\n"
        f"  docker push {REGISTRY}/dev/hello:v9"
    )
    assert missing.value.code is ExitCode.REFUSED


def test_a_missing_digest_cannot_be_pushed(stubbed: StubbedAws) -> None:
    stubbed.answers("ecr", "batch_get_image", {"images": [], "failures": []})
    with pytest.raises(
        OperateError, match=f"There is no image dev/hello@{DIGEST} in eu-central-1"
    ) as missing:
        find(stubbed, SERVICE, DIGEST)
    assert "aws ecr list-images --repository-name dev/hello" in str(missing.value.next_step)


def test_a_missing_repository_is_made_by_a_deployment(stubbed: StubbedAws) -> None:
    stubbed.refuses("ecr", "batch_get_image", "RepositoryNotFoundException")
    with pytest.raises(OperateError, match="There is no repository dev/hello in eu-central-1") as missing:
        find(stubbed, SERVICE, "v2")
    assert missing.value.next_step == "make deploy ENV=dev"


@pytest.mark.parametrize(
    ("uri", "repository", "tag", "digest", "version"),
    [
        ("a.dkr/dev/hello:v1", "a.dkr/dev/hello", "v1", None, "v1"),
        (f"a.dkr/dev/hello@{DIGEST}", "a.dkr/dev/hello", None, DIGEST, DIGEST),
        (f"a/hello:v1@{DIGEST}", "a/hello", "v1", DIGEST, DIGEST),
        ("localhost:5000/hello", "localhost:5000/hello", None, None, "latest"),
        ("nginx", "nginx", None, None, "latest"),
    ],
)
def test_the_parts_of_a_name(
    uri: str, repository: str, tag: str | None, digest: str | None, version: str
) -> None:
    found = reference(uri)
    assert (found.repository, found.tag, found.digest, found.version) == (repository, tag, digest, version)


def test_a_container_that_was_renamed() -> None:
    definition = {"taskDefinitionArn": "x:1", "containerDefinitions": [{"name": "web", "image": "a"}]}
    assert of_container(definition, "web").uri == "a"
    with pytest.raises(OperateError, match="The revision x:1 has no container 'app'"):
        of_container(definition, "app")


@pytest.mark.parametrize(
    ("uri", "inside"),
    [
        ("111122223333.dkr.ecr.eu-central-1.amazonaws.com/dev/hello:1", True),
        ("111122223333.dkr.ecr-fips.us-east-1.amazonaws.com/dev/hello:1", True),
        ("111122223333.dkr-ecr.eu-central-1.on.aws/dev/hello:1", True),
        ("public.ecr.aws/dev/hello:1", False),
        ("111122223333.dkr.ecr.eu-central-1.amazonaws.com/other/dev/hello:1", False),
    ],
)
def test_a_repository_of_the_same_name_elsewhere_is_another(uri: str, inside: bool) -> None:
    assert reference(uri).lies_in("dev/hello") is inside
