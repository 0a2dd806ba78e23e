"""A change set: read whole, executed, and followed until the stack rests, event by event."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Console

from operate.aws import Aws, explained
from operate.deploying.cdk import CHANGE_SET
from operate.problem import ExitCode, OperateError
from operate.words import at_time

EVERY_SECONDS = 3.0
"""How often CloudFormation is asked while a stack changes."""

# What CloudFormation says of a change set without changes; two sentences, both in use.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
_NOTHING = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True, kw_only=True)
class ChangeSet:
    """A change set that has been prepared.

    Args:
        stack: The stack's name.
        arn: Its ARN: of another one under the same name, a later run's, nothing is executed.
        empty: Whether it would change nothing.
        changes: `Changes` of all its pages.
        outputs_only: Whether it changes outputs and no resource.
    """

    stack: str
    arn: str
    empty: bool
    changes: Sequence[Mapping[str, Any]]

    @property
    def outputs_only(self) -> bool:
        """Whether it changes outputs or tags of the stack, and no resource."""
        return not self.empty and not self.changes


def read_change_set(aws: Aws, stack: str) -> ChangeSet:
    """The change set that was prepared last, with the values of properties.

    Args:
        aws: The way to AWS.
        stack: The stack's name.

    Raises:
        OperateError: There is none, or CloudFormation could not make it.
    """
    changes: list[Mapping[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        with explained(f"read the change set of {stack}"):
            page = aws.client("cloudformation").describe_change_set(
                StackName=stack, ChangeSetName=CHANGE_SET, IncludePropertyValues=True, **token
            )
        changes += page.get("Changes", [])
        if not page.get("NextToken"):
            break
        token = {"NextToken": page["NextToken"]}
    reason = page.get("StatusReason") or ""
    empty = page["Status"] == "FAILED" and any(words in reason for words in _NOTHING)
    if page["Status"] == "FAILED" and not empty:
        raise OperateError(
            f"CloudFormation could not make a change set for {stack}: {reason}", code=ExitCode.FAILED
        )
    return ChangeSet(stack=stack, arn=page["ChangeSetId"], empty=empty, changes=changes)


def discard(aws: Aws, change_set: ChangeSet) -> None:
    """Take a change set away that is not going to be executed.

    Args:
        aws: The way to AWS.
        change_set: The change set.
    """
    with explained(f"delete the change set of {change_set.stack}"):
        aws.client("cloudformation").delete_change_set(
            StackName=change_set.stack, ChangeSetName=change_set.arn
        )


def execute(aws: Aws, change_set: ChangeSet) -> None:
    """Let CloudFormation make it so.

    Args:
        aws: The way to AWS.
        change_set: The change set, as it was read.

    Raises:
        OperateError: It is not there any more, or CloudFormation refused.
    """
    try:
        with explained(f"execute the change set of {change_set.stack}"):
            aws.client("cloudformation").execute_change_set(
                StackName=change_set.stack, ChangeSetName=change_set.arn
            )
    except OperateError as error:
        if isinstance(error.__cause__, ClientError) and "ChangeSetNotFound" in str(error.__cause__):
            raise OperateError(
                f"The change set of {change_set.stack} was replaced while it was read; nothing was executed.",
                cause="another deployment of the same stack is under way.",
                next_step=f"wait for it, then make deploy ENV={aws.environment.name}.",
            ) from error
        raise


@dataclass(kw_only=True)
class Follow:
    """Shows a stack's events until it rests.

    Args:
        aws: The way to AWS.
        console: Where to show them.
        every: Seconds between two looks.
        sleep: Waits. `time.sleep` by default.
    """

    aws: Aws
    console: Console
    every: float = EVERY_SECONDS
    sleep: Callable[[float], None] = time.sleep
    _seen: set[str] = field(default_factory=set[str], init=False)

    def start(self, stack: str) -> None:
        """Take note of what has happened before, so that it is not shown as news.

        Args:
            stack: The stack's name.
        """
        self._seen |= {event["EventId"] for event in self._events(stack)}

    def until_rest(self, stack: str, meanwhile: Callable[[str], None] | None = None) -> None:
        """Show what happens until CloudFormation has done with a stack.

        Args:
            stack: The stack's name.
            meanwhile: Called between two looks with the stack's name, for what else may go wrong. Nothing by
                default.

        Raises:
            OperateError: It failed; with the reason of the first resource that did.
        """
        news: list[Mapping[str, Any]] = []
        while True:
            with explained(f"read the stack {stack}"):
                found = self.aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
            # After the status: what is shown is whole once the status says that it is over.
            news += self._show_new(stack)
            status: str = found["StackStatus"]
            if not status.endswith("_IN_PROGRESS"):
                break
            if meanwhile is not None:
                meanwhile(stack)
            self.sleep(self.every)
        if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            raise self._failure(stack, status, found.get("StackStatusReason", ""), news)

    def _show_new(self, stack: str) -> list[Mapping[str, Any]]:
        new: list[Mapping[str, Any]] = []
        for event in self._events(stack):
            if event["EventId"] in self._seen:
                # Newest first: whatever comes after this one was shown before.
                break
            new.append(event)
        new.reverse()
        self._seen |= {event["EventId"] for event in new}
        for event in new:
            self._show(stack, event)
        return new

    def _events(self, stack: str) -> Iterator[Mapping[str, Any]]:
        with explained(f"read the events of {stack}"):
            for page in (
                self.aws.client("cloudformation")
                .get_paginator("describe_stack_events")
                .paginate(StackName=stack)
            ):
                yield from page["StackEvents"]

    def _show(self, stack: str, event: Mapping[str, Any]) -> None:
        when: datetime = event["Timestamp"]
        status: str = event["ResourceStatus"]
        reason = f"  {event['ResourceStatusReason']}" if event.get("ResourceStatusReason") else ""
        style = "red" if "FAILED" in status or "ROLLBACK" in status else None
        self.console.print(
            f"{at_time(when)}  {stack}  {status:<18}  {event['ResourceType']}  "
            f"{event['LogicalResourceId']}{reason}",
            style=style,
            markup=False,
            highlight=False,
            soft_wrap=True,
        )

    def _failure(
        self, stack: str, status: str, reason: str, news: Sequence[Mapping[str, Any]]
    ) -> OperateError:
        failed = [
            event
            for event in news
            if event["ResourceStatus"].endswith("_FAILED") and event["LogicalResourceId"] != stack
        ]
        # Those that were cancelled failed because of another one.
        causes = [event for event in failed if "cancelled" not in event.get("ResourceStatusReason", "")]
        first = "".join(
            f"\n  {event['LogicalResourceId']} ({event['ResourceType']}): "
            f"{event.get('ResourceStatusReason', '')}"
            for event in (causes or failed)[:3]
        )
        again = f"make deploy ENV={self.aws.environment.name}"
        next_step = {
            "UPDATE_ROLLBACK_FAILED": f"aws cloudformation continue-update-rollback --stack-name {stack}, "
            f"then {again}.",
            "ROLLBACK_FAILED": f"delete the stack {stack} by hand, then {again}.",
        }.get(status, f"put the reason right, then {again}.")
        return OperateError(
            f"{stack} ended as {status}{f': {reason}' if reason and not first else ''}.{first}",
            next_step=next_step,
            code=ExitCode.FAILED,
        )
