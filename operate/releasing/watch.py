"""Follow a deployment until it rests or ends, and say why it failed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from operate.problem import ExitCode, OperateError
from operate.reading.events import Events
from operate.releasing.moment import Moment
from operate.releasing.patience import Patience
from operate.releasing.progress import Progress


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How often AWS is asked.

    Args:
        every: Seconds between two looks. 5 by default: deployments move in minutes, and CodeDeploy's API is
            throttled for the whole account.
        sleep: Waits. `time.sleep` by default.
        clock: Tells the seconds that pass. The machine's monotonic clock by default.
    """

    every: float = 5.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def wait(self) -> None:
        """Until the next look."""
        self.sleep(self.every)


class Until(Enum):
    """When to stop looking."""

    REST = "rest"
    """Nothing more happens soon without a person: approval is asked for, or all traffic has moved."""
    END = "end"
    """Nothing more happens at all."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """How a deployment is watched.

    Args:
        progress: Where it is shown.
        pace: How often AWS is asked.
        again: The command that comes back to it, for whoever leaves.
        halt: The command that stops the deployment.
        events: News of the service besides. None by default.
    """

    progress: Progress
    pace: Pace
    again: str
    halt: str
    events: Events | None = None

    def follow(self, read: Callable[[], Moment], until: Until) -> Moment:
        """Look again and again.

        Args:
            read: Reads the deployment.
            until: When to stop looking.

        Returns:
            How it was at the last look.

        Raises:
            OperateError: The credentials ended, AWS refused or stayed silent, or a person pressed Ctrl-C. The
                deployment goes on in each case, and the error says how to come back.
        """
        patience = Patience(self.progress.say, again=self.again)
        try:
            while True:
                moment = patience.ask(read)
                if self.events is not None:
                    self.events.tell(self.progress.say)
                if moment is not None:
                    self.progress.show(moment)
                    if moment.phase.ended or (until is Until.REST and moment.phase.resting):
                        return moment
                self.pace.wait()
        except KeyboardInterrupt:
            raise OperateError(
                "Left alone: the deployment goes on.",
                next_step=f"{self.again} comes back to it; {self.halt} stops it and moves traffic back.",
                code=ExitCode.INTERRUPTED,
            ) from None
        finally:
            self.progress.rest()
