"""`copy-image` between two registries that answer on the loopback interface."""

import base64
from collections.abc import Iterator

import pytest
import urllib3

from environments.model import Environment
from operate.deploying import registry_http
from operate.deploying.copy_image import Source, copy_image, parse
from operate.deploying.registry_http import RegistryError
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError
from tests.operate.reading import StubbedAws
from tests.operate.registry_server import RegistryServer

LAYERS = (b"base layer", b"a second layer" * 100_000)


@pytest.fixture
def public() -> Iterator[RegistryServer]:
    """Somebody's registry: anonymous, but with a token."""
    with RegistryServer("team/app", token="anonymous-token") as server:
        yield server


@pytest.fixture
def ours() -> Iterator[RegistryServer]:
    with RegistryServer("dev/hello", login=("AWS", "secret")) as server:
        yield server


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    retry = registry_http._RETRY.new(backoff_factor=0)
    monkeypatch.setattr(registry_http, "_RETRY", retry)


class Copy:
    """`copy_image` into `ours`; what it said."""

    def __init__(self, aws: StubbedAws, ours: RegistryServer) -> None:
        self._aws, self._ours = aws, ours
        self.said: list[str] = []

    def __call__(self, source: str, *, tag: str | None = None, service: str = "hello") -> str:
        self.said = []
        asked = {"repositoryNames": ["dev/hello"]}
        self._aws.answers("ecr", "describe_repositories", {"repositories": []}, asked)
        token = base64.b64encode(b"AWS:secret").decode()
        given = {"authorizationToken": token, "proxyEndpoint": self._ours.url}
        self._aws.answers("ecr", "get_authorization_token", {"authorizationData": [given]})
        return copy_image(Deployed(self._aws), source, service, tag=tag, say=self.said.append)


@pytest.fixture
def copy(stubbed: StubbedAws, ours: RegistryServer) -> Copy:
    return Copy(stubbed, ours)


def refusal(copy: Copy, source: str, **choice: str) -> OperateError:
    with pytest.raises(OperateError) as refused:
        copy(source, **choice)
    return refused.value


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("nginx", ("registry-1.docker.io", "library/nginx", None, None)),
        ("nginx:1.27", ("registry-1.docker.io", "library/nginx", "1.27", None)),
        ("docker.io/bitnami/redis:7", ("registry-1.docker.io", "bitnami/redis", "7", None)),
        ("public.ecr.aws/nginx/nginx:1", ("public.ecr.aws", "nginx/nginx", "1", None)),
        ("localhost:5000/a/b_c--d:x", ("localhost:5000", "a/b_c--d", "x", None)),
        (f"ghcr.io/o/r@sha256:{'0' * 64}", ("ghcr.io", "o/r", None, f"sha256:{'0' * 64}")),
        (f"ghcr.io/o/r:1@sha256:{'0' * 64}", ("ghcr.io", "o/r", "1", f"sha256:{'0' * 64}")),
    ],
)
def test_images_as_people_write_them(text: str, source: tuple[str, str, str | None, str | None]) -> None:
    host, repository, tag, digest = source
    assert parse(text) == Source(host=host, repository=repository, tag=tag, digest=digest)


@pytest.mark.parametrize("text", ["", "Nginx", "nginx:", "a//b", "https://ghcr.io/x", "x@sha256:12"])
def test_what_names_no_image(text: str) -> None:
    with pytest.raises(OperateError, match="names no image"):
        parse(text)


def test_every_platform_arrives_under_the_same_digest(
    copy: Copy, public: RegistryServer, ours: RegistryServer
) -> None:
    digest = public.add_index(
        "1.27", amd64=public.add_image("amd64", *LAYERS), arm64=public.add_image("arm64", *LAYERS, b"arm")
    )
    assert copy(f"{public.host}/team/app:1.27") == digest
    assert ours.manifests["1.27"] == public.manifests["1.27"]
    assert ours.manifests.keys() == public.manifests.keys()
    assert ours.blobs == public.blobs
    assert copy.said[-2:] == [
        f"{public.host}/team/app:1.27 is now dev/hello:1.27, {digest}",
        'In environments/dev.py: image=RegistryImage(tag="1.27")',
    ]


def test_what_two_platforms_share_is_sent_once(
    copy: Copy, public: RegistryServer, ours: RegistryServer
) -> None:
    public.add_index("1", amd64=public.add_image("amd64", *LAYERS), arm64=public.add_image("arm64", *LAYERS))
    copy(f"{public.host}/team/app:1")
    uploads = [each for each in ours.requests if each.startswith("PATCH")]
    # Two layers, three configurations and the build record's own layer.
    assert len(uploads) == 2 + 3 + 1


def test_an_image_of_one_platform(copy: Copy, public: RegistryServer, ours: RegistryServer) -> None:
    digest = public.add_image("arm64", *LAYERS, tag="solo")["digest"]
    assert copy(f"{public.host}/team/app:solo", tag="mine") == digest
    assert ours.manifests["mine"] == public.manifests["solo"]


def test_by_digest_gets_a_tag_of_it(copy: Copy, public: RegistryServer, ours: RegistryServer) -> None:
    digest = public.add_image("arm64", b"x")["digest"]
    copy(f"{public.host}/team/app@{digest}")
    assert f"sha256-{digest[7:19]}" in ours.manifests


def test_a_second_run_sends_nothing(copy: Copy, public: RegistryServer, ours: RegistryServer) -> None:
    public.add_image("arm64", *LAYERS, tag="1")
    copy(f"{public.host}/team/app:1")
    ours.requests.clear()
    copy(f"{public.host}/team/app:1")
    assert ours.requests == ["GET /v2/dev/hello/manifests/1"]
    assert copy.said[0] == "dev/hello:1 is this image already."


def test_an_interrupted_run_goes_on_with_what_is_missing(
    copy: Copy, public: RegistryServer, ours: RegistryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    public.add_image("arm64", *LAYERS, tag="1")

    def leave(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("operate.deploying.registry_client.Registry.write_manifest", leave)
        interrupted = refusal(copy, f"{public.host}/team/app:1")
    assert interrupted.code is ExitCode.INTERRUPTED
    assert "1" not in ours.manifests
    ours.requests.clear()
    copy(f"{public.host}/team/app:1")
    assert not [each for each in ours.requests if each.startswith("PATCH")]
    assert "1" in ours.manifests


def test_tags_never_move(copy: Copy, public: RegistryServer, ours: RegistryServer) -> None:
    public.add_image("arm64", b"new", tag="1")
    ours.add_image("arm64", b"old", tag="1")
    refused = refusal(copy, f"{public.host}/team/app:1")
    assert "dev/hello:1 is another image already" in refused.problem
    assert "--tag 1-2" in (refused.next_step or "")
    copy(f"{public.host}/team/app:1", tag="1-2")
    assert ours.manifests["1-2"] == public.manifests["1"]


def test_an_image_for_another_processor_is_refused_before_anything_is_sent(
    copy: Copy, public: RegistryServer, ours: RegistryServer
) -> None:
    public.add_image("amd64", *LAYERS, tag="solo")
    public.add_index("many", amd64=public.add_image("amd64", b"x"), s390x=public.add_image("s390x", b"y"))
    refused = refusal(copy, f"{public.host}/team/app:solo")
    assert refused.problem.endswith("is built for amd64; hello runs on ARM64.")
    assert "is built for amd64, s390x; hello runs on ARM64." in str(
        refusal(copy, f"{public.host}/team/app:many")
    )
    assert ours.requests == []


def test_layers_may_lie_elsewhere_and_the_login_stays_here(
    copy: Copy, public: RegistryServer, ours: RegistryServer
) -> None:
    with RegistryServer("cdn") as elsewhere:
        public.add_image("arm64", *LAYERS, tag="1")
        elsewhere.blobs = public.blobs
        public.moved_to = elsewhere.url
        copy(f"{public.host}/team/app:1")
        assert ours.blobs == public.blobs
        assert elsewhere.seen_by_mover
        assert set(elsewhere.seen_by_mover) == {None}


def test_uploads_may_go_elsewhere_and_the_login_stays_here(
    copy: Copy, public: RegistryServer, ours: RegistryServer
) -> None:
    with RegistryServer("dev/hello") as elsewhere:
        elsewhere.blobs, elsewhere.uploads = ours.blobs, ours.uploads
        ours.uploads_to = elsewhere
        public.add_image("arm64", *LAYERS, tag="1")
        copy(f"{public.host}/team/app:1")
        assert ours.blobs == public.blobs
        assert set(elsewhere.seen_by_mover) == {None}


def test_there_is_no_such_image(copy: Copy, public: RegistryServer) -> None:
    assert refusal(copy, f"{public.host}/team/app:9").problem.startswith("There is no image ")


def test_a_private_image_is_said_to_be_one(copy: Copy) -> None:
    with RegistryServer("team/app", login=("somebody", "else")) as private:
        refused = refusal(copy, f"{private.host}/team/app:1")
    assert refused.code is ExitCode.REFUSED
    assert refused.problem.endswith("team/app:1 is not there, or not public.")
    assert "401" in (refused.cause or "")


def test_a_registry_that_counts_downloads(copy: Copy, public: RegistryServer) -> None:
    public.failures["GET /v2/team/app/manifests"] = [429] * 9
    refused = refusal(copy, f"{public.host}/team/app:1")
    assert refused.code is ExitCode.FAILED
    assert "lets nobody download more for now" in refused.problem
    assert "public.ecr.aws/docker/library" in (refused.next_step or "")


def test_a_registry_that_stumbles_is_asked_again(
    copy: Copy, public: RegistryServer, ours: RegistryServer
) -> None:
    public.add_image("arm64", *LAYERS, tag="1")
    public.failures["GET /v2/team/app/blobs"] = [503, 500]
    ours.failures["HEAD /v2/dev/hello/blobs"] = [502]
    copy(f"{public.host}/team/app:1")
    assert ours.manifests["1"] == public.manifests["1"]


def test_what_is_not_what_its_digest_says_never_arrives(
    copy: Copy, public: RegistryServer, ours: RegistryServer
) -> None:
    image = public.add_image("arm64", *LAYERS, tag="1")
    public.corrupt = {each["digest"] for each in _layers(public, image["digest"])}
    with pytest.raises(RegistryError, match="is not that"):
        copy(f"{public.host}/team/app:1")
    assert not public.corrupt & ours.blobs.keys()
    assert "1" not in ours.manifests


def _layers(server: RegistryServer, digest: str) -> list[dict[str, str]]:
    import json

    return json.loads(server.manifests[digest][1])["layers"]


def test_the_destination_may_refuse(copy: Copy, public: RegistryServer, ours: RegistryServer) -> None:
    public.add_image("arm64", *LAYERS, tag="1")
    ours.failures["POST /v2/dev/hello/blobs"] = [403]
    with pytest.raises(RegistryError, match=r"refused dev/hello: 403 .*BROKEN") as refused:
        copy(f"{public.host}/team/app:1")
    assert refused.value.code is ExitCode.FAILED


def test_nobody_answers(copy: Copy) -> None:
    with RegistryServer("x") as gone:
        host = gone.host
    with pytest.raises(RegistryError, match=f"{host} did not answer"):
        copy(f"{host}/x:1")


def test_no_such_service(copy: Copy) -> None:
    assert refusal(copy, "nginx", service="shop").next_step == "one of: hello."


def test_no_repository_yet(stubbed: StubbedAws) -> None:
    stubbed.refuses("ecr", "describe_repositories", "RepositoryNotFoundException")
    with pytest.raises(OperateError, match="There is no repository dev/hello") as refused:
        copy_image(Deployed(stubbed), "nginx", "hello", tag=None, say=print)
    assert refused.value.next_step == "make deploy ENV=dev ARGS='--stack registry'"


def test_through_the_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "localhost")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("https_proxy", "http://proxy.example.com:3128")
    assert isinstance(registry_http._pool("https://public.ecr.aws"), urllib3.ProxyManager)
    assert not isinstance(registry_http._pool("https://localhost"), urllib3.ProxyManager)


def test_dev(dev: Environment) -> None:
    """What the tests above take for granted."""
    assert dev.services[0].architecture == "ARM64"
