"""Credentials of another account: every command is refused before it asks for anything but their owner."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from environments.loading.files import load
from operate import aws, cli
from operate.commands import arguments

# Command lines that would begin at once.
LINES = {
    "acceptance": "dev --yes",
    "approve": "dev hello",
    "bootstrap": "dev",
    "copy-image": "public.ecr.aws/nginx/nginx:1.29 dev hello",
    "deploy": "dev --yes",
    "diff": "dev",
    "doctor": "dev --repair --yes",
    "exec": "dev hello",
    "finish": "dev hello",
    "logs": "dev hello",
    "release": "dev hello --image v2",
    "rollback": "dev hello",
    "run": "dev report",
    "status": "dev",
    "stop": "dev hello",
    "watch": "dev hello",
}


def test_no_command_is_forgotten() -> None:
    assert set(LINES) == {
        each.name or getattr(each.callback, "__name__", "") for each in cli.app.registered_commands
    }


@pytest.mark.parametrize("command", LINES)
def test_it_is_refused_before_anything_else(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def elsewhere(*words: Any) -> Any:
        found = load(*words)
        others = [each.model_copy(update={"account": "999999999999"}) for each in found.environments]
        return replace(found, environments=tuple(others))

    def client(service: str, **_: Any) -> Any:
        assert service == "sts"
        return SimpleNamespace(get_caller_identity=lambda: {"Account": "123456789012"})

    monkeypatch.setattr(arguments, "load", elsewhere)
    monkeypatch.setattr(aws.boto3, "client", client)
    assert cli.main([command, *LINES[command].split()]) == 2
    said = capsys.readouterr()
    assert "The credentials belong to account 123456789012; dev lives in 999999999999." in said.err
    assert "AWS_PROFILE" in said.err
    assert said.out == ""
