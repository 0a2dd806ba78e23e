"""A container registry on the loopback interface, as the distribution specification describes one."""
# ruff: noqa: PLR0911 - one return an answer

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def digest_of(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


class RegistryServer(AbstractContextManager["RegistryServer"]):
    """One registry with one repository.

    Args:
        name: The repository.
        token: The bearer token that it wants, and gives to whoever asks. None asks for nothing.
        login: User and password that it wants instead.
    """

    def __init__(self, name: str, *, token: str | None = None, login: tuple[str, str] | None = None) -> None:
        self.name = name
        self.token = token
        self.login = login
        self.blobs: dict[str, bytes] = {}
        self.manifests: dict[str, tuple[str, bytes]] = {}
        self.requests: list[str] = []
        self.uploads: dict[str, bytes] = {}
        self.failures: dict[str, list[int]] = {}
        """Statuses to answer with, in order, by the beginning of "METHOD /path"."""
        self.corrupt: set[str] = set()
        self.moved_to: str | None = None
        """Where blobs really are: the address of another server."""
        self.seen_by_mover: list[str | None] = []
        self.uploads_to: RegistryServer | None = None
        """Where uploads go instead."""
        server = self

        class Handler(_Handler):
            registry = server

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True

    def __enter__(self) -> "RegistryServer":
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._http.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def add_blob(self, body: bytes) -> dict[str, Any]:
        self.blobs[digest_of(body)] = body
        return {"digest": digest_of(body), "size": len(body)}

    def add_manifest(self, content: Mapping[str, Any], tag: str | None = None) -> dict[str, Any]:
        body = json.dumps(content, indent=3).encode()
        self.manifests[digest_of(body)] = (content["mediaType"], body)
        if tag:
            self.manifests[tag] = (content["mediaType"], body)
        return {"mediaType": content["mediaType"], "digest": digest_of(body), "size": len(body)}

    def add_image(self, architecture: str, *layers: bytes, tag: str | None = None) -> dict[str, Any]:
        config = json.dumps({"architecture": architecture, "os": "linux"}).encode()
        return self.add_manifest(
            {
                "schemaVersion": 2,
                "mediaType": OCI_MANIFEST,
                "config": {"mediaType": OCI_CONFIG, **self.add_blob(config)},
                "layers": [{"mediaType": OCI_LAYER, **self.add_blob(each)} for each in layers],
            },
            tag,
        )

    def add_index(self, tag: str, **images: dict[str, Any]) -> str:
        """An image for several processors, and the record of its build; its digest."""
        manifests = [
            {**image, "platform": {"os": "linux", "architecture": name}} for name, image in images.items()
        ]
        record = self.add_image("unknown", b"provenance")
        manifests.append({**record, "platform": {"os": "unknown", "architecture": "unknown"}})
        content = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": manifests}
        return self.add_manifest(content, tag)["digest"]


class _Handler(BaseHTTPRequestHandler):
    registry: RegistryServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _error(self, status: int, code: str, **headers: str) -> None:
        body = json.dumps({"errors": [{"code": code, "message": code.lower().replace("_", " ")}]})
        self._answer(status, body.encode(), Content_Type="application/json", **headers)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            pieces = b""
            while size := int(self.rfile.readline(), 16):
                pieces += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return pieces
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _handle(self) -> None:
        body = self._body()
        parts = urlsplit(self.path)
        asked = f"{self.command} {parts.path}"
        self.registry.requests.append(asked)
        if parts.path == "/token":
            scope = parse_qs(parts.query).get("scope", [""])[0]
            if scope != f"repository:{self.registry.name}:pull":
                return self._error(400, "SCOPE")
            return self._answer(200, json.dumps({"token": self.registry.token}).encode())
        if parts.path.startswith("/elsewhere/"):
            self.registry.seen_by_mover.append(self.headers.get("Authorization"))
            return self._answer(200, self.registry.blobs[parts.path.removeprefix("/elsewhere/")])
        for beginning, statuses in self.registry.failures.items():
            if asked.startswith(beginning) and statuses:
                return self._error(statuses.pop(0), "BROKEN")
        self.registry.seen_by_mover.append(self.headers.get("Authorization"))
        if not self._let_in():
            return None
        found = re.fullmatch(rf"/v2/{re.escape(self.registry.name)}/(manifests|blobs)/(.+)", parts.path)
        if found is None:
            return self._error(404, "NAME_UNKNOWN")
        kind, rest = found.groups()
        if kind == "manifests":
            return self._manifest(rest, body)
        return self._blob(rest, body, parts.query)

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = _handle  # noqa: N815 - names of http.server

    def _let_in(self) -> bool:
        given = self.headers.get("Authorization")
        if self.registry.token and given != f"Bearer {self.registry.token}":
            challenge = f'Bearer realm="{self.registry.url}/token",service="test"'
            self._error(401, "UNAUTHORIZED", WWW_Authenticate=challenge)
            return False
        if self.registry.login:
            import base64

            wanted = base64.b64encode(":".join(self.registry.login).encode()).decode()
            if given != f"Basic {wanted}":
                self._error(401, "UNAUTHORIZED", WWW_Authenticate='Basic realm="test"')
                return False
        return True

    def _manifest(self, reference: str, body: bytes) -> None:
        manifests = self.registry.manifests
        if self.command == "PUT":
            if not reference.startswith("sha256:") and reference in manifests:
                return self._error(400, "TAG_INVALID")
            content = json.loads(body)
            named = [each["digest"] for each in content.get("manifests", [])]
            blobs = [each["digest"] for each in [content.get("config"), *content.get("layers", [])] if each]
            if any(each not in manifests for each in named) or any(
                each not in self.registry.blobs for each in blobs
            ):
                return self._error(400, "MANIFEST_BLOB_UNKNOWN")
            for name in {reference, digest_of(body)}:
                manifests[name] = (self.headers["Content-Type"], body)
            return self._answer(201)
        if reference not in manifests:
            return self._error(404, "MANIFEST_UNKNOWN")
        media_type, content = manifests[reference]
        if media_type not in self.headers.get("Accept", ""):
            return self._error(404, "MANIFEST_UNKNOWN")
        return self._answer(200, content, Content_Type=media_type)

    def _blob(self, rest: str, body: bytes, query: str) -> None:
        if self.command == "POST":
            upload = str(len(self.registry.uploads))
            self.registry.uploads[upload] = b""
            there = self.registry.uploads_to
            place = f"/v2/{self.registry.name}/blobs/uploads/{upload}?state=1"
            return self._answer(202, Location=f"{there.url}{place}" if there else place)
        if self.command == "PATCH":
            upload = rest.partition("/")[2]
            self.registry.uploads[upload] += body
            place = f"{self.registry.url}/v2/{self.registry.name}/blobs/uploads/{upload}?state=2"
            return self._answer(202, Location=place)
        if self.command == "PUT":
            whole = self.registry.uploads.pop(rest.partition("/")[2]) + body
            digest = parse_qs(query)["digest"][0]
            if digest != digest_of(whole):
                return self._error(400, "DIGEST_INVALID")
            self.registry.blobs[digest] = whole
            return self._answer(201)
        if rest not in self.registry.blobs:
            return self._error(404, "BLOB_UNKNOWN")
        if self.registry.moved_to and self.command == "GET":
            return self._answer(307, Location=f"{self.registry.moved_to}/elsewhere/{rest}")
        content = self.registry.blobs[rest]
        return self._answer(200, b"x" * len(content) if rest in self.registry.corrupt else content)
