"""Every stack of every environment as one readable file; `make snapshots` accepts a change."""

import json
import re
from collections.abc import Callable

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from environments import ENVIRONMENTS, load_environments
from tests.synthesis import Templates

# An asset's hash changes with every byte of its sources; what refers to it is what a reviewer wants to see.
ASSET_HASH = re.compile(r"[0-9a-f]{64}")


def _stacks() -> list[tuple[str, str]]:
    return [
        (environment.name, stack)
        for environment in load_environments()
        for stack in (
            "network",
            "registry",
            "platform",
            *(workload.name for workload in (*environment.services, *environment.jobs)),
        )
    ]


@pytest.mark.parametrize(("environment", "stack"), _stacks(), ids=lambda value: value)
def test_template(
    environment: str, stack: str, templates: Callable[[str], Templates], snapshot: SnapshotAssertion
) -> None:
    # The bootstrap check is the CDK CLI's business and the same in every template.
    template = {
        key: value
        for key, value in templates(environment)[stack].items()
        if key not in ("Parameters", "Rules")
    }
    masked = json.loads(ASSET_HASH.sub("<asset hash>", json.dumps(template)))
    assert masked == snapshot(extension_class=JSONSnapshotExtension)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_no_stack_is_without_a_snapshot(name: str, templates: Callable[[str], Templates]) -> None:
    assert set(templates(name)) == {stack for environment, stack in _stacks() if environment == name}
