"""The Dockerfile, read and, as far as that goes without Docker, replayed."""

import shutil
import signal
from pathlib import Path

import pytest

from tests.service.dockerfile import Stage, is_ignored, read_context, read_patterns, read_stages
from tests.service.process import SERVICE, Running, free_port, run

STAGES = read_stages(SERVICE / "Dockerfile")
FINAL = STAGES[-1]
CONTEXT = read_context(SERVICE)

# Loaded by Python itself when it starts: from there on, opening a file for writing is an error.
READ_ONLY = """
import os, sys

def refuse(event, arguments):
    writes = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event in {"os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink"}:
        # Said as well as refused: an import swallows the error when it cannot store its bytecode.
        os.write(2, f"read-only: {event} {arguments[0]}\\n".encode())
        raise OSError(30, "read-only file system")

sys.addaudithook(refuse)
"""


def test_one_base_pinned_and_from_a_registry_that_does_not_limit_codebuild() -> None:
    names = {stage.name for stage in STAGES}
    assert {stage.image for stage in STAGES} - names == {"public.ecr.aws/docker/library/python:3.13-slim"}


def test_what_builds_is_left_behind() -> None:
    assert len(STAGES) == 3
    assert FINAL.all("RUN") == []
    assert [origin for origin, _, _ in FINAL.copies] == ["packages", None]


def test_packages_are_installed_from_the_pins_alone() -> None:
    (packages,) = [stage for stage in STAGES if stage.name == "packages"]
    (install,) = packages.all("RUN")
    for option in ("--no-deps", "--only-binary :all:", "--requirement requirements.txt", "check"):
        assert option in install


@pytest.mark.parametrize("stage", STAGES, ids=[str(stage.name) for stage in STAGES])
def test_every_source_exists(stage: Stage) -> None:
    for origin, sources, _ in stage.copies:
        for source in sources:
            if origin is None:
                assert any(file == source or file.startswith(f"{source}/") for file in CONTEXT), source
            else:
                assert origin in {earlier.name for earlier in STAGES}


def test_only_what_the_image_needs_is_sent_to_the_build() -> None:
    patterns = read_patterns(SERVICE / ".dockerignore")
    assert {file for file in CONTEXT if not file.startswith("app/")} == {"requirements.txt"}
    assert {Path(file).suffix for file in CONTEXT if file.startswith("app/")} == {".py"}
    for stray in (".env", "app/__pycache__/web.cpython-313.pyc", "README.md", ".git/config"):
        assert is_ignored(stray, patterns)


def test_the_user_is_a_number_and_not_root() -> None:
    user, group = FINAL.last("USER").split(":")
    assert user.isdigit()
    assert group.isdigit()
    assert 0 not in {int(user), int(group)}


def test_signals_reach_the_application() -> None:
    assert FINAL.entry_point == ["python", "-m", "app"]


def test_nothing_ecs_ignores_and_nothing_of_one_architecture() -> None:
    assert FINAL.all("HEALTHCHECK") == []
    text = "\n".join(f"{name} {arguments}" for stage in STAGES for name, arguments in stage.instructions)
    for word in ("--platform", "amd64", "arm64", "x86_64", "aarch64", "curl"):
        assert word not in text


def test_it_runs_as_in_the_image_and_writes_nothing(tmp_path: Path) -> None:
    """The final stage's COPY, WORKDIR, ENV and ENTRYPOINT, with this Python and its packages."""
    root = tmp_path / "root"
    workdir = root / FINAL.last("WORKDIR").lstrip("/")
    for origin, sources, target in FINAL.copies:
        for file in (file for source in sources for file in CONTEXT if origin is None):
            for source in sources:
                if file.startswith(f"{source}/"):
                    place = workdir / target / Path(file).relative_to(source)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(SERVICE / file, place)
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(READ_ONLY)
    before = sorted(root.rglob("*"))

    own = {name: value for name, value in FINAL.environment.items() if name != "PATH"}
    variables = {**own, "PYTHONPATH": str(hook), "PORT": str(free_port()), "APP_COLOR": "green"}
    assert "read-only: open probe" in run("-c", "open('probe', 'w')", **variables).stderr

    application = Running(FINAL.entry_point[1:], workdir, variables)
    try:
        assert application.ask("/").json()["color"] == "green"
        health = run("-m", "app.health", cwd=workdir, **variables)
        assert (health.returncode, health.stderr) == (0, "")
        assert application.stop(signal.SIGTERM) == 0
    finally:
        application.kill()
    assert application.stderr == ""
    assert sorted(root.rglob("*")) == before
