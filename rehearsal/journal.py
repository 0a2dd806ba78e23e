"""What happened in the embedded AWS that no AWS API tells: one list, read by the demo while it grows."""

import threading
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an entry tells."""

    EVENT = "event"
    """A stack event, as DescribeStackEvents shows it."""
    EXECUTED = "executed"
    """The function of a custom resource was really run."""
    STOOD_IN = "stood in"
    """A function that cannot run here was replaced by its known effect."""
    SKIPPED = "skipped"
    """A resource that nothing here creates: it has an id and no substance."""
    NOT_SHOWN = "not shown"
    """A resource exists, and moto keeps or shows no trace of one of its properties or of a change of it."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the journal.

    Args:
        kind: What the entry tells.
        stack: Name of the stack.
        logical_id: Logical id of the resource; the stack's own name for an event of the stack.
        type: CloudFormation's resource type.
        status: Resource status of an event, else "".
        detail: Reason of an event, or what exactly was run, replaced or skipped.
    """

    kind: Kind
    stack: str
    logical_id: str
    type: str
    status: str = ""
    detail: str = ""

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Entry":
        """Read what `as_json` wrote."""
        return cls(**{**value, "kind": Kind(value["kind"])})

    def as_json(self) -> dict[str, Any]:
        """A dictionary of strings."""
        return asdict(self)


_entries: list[Entry] = []
_lock = threading.Lock()


def write(entry: Entry) -> None:
    """Append an entry; from any thread."""
    with _lock:
        _entries.append(entry)


def read(since: int = 0) -> list[Entry]:
    """The entries from position `since` on."""
    with _lock:
        return _entries[since:]


def clear() -> None:
    """Forget everything, between two tests in one process."""
    with _lock:
        _entries.clear()
