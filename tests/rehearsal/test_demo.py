"""`python -m rehearsal`, where it does not end well: exit code, reason, no traceback, no process left."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from rehearsal.server import ROOT


def start(folder: Path, app: str) -> subprocess.Popen[str]:
    """Start the demo with another app."""
    (folder / "cdk.json").write_text(json.dumps({"app": f"python -c '{app}'"}))
    return subprocess.Popen(
        [sys.executable, "-m", "rehearsal", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_an_app_that_fails_is_the_reason(tmp_path: Path) -> None:
    with start(tmp_path, 'raise SystemExit("environments/dev.py: cidr")') as demo:
        output, _ = demo.communicate(timeout=60)

    assert demo.returncode == 1
    assert "cdk synth" in output
    assert "environments/dev.py: cidr" in output
    assert "Traceback" not in output


def test_ctrl_c_stops_everything(tmp_path: Path) -> None:
    with start(tmp_path, "import time; time.sleep(60)") as demo:
        assert demo.stdout is not None
        port = int(demo.stdout.readline().partition("http://localhost:")[2].partition(",")[0])
        demo.send_signal(signal.SIGINT)
        output = demo.stdout.read()
        demo.wait(timeout=60)

    assert demo.returncode == 130
    assert "Interrupted" in output
    assert "Traceback" not in output
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
