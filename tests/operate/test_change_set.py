"""Change sets: every page is read, an empty one is told from one that failed, events are shown once."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from operate.deploying.change_set import ChangeSet, Follow, discard, execute, read_change_set
from operate.problem import ExitCode, OperateError
from tests.operate.reading import StubbedAws

CFN = "cloudformation"
ARN = "arn:aws:cloudformation:eu-central-1:123456789012:changeSet/operate-deploy/1"
CHANGE_SET = ChangeSet(stack="dev-hello", arn=ARN, empty=False, changes=[])
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def page(status: str = "CREATE_COMPLETE", **more: Any) -> dict[str, Any]:
    return {"ChangeSetId": ARN, "Status": status, **more}


def change(name: str) -> dict[str, Any]:
    return {"Type": "Resource", "ResourceChange": {"LogicalResourceId": name}}


def event(number: int, status: str, *, resource: str = "Service", reason: str = "") -> dict[str, Any]:
    return {
        "StackId": "s",
        "StackName": "dev-hello",
        "EventId": str(number),
        "Timestamp": NOON + timedelta(seconds=number),
        "LogicalResourceId": resource,
        "ResourceType": "AWS::CloudFormation::Stack" if resource == "dev-hello" else "AWS::ECS::Service",
        "ResourceStatus": status,
        **({"ResourceStatusReason": reason} if reason else {}),
    }


def stack(status: str, reason: str = "") -> dict[str, Any]:
    described = {"StackName": "dev-hello", "CreationTime": NOON, "StackStatus": status}
    return {"Stacks": [{**described, **({"StackStatusReason": reason} if reason else {})}]}


class Followed:
    """A stack that is followed, with what is shown of it."""

    def __init__(self, aws: StubbedAws) -> None:
        self._aws = aws
        self._text = StringIO()
        self.slept: list[float] = []
        console = Console(file=self._text, width=60)
        self.follow = Follow(aws=aws, console=console, every=7, sleep=self.slept.append)

    def looks(self, status: str, *events: dict[str, Any], reason: str = "") -> None:
        """The next look: the status, then all events so far."""
        self._aws.answers(CFN, "describe_stacks", stack(status, reason))
        self._aws.answers(CFN, "describe_stack_events", {"StackEvents": list(reversed(events))})

    @property
    def lines(self) -> list[str]:
        # Without the time of day, which is the reader's own.
        return [line[10:] for line in self._text.getvalue().splitlines()]

    def fails(self) -> OperateError:
        with pytest.raises(OperateError) as failed:
            self.follow.until_rest("dev-hello")
        return failed.value


@pytest.fixture
def followed(stubbed: StubbedAws) -> Followed:
    return Followed(stubbed)


def test_every_page_is_read_with_the_values(stubbed: StubbedAws) -> None:
    asked = {"StackName": "dev-hello", "ChangeSetName": "operate-deploy", "IncludePropertyValues": True}
    stubbed.answers(CFN, "describe_change_set", page(Changes=[change("A")], NextToken="2"), asked)
    stubbed.answers(CFN, "describe_change_set", page(Changes=[change("B")]), {**asked, "NextToken": "2"})
    found = read_change_set(stubbed, "dev-hello")
    assert [each["ResourceChange"]["LogicalResourceId"] for each in found.changes] == ["A", "B"]
    assert found.arn == ARN
    assert not found.empty
    stubbed.all_was_asked()


@pytest.mark.parametrize(
    "reason",
    [
        "The submitted information didn't contain changes. Submit different information.",
        "No updates are to be performed.",
    ],
)
def test_an_empty_one(stubbed: StubbedAws, reason: str) -> None:
    stubbed.answers(CFN, "describe_change_set", page("FAILED", StatusReason=reason))
    assert read_change_set(stubbed, "dev-hello").empty


def test_one_that_could_not_be_made(stubbed: StubbedAws) -> None:
    stubbed.answers(CFN, "describe_change_set", page("FAILED", StatusReason="No export named x found."))
    with pytest.raises(OperateError, match="for dev-hello: No export named x found") as failed:
        read_change_set(stubbed, "dev-hello")
    assert failed.value.code is ExitCode.FAILED


def test_it_is_executed_and_thrown_away_by_its_arn(stubbed: StubbedAws) -> None:
    asked = {"StackName": "dev-hello", "ChangeSetName": ARN}
    stubbed.answers(CFN, "execute_change_set", {}, asked)
    stubbed.answers(CFN, "delete_change_set", {}, asked)
    execute(stubbed, CHANGE_SET)
    discard(stubbed, CHANGE_SET)
    stubbed.all_was_asked()


def test_another_run_has_put_its_own_in_its_place(stubbed: StubbedAws) -> None:
    stubbed.refuses(CFN, "execute_change_set", "ChangeSetNotFound")
    with pytest.raises(OperateError, match="was replaced while it was read; nothing was executed") as refused:
        execute(stubbed, CHANGE_SET)
    assert refused.value.next_step == "wait for it, then make deploy ENV=dev."


def test_no_right_to_execute(stubbed: StubbedAws) -> None:
    stubbed.refuses(CFN, "execute_change_set", "AccessDenied", "no")
    with pytest.raises(OperateError, match="Not allowed: execute the change set of dev-hello"):
        execute(stubbed, CHANGE_SET)


def test_each_event_is_shown_once_in_its_order_and_history_is_not(
    stubbed: StubbedAws, followed: Followed
) -> None:
    old = event(1, "CREATE_COMPLETE", resource="dev-hello")
    first = event(2, "UPDATE_IN_PROGRESS", reason="longer than the console is wide, by far")
    second = event(3, "UPDATE_COMPLETE")
    stubbed.answers(CFN, "describe_stack_events", {"StackEvents": [old]})
    followed.follow.start("dev-hello")
    followed.looks("UPDATE_IN_PROGRESS", old, first)
    followed.looks("UPDATE_IN_PROGRESS", old, first)
    followed.looks("UPDATE_COMPLETE", old, first, second)
    followed.follow.until_rest("dev-hello")
    assert followed.lines == [
        "dev-hello  UPDATE_IN_PROGRESS  AWS::ECS::Service  Service  longer than the console is wide, by far",
        "dev-hello  UPDATE_COMPLETE     AWS::ECS::Service  Service",
    ]
    assert followed.slept == [7, 7]


def test_a_failure_names_the_resource_that_failed_first(followed: Followed) -> None:
    followed.looks(
        "UPDATE_ROLLBACK_COMPLETE",
        event(1, "UPDATE_FAILED", reason="Unable to update task definition"),
        event(2, "UPDATE_FAILED", resource="Other", reason="Resource update cancelled"),
        event(3, "UPDATE_ROLLBACK_IN_PROGRESS", resource="dev-hello", reason="The following failed"),
    )
    failed = followed.fails()
    assert failed.code is ExitCode.FAILED
    assert failed.problem.splitlines() == [
        "dev-hello ended as UPDATE_ROLLBACK_COMPLETE.",
        "  Service (AWS::ECS::Service): Unable to update task definition",
    ]
    assert failed.next_step == "put the reason right, then make deploy ENV=dev."


@pytest.mark.parametrize(
    ("status", "next_step"),
    [
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name dev-hello"),
        ("ROLLBACK_FAILED", "delete the stack dev-hello by hand"),
    ],
)
def test_what_a_person_has_to_do(followed: Followed, status: str, next_step: str) -> None:
    followed.looks(status, reason="it said so")
    failed = followed.fails()
    assert failed.problem == f"dev-hello ended as {status}: it said so."
    assert next_step in (failed.next_step or "")


def test_whoever_watches_besides_may_stop_it(followed: Followed) -> None:
    def hopeless(_: str) -> None:
        raise OperateError("no task runs")

    followed.looks("CREATE_IN_PROGRESS")
    with pytest.raises(OperateError, match="no task runs"):
        followed.follow.until_rest("dev-hello", hopeless)
