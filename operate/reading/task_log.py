"""The log of one task, as it grows."""

from collections.abc import Callable
from typing import Any

from operate.aws import Aws, explained
from operate.problem import OperateError
from operate.reading.stopped import log_stream
from operate.words import plain
from operate.workload import Workload

# A page is 1 MB; what comes faster than this between two looks is read at the next ones.
_PAGES = 10


class TaskLog:
    """The lines of one task, each told once.

    Args:
        aws: The way to the environment's account.
        workload: The service or job.
        revision: ARN of the task's definition.
        task: The task's id.
    """

    def __init__(self, aws: Aws, workload: Workload, revision: str, task: str) -> None:
        self._aws, self._workload = aws, workload
        self._revision, self._task = revision, task
        self._stream: str | None = None
        self._token: str | None = None

    def tell(self, say: Callable[[str], None]) -> None:
        """Say what is new. Nothing where there is no stream yet, or nobody may read it."""
        try:
            if self._stream is None:
                self._stream = log_stream(self._aws, self._workload, self._revision, self._task)
            if self._stream is None:
                return
            for _ in range(_PAGES):
                before = self._token
                for event in self._read(self._stream)["events"]:
                    for line in event["message"].rstrip().split("\n"):
                        say(f"  | {plain(line.rstrip())}")
                # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
                if self._token == before:
                    return
        except OperateError:
            return

    def _read(self, stream: str) -> dict[str, Any]:
        more: dict[str, Any] = {"nextToken": self._token} if self._token else {}
        with explained("read the task's log"):
            answer = self._aws.client("logs").get_log_events(
                logGroupName=self._workload.log_group, logStreamName=stream, startFromHead=True, **more
            )
        self._token = answer.get("nextForwardToken")
        return answer
