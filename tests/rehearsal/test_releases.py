"""The demo's end, where it does not end well."""

import io

import pytest
from rich.console import Console

from rehearsal import releases
from rehearsal.inventory.containers import Service, TaskDefinition
from rehearsal.releases import ReleaseError
from rehearsal.server import EmbeddedAws

NOTHING = Service(
    name="nothing",
    cluster="dev",
    controller="CODE_DEPLOY",
    desired=1,
    task_definition=TaskDefinition(
        arn="", cpu="", memory="", architecture="ARM64", images=[], execution_role="", task_role=""
    ),
    target_groups=[],
)


def test_a_command_that_fails_ends_the_demo(server: EmbeddedAws, capfd: pytest.CaptureFixture[str]) -> None:
    server.client("ecr").create_repository(repositoryName="dev/nothing")
    with pytest.raises(ReleaseError, match="operate release ended with exit code 2"):
        releases.show(server, "dev", NOTHING, Console(file=io.StringIO()))

    written = "".join(capfd.readouterr())
    assert "dev has no service" in written
    assert "Traceback" not in written
