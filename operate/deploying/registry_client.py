"""A container registry over HTTP, as much of the standard as copying an image takes.

https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urljoin

import urllib3
from urllib3.exceptions import HTTPError

from operate.deploying.registry_http import RegistryError, RegistryHttp

INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A manifest or an index of manifests, byte by byte as the registry has it.

    Args:
        digest: What it is called by.
        media_type: Its type.
        body: Its bytes.
    """

    digest: str
    media_type: str
    body: bytes

    @property
    def content(self) -> Mapping[str, Any]:
        """What it says."""
        return json.loads(self.body)


class Registry:
    """One repository of a registry.

    Args:
        url: Where the registry answers, such as `https://public.ecr.aws`.
        repository: The repository.
        login: User and password. None where everybody may read, by default.
    """

    def __init__(self, url: str, repository: str, *, login: tuple[str, str] | None = None) -> None:
        self.repository = repository
        self._http = RegistryHttp(url, repository, login)

    @property
    def host(self) -> str:
        """The registry's name."""
        return self._http.host

    def manifest(self, reference: str) -> Manifest | None:
        """What is under a tag or digest. None where nothing is.

        Args:
            reference: The tag or digest.

        Raises:
            RegistryError: The registry refused, or what it sent is not what was asked for.
        """
        answer = self._http.ask(
            "GET",
            f"/v2/{self.repository}/manifests/{reference}",
            headers={"Accept": ", ".join((*INDEXES, *MANIFESTS))},
            expected=(HTTPStatus.OK, HTTPStatus.NOT_FOUND),
        )
        body = answer.data
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        if reference.startswith("sha256:") and digest != reference:
            raise RegistryError(f"{self.host} sent {digest} for {reference}.")
        media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        if media_type not in (*INDEXES, *MANIFESTS):
            raise RegistryError(
                f"{self.host}/{self.repository} is no container image that this command knows ({media_type})."
            )
        return Manifest(digest=digest, media_type=media_type, body=body)

    def has_blob(self, digest: str) -> bool:
        """Whether a layer or configuration is there."""
        answer = self._http.ask(
            "HEAD",
            f"/v2/{self.repository}/blobs/{digest}",
            expected=(HTTPStatus.OK, HTTPStatus.NOT_FOUND),
        )
        return answer.status == HTTPStatus.OK

    def read_blob(self, digest: str) -> Iterator[bytes]:
        """A layer or configuration, piece by piece.

        Raises:
            RegistryError: It is not there, or not what its digest says.
        """
        answer = self._http.ask("GET", f"/v2/{self.repository}/blobs/{digest}", stream=True)
        found = hashlib.sha256()
        try:
            for piece in answer.stream(_CHUNK, decode_content=False):
                found.update(piece)
                yield piece
        except HTTPError as error:
            raise RegistryError(f"{self.host} stopped in the middle of {digest}: {error}") from error
        finally:
            answer.release_conn()
        if digest != f"sha256:{found.hexdigest()}":
            raise RegistryError(f"What {self.host} sent for {digest} is not that.")

    def write_blob(self, digest: str, size: int, pieces: Iterator[bytes]) -> None:
        """Upload a layer or configuration.

        Args:
            digest: What it is called by.
            size: Its length in bytes.
            pieces: Its content.

        Raises:
            RegistryError: The registry refused.
        """
        uploads = f"/v2/{self.repository}/blobs/uploads/"
        nothing = {"Content-Length": "0"}
        begun = self._http.ask("POST", uploads, headers=nothing, expected=(HTTPStatus.ACCEPTED,))
        sent = self._http.ask(
            "PATCH",
            self._location(begun, uploads),
            headers={"Content-Type": "application/octet-stream", "Content-Length": str(size)},
            body=pieces,
            expected=(HTTPStatus.ACCEPTED, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT),
        )
        place = self._location(sent, uploads)
        with_digest = f"{place}{'&' if '?' in place else '?'}{urlencode({'digest': digest})}"
        self._http.ask(
            "PUT",
            with_digest,
            headers=nothing,
            expected=(HTTPStatus.CREATED, HTTPStatus.NO_CONTENT),
        )

    def write_manifest(self, manifest: Manifest, reference: str) -> None:
        """Put a manifest under a tag or its digest.

        Raises:
            RegistryError: The registry refused.
        """
        self._http.ask(
            "PUT",
            f"/v2/{self.repository}/manifests/{reference}",
            headers={"Content-Type": manifest.media_type},
            body=manifest.body,
            expected=(HTTPStatus.CREATED, HTTPStatus.OK),
        )

    def _location(self, answer: urllib3.BaseHTTPResponse, asked: str) -> str:
        # Relative or absolute, says the standard.
        return urljoin(self._http.url + asked, answer.headers.get("Location", ""))
