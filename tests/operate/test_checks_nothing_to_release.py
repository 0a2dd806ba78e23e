"""When a release would change nothing."""

from dataclasses import replace

from operate.checking.checks import nothing_to_release
from operate.reading.image import Image
from tests.operate.reading import FAMILY, LIVE, REGISTRY, SERVICE

DIGEST = f"sha256:{'a' * 64}"
IMAGE = Image(
    repository="dev/hello",
    tag="v4",
    digest=DIGEST,
    architectures=frozenset({"ARM64"}),
    uri=f"{REGISTRY}/dev/hello@{DIGEST}",
)


def test_nothing_to_release_where_the_configured_revision_runs() -> None:
    assert nothing_to_release(SERVICE, LIVE, None) == (
        "hello runs dev-hello:3 already, the configured revision."
    )
    assert nothing_to_release(SERVICE, replace(LIVE, revision=f"{FAMILY}:2"), None) is None
    # A release derived the live one from the configured one: without an image, the configured one is new.
    derived = replace(LIVE, revision=f"{FAMILY}:4", base="dev-hello:3")
    assert nothing_to_release(SERVICE, derived, None) is None


def test_nothing_to_release_where_the_image_runs_already() -> None:
    derived = replace(LIVE, revision=f"{FAMILY}:4", base="dev-hello:3", image=IMAGE.uri)
    assert nothing_to_release(SERVICE, derived, IMAGE) == (
        f"hello runs the image v4 ({DIGEST[:19]}) already, as dev-hello:4."
    )
    assert nothing_to_release(SERVICE, derived, replace(IMAGE, tag=None)) is not None
    assert nothing_to_release(SERVICE, derived, replace(IMAGE, digest=f"sha256:{'b' * 64}")) is None
    # The same image, but the task around it has changed since.
    assert nothing_to_release(SERVICE, replace(derived, base="dev-hello:2"), IMAGE) is None


def test_the_same_image_by_its_tag() -> None:
    by_tag = replace(LIVE, image=f"{REGISTRY}/dev/hello:v4")
    assert nothing_to_release(SERVICE, by_tag, IMAGE) is not None
    assert nothing_to_release(SERVICE, by_tag, replace(IMAGE, tag="v5")) is None
    assert nothing_to_release(SERVICE, by_tag, replace(IMAGE, tag=None)) is None


def test_an_image_with_neither_tag_nor_digest_may_be_any() -> None:
    latest = replace(LIVE, image=f"{REGISTRY}/dev/hello")
    assert nothing_to_release(SERVICE, latest, replace(IMAGE, tag=None)) is None


def test_the_same_digest_in_another_repository_is_another_image() -> None:
    elsewhere = replace(LIVE, image=f"{REGISTRY}/staging/hello@{DIGEST}")
    assert nothing_to_release(SERVICE, elsewhere, IMAGE) is None
