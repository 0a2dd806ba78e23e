"""A child process whose output is kept in memory and which never outlives the block that uses it."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

_LOOK_EVERY_SECONDS = 0.1
_GRACE_SECONDS = 5


class Running(AbstractContextManager["Running"]):
    """A started command; the end of the `with` block stops it, should it still run.

    Args:
        command: Program and arguments.
        cwd: Working directory.
        env: The whole environment.
    """

    def __init__(self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> None:
        self._written: list[bytes] = []
        self._process = subprocess.Popen(  # noqa: S603 - our own command line
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C is for us, and the whole tree (CLI, node, app) is stopped at once.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self, meanwhile: Callable[[], None]) -> tuple[int, str]:
        """Wait for the end.

        Args:
            meanwhile: Called several times a second until the command has ended, and once after.

        Returns:
            Exit code, and everything it wrote, standard output and error together.
        """
        while self._process.poll() is None:
            meanwhile()
            time.sleep(_LOOK_EVERY_SECONDS)
        self._reader.join()
        meanwhile()
        return self._process.returncode, b"".join(self._written).decode(errors="replace")

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _stop(self) -> None:
        for how in (signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is not None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=_GRACE_SECONDS)

    def _read(self) -> None:
        if self._process.stdout is not None:
            self._written.extend(iter(self._process.stdout.readline, b""))
