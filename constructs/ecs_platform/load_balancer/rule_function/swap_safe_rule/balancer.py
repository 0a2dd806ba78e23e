"""The load balancer as the function sees it: throttled, paged, and changed by others in the meantime."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, cast

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from .rule import Json, Listener, Rule

Carrier = Rule | Listener
_Carrier = TypeVar("_Carrier", Rule, Listener)

GONE = {"RuleNotFound", "ListenerNotFound", "LoadBalancerNotFound"}
BUSY = {
    "InternalError",
    "InternalFailure",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
# A right that the same update of the stack has just written may not hold yet:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
DENIED = {"AccessDenied", "AccessDeniedException"}
DENIED_PAUSES = 5
# One last call (33 s, see handler.py) and the answer (16 s) must fit in before Lambda ends the function.
RESERVE_SECONDS = 50.0


class Refusal(Exception):  # noqa: N818 - not an error of the program: an answer
    """Why a request is not met, in the words that CloudFormation shows."""


class Patience:
    """Waits while there is time, so that CloudFormation is answered before Lambda ends the function."""

    def __init__(
        self, remaining_milliseconds: Callable[[], int], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._remaining_milliseconds = remaining_milliseconds
        self._sleep = sleep

    def pause(self, seconds: float, why: str) -> None:
        """Wait; or refuse, for the reason `why`, when no time is left."""
        if self._remaining_milliseconds() / 1000 - RESERVE_SECONDS < seconds:
            raise Refusal(f"{why} There is no time left to wait.")
        self._sleep(seconds)


class Balancer:
    """An elbv2 client that waits out throttling, reads page by page and takes what is gone for absent."""

    def __init__(self, elb: object, patience: Patience) -> None:
        self._elb = elb
        self._patience = patience
        self.wrote: list[str] = []

    def rules(self, **which: Any) -> list[Rule]:
        """The rules of `ListenerArn` but its default, or those of `RuleArns`; untagged."""
        try:
            described = list(self._pages("describe_rules", "Rules", **which))
        except ClientError as error:
            if code(error) not in GONE:
                raise
            return []
        return [Rule.read(rule) for rule in described if not rule.get("IsDefault")]

    def all_rules(self, listener: str) -> list[Rule]:
        """The rules of all listeners of the load balancer that `listener` belongs to; untagged."""
        balancer = listener.replace(":listener/", ":loadbalancer/").rsplit("/", 1)[0]
        listeners = self._pages("describe_listeners", "Listeners", LoadBalancerArn=balancer)
        return [rule for one in listeners for rule in self.rules(ListenerArn=one["ListenerArn"])]

    def listeners(self, **which: Any) -> list[Listener]:
        """The listeners of `LoadBalancerArn`, or those of `ListenerArns`; untagged."""
        try:
            described = list(self._pages("describe_listeners", "Listeners", **which))
        except ClientError as error:
            if code(error) not in GONE:
                raise
            return []
        return [Listener.read(listener) for listener in described]

    def tagged(self, found: Sequence[_Carrier]) -> list[_Carrier]:
        """The same rules or listeners with their tags, without those deleted in between."""
        # DescribeTags takes twenty.
        batches = [found[start : start + 20] for start in range(0, len(found), 20)]
        return [one for batch in batches for one in self._tagged(batch)]

    def has_tasks(self, target_group: str) -> bool:
        """Whether tasks are registered that are not on their way out."""
        health = self.call("describe_target_health", TargetGroupArn=target_group)["TargetHealthDescriptions"]
        return any(target["TargetHealth"]["State"] != "draining" for target in health)

    def remove(self, arn: str) -> None:
        """Delete a rule or a listener; one that is gone is as good as deleted."""
        try:
            if ":listener/" in arn:
                self.call("delete_listener", ListenerArn=arn)
            else:
                self.call("delete_rule", RuleArn=arn)
        except ClientError as error:
            if code(error) not in GONE:
                raise

    def call(self, operation: str, **arguments: Any) -> Json:
        """Any operation of the client, again and again while ELB is busy or IAM has not heard of a right."""
        pause = 1.0
        denied = 0
        while True:
            try:
                answer = getattr(self._elb, operation)(**arguments)
            except ClientError as error:
                denied += code(error) in DENIED
                if code(error) not in BUSY | DENIED or denied > DENIED_PAUSES:
                    raise
                # Services deploy in parallel and share the account's rate: spread them out.
                jitter = random.uniform(0.5, 1)  # noqa: S311
                self._patience.pause(pause * jitter, f"{operation} is answered with {code(error)}.")
                pause = min(2 * pause, 8)
            else:
                if not operation.startswith("describe"):
                    self.wrote.append(operation)
                return answer

    def _tagged(self, found: Sequence[_Carrier]) -> list[_Carrier]:
        try:
            described = self.call("describe_tags", ResourceArns=[one.arn for one in found])
        except ClientError as error:
            if code(error) not in GONE:
                raise
            # One was deleted since it was listed, and so none is described: ask for each alone.
            return [] if len(found) == 1 else [alone for one in found for alone in self._tagged([one])]
        tags = {
            one["ResourceArn"]: {tag["Key"]: tag["Value"] for tag in one["Tags"]}
            for one in described["TagDescriptions"]
        }
        return [replace(one, tags=tags.get(one.arn, {})) for one in found]

    def _pages(self, operation: str, key: str, **arguments: Any) -> Iterator[Json]:
        while True:
            page = self.call(operation, **arguments)
            yield from page[key]
            if not page.get("NextMarker"):
                return
            arguments["Marker"] = page["NextMarker"]


def tag_list(tags: Mapping[str, str]) -> list[Json]:
    """Tags as ELB takes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def code(error: ClientError) -> str:
    """What kind of error ELB answered."""
    response: Json = cast(Any, error).response
    return str(response["Error"]["Code"])
