"""One attempt: every new task is asked once, and the first wrong answer ends it."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError  # pyright: ignore[reportMissingTypeStubs]

from .settings import NotYet, Settings
from .tasks import addresses


@dataclass(frozen=True, kw_only=True)
class Result:
    """Whether the tasks passed, and what is to be said of it."""

    passed: bool
    words: str


class Tester:
    """Asks the tasks of one service through the prober.

    Args:
        settings: The test.
        ecs: A client of ECS.
        functions: A client of Lambda.
        now: The time in seconds.
        sleep: Waits for seconds.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        ecs: Any,
        functions: Any,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings
        self.ecs = ecs
        self.now = now
        self.sleep = sleep
        self._functions = functions

    def attempt(self, started_by: Callable[[], str], deadline: float) -> Result:
        """Ask each task once.

        Whatever AWS answers instead may pass too: a function in a VPC that was idle for weeks has no network
        interface for some minutes, and a new role takes its time.
        """
        try:
            tasks = addresses(self.ecs, self.settings.cluster, started_by())
            for number, address in enumerate(tasks):
                # Not before the first, so that the last words are a task's and not the clock's.
                if number and self.now() >= deadline:
                    raise NotYet(f"Time was up after {number} of {len(tasks)} tasks.")
                self._ask(address)
        except NotYet as reason:
            return Result(passed=False, words=str(reason))
        except (ClientError, BotoCoreError) as error:
            return Result(passed=False, words=f"{type(error).__name__}: {error}")
        return Result(passed=True, words=f"{len(tasks)} tasks answered {self.settings.status}.")

    def _ask(self, address: str) -> None:
        test = self.settings
        event = {"address": address, "port": test.port, "path": test.path}
        answer = self._functions.invoke(FunctionName=test.prober, Payload=json.dumps(event).encode())
        told = json.loads(answer["Payload"].read())
        asked = f"{address}:{test.port}{test.path}"
        if answer.get("FunctionError"):
            raise NotYet(f"The prober failed at {asked}: {told.get('errorMessage')}")
        if "error" in told:
            raise NotYet(f"{asked} gave no answer: {told['error']}")
        if told["status"] != test.status:
            raise NotYet(f"{asked} answered {told['status']} instead of {test.status}: {told['body']!r}")
