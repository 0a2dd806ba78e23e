"""A child process whose output is kept in memory and which never outlives its reader."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_LOOK_EVERY_SECONDS = 0.15
_GRACE_SECONDS = 5


def run(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], meanwhile: Callable[[], None]
) -> tuple[int, str]:
    """Run a command to its end.

    Args:
        command: Program and arguments.
        cwd: Working directory.
        env: The whole environment.
        meanwhile: Called several times a second until the command has ended, and once after.

    Returns:
        Exit code, and everything it wrote, standard output and error together.
    """
    process = subprocess.Popen(  # noqa: S603 - our own command line
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # A group of its own, so that the whole tree (the CLI, node, the app) can be stopped at once.
        start_new_session=True,
    )
    written: list[bytes] = []
    reader = threading.Thread(target=_read, args=(process, written), daemon=True)
    reader.start()
    try:
        while process.poll() is None:
            meanwhile()
            time.sleep(_LOOK_EVERY_SECONDS)
        reader.join()
        meanwhile()
    finally:
        _stop(process)
    return process.returncode, b"".join(written).decode(errors="replace")


def _read(process: subprocess.Popen[bytes], written: list[bytes]) -> None:
    if process.stdout is not None:
        written.extend(iter(process.stdout.readline, b""))


def _stop(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_GRACE_SECONDS)
