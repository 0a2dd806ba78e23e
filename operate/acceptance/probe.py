"""A request every second while a run lasts, and how many were answered."""

import threading
import time
import urllib.error
import urllib.request
from contextlib import AbstractContextManager


class Probe(AbstractContextManager["Probe"]):
    """Counts answers from a URL in the background, for the length of a `with` block.

    A connection refused and any status other than 2xx count as a failure.

    Args:
        url: What to ask for.
        every: Seconds between two requests.
    """

    def __init__(self, url: str, *, every: float = 1.0) -> None:
        self.url = url
        self.sent = 0
        self.failures: list[str] = []
        self._every = every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Probe":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def answers(self) -> str | None:
        """Ask once; why it failed, or None."""
        request = urllib.request.Request(self.url, headers={"Connection": "close"})  # noqa: S310 - the stack's URL
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                answer.read()
        except urllib.error.HTTPError as error:
            return f"status {error.code}"
        except OSError as error:
            return str(error)
        return None

    def _run(self) -> None:
        while not self._ended.is_set():
            failure = self.answers()
            self.sent += 1
            if failure is not None:
                self.failures.append(f"{time.strftime('%H:%M:%S')} {failure}")
            self._ended.wait(self._every)
