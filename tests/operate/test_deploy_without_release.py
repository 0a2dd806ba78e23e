"""`deploy --no-release`: the stacks and nothing more; the release of a promoted image is the only one."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from operate.deploying import deploy


@pytest.mark.parametrize(("choice", "done"), [({}, ["stacks", "release"]), ({"release": False}, ["stacks"])])
def test_what_is_due_is_released_unless_told_otherwise(
    choice: dict[str, Any], done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    did: list[str] = []
    stacks = SimpleNamespace(run=lambda _: did.append("stacks"))
    monkeypatch.setattr(deploy, "_check", lambda *_: [])
    monkeypatch.setattr(deploy, "read_stacks", lambda *_: [])
    monkeypatch.setattr(deploy, "StackDeployment", lambda *_, **__: stacks)
    monkeypatch.setattr(deploy, "_release", lambda *_: did.append("release"))
    environment: Any = SimpleNamespace(environment=SimpleNamespace(name="dev", bootstrap_qualifier=None))
    tools: Any = SimpleNamespace(
        cdk=SimpleNamespace(synthesize=lambda: None, assembly=None),
        doing=lambda _: nullcontext(),
    )
    deploy.deploy(environment, deploy.Choice(**choice), tools)
    assert did == done
