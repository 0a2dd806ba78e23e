"""One CloudTrail action: the CLI asks it about a failure, and retries where nobody answers."""

from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.responses import ActionResult


def install() -> None:
    """Give moto's CloudTrail the action below."""
    setattr(CloudTrailResponse, _lookup_events.__name__.removeprefix("_"), _lookup_events)


def _lookup_events(self: CloudTrailResponse) -> ActionResult:
    del self
    return ActionResult({"Events": []})
