"""Images as a registry knows them: a manifest, an architecture, and no layer behind."""

import hashlib
import json
from typing import Any

_DOCKER = "application/vnd.docker"
_OCI = "application/vnd.oci.image"
_PLATFORMS = {"ARM64": "arm64", "X86_64": "amd64"}
CONFIGS = {name: json.dumps({"architecture": name, "os": "linux"}) for name in _PLATFORMS.values()}
"""By architecture, the one blob that there is of an image: its configuration."""


def store(ecr: Any, repository: str, tag: str, architecture: str) -> None:
    """Put an image for one platform under a tag, as `docker push` does it.

    Args:
        ecr: boto3's client.
        repository: Name of the repository.
        tag: The tag.
        architecture: `arm64` or `amd64`, as Docker spells it.
    """
    config = CONFIGS[architecture]
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{_DOCKER}.distribution.manifest.v2+json",
        "config": {
            "mediaType": f"{_DOCKER}.container.image.v1+json",
            "size": len(config),
            "digest": digest(config),
        },
        # A layer of nothing, so that two images are not one.
        "layers": [{"mediaType": f"{_DOCKER}.image.rootfs.diff.tar.gzip", "size": 0, "digest": digest(tag)}],
    }
    _put(ecr, repository, tag, manifest)


def push(ecr: Any, repository: str, tag: str, architecture: str = "ARM64") -> str:
    """Put an image under a tag into a repository, as `docker buildx build --push` does it with an index.

    Args:
        ecr: boto3's client.
        repository: Name of the repository.
        tag: The tag.
        architecture: `ARM64` or `X86_64`, as ECS spells it.

    Returns:
        The digest.
    """
    image = {
        "mediaType": f"{_OCI}.manifest.v1+json",
        "digest": digest(f"{repository}:{tag}"),
        "size": 482,
        "platform": {"architecture": _PLATFORMS[architecture], "os": "linux"},
    }
    manifest = {"schemaVersion": 2, "mediaType": f"{_OCI}.index.v1+json", "manifests": [image]}
    return _put(ecr, repository, tag, manifest)


def _put(ecr: Any, repository: str, tag: str, manifest: dict[str, Any]) -> str:
    text = json.dumps(manifest)
    # moto would make a digest up, the same one for many images.
    ecr.put_image(repositoryName=repository, imageTag=tag, imageManifest=text, imageDigest=digest(text))
    return digest(text)


def digest(content: str) -> str:
    """How a registry names content."""
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"
