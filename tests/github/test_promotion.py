"""Promotion: the digest that runs here is the digest that runs there, or nothing is."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from operate.problem import OperateError
from operate.reading.image import Image
from tests.github.script import load

DIGEST = "sha256:" + "0123456789abcdef" * 4
HERE = "111111111111.dkr.ecr.eu-central-1.amazonaws.com"
THERE = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"
SOURCE = f"{HERE}/dev/hello@{DIGEST}"


@dataclass
class Registry:
    """Stands in for AWS: what runs, and which digests lie in the repositories."""

    live: str = f"{HERE}/dev/hello:v1"
    production: dict[str, int] = field(default_factory=lambda: {"blue": 100, "green": 0})
    has: set[str] = field(default_factory=set)

    def read(self, _aws: Any, _service: Any) -> Any:
        return SimpleNamespace(image=self.live, production=self.production)

    def find(self, _aws: Any, service: Any, wanted: str) -> Image:
        if wanted not in self.has:
            raise OperateError(f"There is no image {service.repository}:{wanted}.")
        registry = HERE if service.repository.startswith("dev/") else THERE
        return Image(
            repository=service.repository,
            tag=None,
            digest=DIGEST,
            architectures=frozenset({"ARM64"}),
            uri=f"{registry}/{service.repository}@{DIGEST}",
        )


@dataclass
class Stacks:
    """Stands in for what is deployed."""

    name: str

    @property
    def environment(self) -> Any:
        return SimpleNamespace(name=self.name)

    @property
    def aws(self) -> Any:
        return SimpleNamespace(account="222222222222", region="eu-west-1")

    def service_names(self) -> list[str]:
        return ["hello"]

    def service(self, name: str) -> Any:
        if name != "hello":
            raise OperateError(f"{self.name} has no service {name!r}.")
        return SimpleNamespace(name=name, repository=f"{self.name}/{name}")


@pytest.fixture
def registry() -> Registry:
    return Registry(has={"v1", DIGEST})


@pytest.fixture
def ran() -> list[list[str]]:
    """The programs that were run."""
    return []


@pytest.fixture
def promotion(registry: Registry, ran: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    script = load("promotion")

    def run(words: Any, **options: Any) -> subprocess.CompletedProcess[str]:
        ran.append(list(words))
        if words[0] == "skopeo" and words[1] == "copy":
            registry.has.add(DIGEST)
        # The password is read; what skopeo says must not become the job's output.
        assert options["stdout"] == {"aws": subprocess.PIPE, "skopeo": 2}[words[0]]
        return subprocess.CompletedProcess(words, 0, stdout="password")

    monkeypatch.setattr(script, "read", registry.read)
    monkeypatch.setattr(script, "find", registry.find)
    monkeypatch.setattr(script, "deployed", Stacks)
    monkeypatch.setattr(script.subprocess, "run", run)
    return script


def test_what_runs_is_named_by_digest(promotion: ModuleType, capfd) -> None:
    assert promotion.main(["images", "dev"]) == 0
    assert capfd.readouterr().out == f'images={{"hello":"{SOURCE}"}}\n'


def test_whoever_approves_sees_the_digests(promotion: ModuleType, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    monkeypatch.setenv("IMAGES", json.dumps({"hello": SOURCE}))
    assert promotion.main(["images", "dev"]) == 0
    assert promotion.main(["copy", "staging"]) == 0
    assert (tmp_path / "summary").read_text() == (
        f"What dev runs:\n\n- `{SOURCE}`\nThe same, for staging:\n\n- `{THERE}/staging/hello@{DIGEST}`\n"
    )


def test_nothing_is_promoted_in_the_middle_of_a_release(
    promotion: ModuleType, registry: Registry, capfd
) -> None:
    registry.production = {"blue": 90, "green": 10}
    assert promotion.main(["images", "dev"]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert "hello is in the middle of a release" in said.err


def test_an_image_from_elsewhere_is_not_promoted(promotion: ModuleType, registry: Registry, capfd) -> None:
    registry.live = "public.ecr.aws/nginx/nginx:1"
    assert promotion.main(["images", "dev"]) == 2
    assert "does not lie in dev/hello" in capfd.readouterr().err


def test_an_image_is_copied_with_its_digest_and_a_tag(
    promotion: ModuleType, registry: Registry, ran: list[list[str]], capfd, monkeypatch
) -> None:
    registry.has = set()
    monkeypatch.setenv("IMAGES", json.dumps({"hello": SOURCE}))
    assert promotion.main(["copy", "staging"]) == 0
    assert capfd.readouterr().out == f'images={{"hello":"{THERE}/staging/hello@{DIGEST}"}}\n'
    assert ran == [
        ["aws", "ecr", "get-login-password", "--region", "eu-central-1", "--profile", "images"],
        ["skopeo", "login", "--username", "AWS", "--password-stdin", HERE],
        ["aws", "ecr", "get-login-password", "--region", "eu-west-1"],
        ["skopeo", "login", "--username", "AWS", "--password-stdin", THERE],
        [
            "skopeo",
            "copy",
            "--all",
            "--preserve-digests",
            f"docker://{SOURCE}",
            f"docker://{THERE}/staging/hello:promoted-0123456789ab",
        ],
    ]


def test_an_image_that_is_there_is_not_copied_again(
    promotion: ModuleType, ran: list[list[str]], monkeypatch
) -> None:
    monkeypatch.setenv("IMAGES", json.dumps({"hello": SOURCE}))
    assert promotion.main(["copy", "staging"]) == 0
    assert ran == []


def test_a_copy_that_did_not_arrive_is_no_success(
    promotion: ModuleType, registry: Registry, monkeypatch
) -> None:
    registry.has = set()
    monkeypatch.setattr(registry, "has", frozenset())
    monkeypatch.setattr(
        promotion.subprocess, "run", lambda words, **_: subprocess.CompletedProcess(words, 0, stdout="")
    )
    monkeypatch.setenv("IMAGES", json.dumps({"hello": SOURCE}))
    assert promotion.main(["copy", "staging"]) == 2


def test_a_copy_that_fails_ends_the_job(
    promotion: ModuleType, registry: Registry, monkeypatch, capfd
) -> None:
    registry.has = set()

    def fail(words: Any, **_: Any) -> None:
        raise subprocess.CalledProcessError(1, words)

    monkeypatch.setattr(promotion.subprocess, "run", fail)
    monkeypatch.setenv("IMAGES", json.dumps({"hello": SOURCE}))
    assert promotion.main(["copy", "staging"]) == 1
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err == "aws failed with exit code 1; its words stand above.\n"


@pytest.mark.parametrize(
    "uri",
    [
        f"{HERE}/dev/hello:v1",
        f"docker.io/library/nginx@{DIGEST}",
        f"{SOURCE}; rm -rf /",
        f"--help@{DIGEST}",
        "",
    ],
)
@pytest.mark.parametrize("step", ["copy", "release"])
def test_only_an_image_by_digest_is_taken(
    step: str, uri: str, promotion: ModuleType, ran: list[list[str]], monkeypatch
) -> None:
    monkeypatch.setenv("IMAGES", json.dumps({"hello": uri}))
    assert promotion.main([step, "staging"]) == 2
    with pytest.raises(OperateError, match="is not an image by digest in a registry of ECR"):
        getattr(promotion, step)(Stacks("staging"), {"hello": uri})
    assert ran == []


def test_a_service_that_is_not_there_yet(promotion: ModuleType, monkeypatch, capfd) -> None:
    monkeypatch.setenv("IMAGES", json.dumps({"other": SOURCE}))
    assert promotion.main(["copy", "staging"]) == 2
    assert "staging has no service 'other'" in capfd.readouterr().err


Released = Callable[[dict[str, int]], tuple[int, list[list[str]]]]


@pytest.fixture
def released(promotion: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Released:
    def run(codes: dict[str, int]) -> tuple[int, list[list[str]]]:
        began: list[list[str]] = []

        def release(words: Any, **_: Any) -> subprocess.CompletedProcess[str]:
            began.append(list(words))
            return subprocess.CompletedProcess(words, codes[words[5]])

        monkeypatch.setattr(promotion.subprocess, "run", release)
        monkeypatch.setenv("IMAGES", json.dumps(dict.fromkeys(codes, SOURCE)))
        return promotion.main(["release", "staging"]), began

    return run


def test_each_service_is_released_by_its_digest(released: Released) -> None:
    code, began = released({"hello": 0, "other": 0})
    assert code == 0
    assert began == [
        [
            sys.executable,
            "-m",
            "operate",
            "release",
            "staging",
            name,
            "--image",
            DIGEST,
            "--wait-for-old-tasks",
        ]
        for name in ("hello", "other")
    ]


def test_after_a_failed_release_none_begins(released: Released) -> None:
    code, began = released({"hello": 1, "other": 0})
    assert code == 1
    assert [words[5] for words in began] == ["hello"]
