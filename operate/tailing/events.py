"""The events of a log group, each once, however many pages and polls it takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from operate.aws import Aws, explained

LATE = timedelta(seconds=60)
"""How much older than the newest event one may be that is still to come: each task sends in batches."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """A line of a log.

    Args:
        id: What CloudWatch calls it.
        time: When it was written.
        stream: The log stream: prefix, container and task id, parted by slashes.
        message: What it says, without the end of the line.
    """

    id: str
    time: datetime
    stream: str
    message: str

    @property
    def task(self) -> str:
        """The id of its task."""
        return self.stream.rpartition("/")[2]

    @property
    def container(self) -> str:
        """The name of its container. Empty where another log driver named the stream.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
        """
        parts = self.stream.split("/")
        return parts[-2] if len(parts) > 2 else ""


class Tail:
    """Reads on where it stopped.

    A poll asks again for the last minute before the newest event, since late ones may have come, and leaves
    out what was there already.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html

    Args:
        aws: The way to AWS.
        log_group: The group's name.
        begin: When to begin.
        pattern: A filter pattern of CloudWatch's. None by default.
    """

    def __init__(self, aws: Aws, log_group: str, begin: datetime, *, pattern: str | None = None) -> None:
        self._aws = aws
        self._group = log_group
        self._begin = _milliseconds(begin)
        self._pattern = pattern
        self._newest = self._begin
        self._seen: dict[str, int] = {}

    def poll(self) -> Iterator[Event]:
        """Every event that is there now and was not before, page by page.

        Raises:
            OperateError: There is no such group, or AWS refused to answer.
        """
        late = int(LATE.total_seconds() * 1000)
        # An event may claim to be of the future; what comes before it is not late.
        newest = min(self._newest, _milliseconds(datetime.now(UTC)))
        start = max(self._begin, newest - late)
        self._seen = {id_: at for id_, at in self._seen.items() if at >= start}
        asked: dict[str, Any] = {"logGroupName": self._group, "startTime": start}
        if self._pattern:
            asked["filterPattern"] = self._pattern
        while True:
            with explained(f"read {self._group}"):
                page = self._aws.client("logs").filter_log_events(**asked)
            for each in page["events"]:
                if each["eventId"] not in self._seen:
                    self._seen[each["eventId"]] = each["timestamp"]
                    self._newest = max(self._newest, each["timestamp"])
                    yield _event(each)
            # A page may be empty and not the last one.
            if not page.get("nextToken"):
                return
            asked["nextToken"] = page["nextToken"]


def _event(said: dict[str, Any]) -> Event:
    return Event(
        id=said["eventId"],
        time=datetime.fromtimestamp(said["timestamp"] / 1000, UTC),
        stream=said["logStreamName"],
        message=said["message"].rstrip("\r\n"),
    )


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
