"""What has to be there before CloudFormation starts, each missing thing with the commands that bring it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from environments.model import Environment, RegistryImage
from operate.checking import readiness
from operate.checking.finding import Finding, Verdict
from operate.checking.readiness import MissingImage, account_and_domain, missing_images, refuse
from operate.outputs import Deployed
from operate.problem import OperateError
from tests.operate.reading import REGISTRY, StubbedAws

DIGEST = f"sha256:{'a' * 64}"


@pytest.fixture
def with_tag(dev: Environment) -> Callable[..., Environment]:
    """dev, whose service runs an image of the registry."""

    def make(**image: str) -> Environment:
        (service,) = dev.services
        changed = service.model_copy(update={"image": RegistryImage(**image)})
        return dev.model_copy(update={"services": (changed,)})

    return make


def missing(aws: StubbedAws, environment: Environment, *, carry: bool = False) -> list[MissingImage]:
    aws.environment = environment
    return list(missing_images(Deployed(aws), ["hello"], carry=carry))


def index(*architectures: str) -> dict[str, Any]:
    manifests = [{"platform": {"os": "linux", "architecture": each}} for each in architectures]
    return {
        "images": [
            {
                "registryId": "123456789012",
                "imageId": {"imageDigest": DIGEST},
                "imageManifest": json.dumps({"manifests": manifests}),
            }
        ]
    }


def test_an_image_that_is_built_here_is_not_looked_for(stubbed: StubbedAws, dev: Environment) -> None:
    assert missing(stubbed, dev) == []
    assert stubbed.stubbed == set()


def test_an_image_that_is_there(stubbed: StubbedAws, with_tag: Callable[..., Environment]) -> None:
    stubbed.answers("ecr", "batch_get_image", index("amd64", "arm64"))
    assert missing(stubbed, with_tag(tag="v1")) == []


def test_no_such_image_with_every_command_that_brings_it(
    stubbed: StubbedAws, with_tag: Callable[..., Environment]
) -> None:
    stubbed.answers("ecr", "batch_get_image", {"images": [], "failures": []})
    (found,) = missing(stubbed, with_tag(tag="v1"))
    assert found.repository_exists
    assert found.says == "hello is to run dev/hello:v1, and there is no such image in eu-central-1"
    assert found.push.splitlines() == [
        "build and push it,",
        "  aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin "
        + REGISTRY,
        f"  docker build --platform linux/arm64 --tag {REGISTRY}/dev/hello:v1 DIRECTORY",
        f"  docker push {REGISTRY}/dev/hello:v1",
        "or copy one that is public, without Docker,",
        "  make copy-image SOURCE=... ENV=dev SERVICE=hello ARGS='--tag v1'",
    ]


def test_by_digest_the_file_has_to_follow(stubbed: StubbedAws, with_tag: Callable[..., Environment]) -> None:
    stubbed.answers("ecr", "batch_get_image", {"images": [], "failures": []})
    (found,) = missing(stubbed, with_tag(digest=DIGEST))
    assert f"dev/hello@{DIGEST}" in found.says
    assert found.push.splitlines()[-1] == "and name the digest that comes out in the environment file"


def test_no_repository_either(stubbed: StubbedAws, with_tag: Callable[..., Environment]) -> None:
    stubbed.refuses("ecr", "batch_get_image", "RepositoryNotFoundException")
    (found,) = missing(stubbed, with_tag(tag="v1"))
    assert not found.repository_exists


def test_an_image_for_another_processor_would_never_start(
    stubbed: StubbedAws, with_tag: Callable[..., Environment]
) -> None:
    stubbed.answers("ecr", "batch_get_image", index("amd64"))
    (found,) = missing(stubbed, with_tag(tag="v1"))
    assert found.says == f"hello runs on ARM64, and v1 ({DIGEST[:19]}) is built for X86_64"
    assert found.push.startswith("change `architecture`")


def test_no_right_to_look_is_not_a_missing_image(
    stubbed: StubbedAws, with_tag: Callable[..., Environment]
) -> None:
    stubbed.refuses("ecr", "batch_get_image", "AccessDeniedException")
    with pytest.raises(OperateError, match="Not allowed"):
        missing(stubbed, with_tag(tag="v1"))


def test_the_configured_image_may_be_gone_where_a_release_brought_another(
    stubbed: StubbedAws, with_tag: Callable[..., Environment], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "_is_carried", lambda *_: True)
    assert missing(stubbed, with_tag(tag="v1"), carry=True) == []
    stubbed.answers("ecr", "batch_get_image", {"images": [], "failures": []})
    assert len(missing(stubbed, with_tag(tag="v1"), carry=False)) == 1


@pytest.fixture
def domain(
    stubbed: StubbedAws, environments: Mapping[str, Environment], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], list[Finding]]:
    """The check of production's hosted zone alone."""
    monkeypatch.setattr(readiness, "account_checks", lambda _: [])
    stubbed.environment = environments["production"]
    return lambda: list(account_and_domain(Deployed(stubbed)))


def zone(name: str, *, private: bool = False) -> dict[str, Any]:
    described = {"Id": "Z", "Name": name, "CallerReference": "x", "Config": {"PrivateZone": private}}
    return {"HostedZone": described}


def test_the_hosted_zone(stubbed: StubbedAws, domain: Callable[[], list[Finding]]) -> None:
    stubbed.answers("route53", "get_hosted_zone", zone("example.com."), {"Id": "Z00000000000000000000"})
    (found,) = domain()
    assert found.verdict is Verdict.OK


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (zone("example.org."), "is the zone example.org., and not the public zone example.com."),
        (zone("example.com.", private=True), "is the private zone example.com., and not the public zone"),
    ],
)
def test_another_zone_would_keep_the_certificate_waiting(
    stubbed: StubbedAws, domain: Callable[[], list[Finding]], answer: dict[str, Any], says: str
) -> None:
    stubbed.answers("route53", "get_hosted_zone", answer)
    (found,) = domain()
    assert found.verdict is Verdict.REFUSED
    assert says in found.says


def test_no_such_zone_in_this_account(stubbed: StubbedAws, domain: Callable[[], list[Finding]]) -> None:
    stubbed.refuses("route53", "get_hosted_zone", "NoSuchHostedZone")
    (found,) = domain()
    assert found.verdict is Verdict.REFUSED
    assert "has no hosted zone Z00000000000000000000" in found.says


def test_no_right_to_look_is_a_warning(stubbed: StubbedAws, domain: Callable[[], list[Finding]]) -> None:
    stubbed.refuses("route53", "get_hosted_zone", "AccessDenied")
    (found,) = domain()
    assert found.verdict is Verdict.WARNING


def test_dev_has_no_domain(stubbed: StubbedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "account_checks", lambda _: [])
    assert account_and_domain(Deployed(stubbed)) == []


def test_all_refusals_at_once_and_warnings_besides() -> None:
    said: list[str] = []
    findings = [
        Finding(name="a", verdict=Verdict.OK, says="fine"),
        Finding(name="b", verdict=Verdict.WARNING, says="not so fine", fix="look"),
        Finding(name="c", verdict=Verdict.REFUSED, says="broken", fix="mend"),
        Finding(name="d", verdict=Verdict.REFUSED, says="broken too", fix="mend too"),
    ]
    with pytest.raises(OperateError) as refused:
        refuse(findings, said.append)
    assert said == ["check b: not so fine (look)"]
    assert refused.value.problem == (
        "c: broken.\n  Fix: mend\nd: broken too.\n  Fix: mend too\nNothing was changed."
    )
    refuse(findings[:2], said.append)
