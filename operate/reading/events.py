"""What ECS says of a service, as it happens."""

from collections.abc import Callable
from typing import Any

from operate.aws import Aws, explained
from operate.outputs import ServiceOutputs
from operate.problem import OperateError
from operate.words import at_time

# ECS says this every six hours and after each change, and it tells nothing of a release.
_DULL = "has reached a steady state."


class Events:
    """The events of a service since now.

    Args:
        aws: The way to the environment's account.
        service: The service.
    """

    def __init__(self, aws: Aws, service: ServiceOutputs) -> None:
        self._aws, self._service = aws, service
        self._off = False
        self._known: set[str] | None = None
        self.tell(lambda _: None)

    def tell(self, say: Callable[[str], None]) -> None:
        """Say what is new, oldest first. Says nothing where AWS does not answer: the events are no duty."""
        found = self._read()
        if found is None:
            return
        # What was there at the first answer is history.
        known = self._known if self._known is not None else {each["id"] for each in found}
        for each in reversed(found):
            if each["id"] not in known and not each["message"].endswith(_DULL):
                say(f"{at_time(each['createdAt'])}  ECS: {each['message']}")
        self._known = known | {each["id"] for each in found}

    def _read(self) -> list[dict[str, Any]] | None:
        """The newest first, a hundred at most. None where AWS does not answer."""
        if self._off:
            return None
        try:
            with explained("read the events of the service"):
                services: list[dict[str, Any]] = self._aws.client("ecs").describe_services(
                    cluster=self._service.cluster, services=[self._service.service]
                )["services"]
        except OperateError as error:
            self._off = "Not allowed" in error.problem
            return None
        return services[0].get("events") or [] if services else []
