"""What a person sees while stacks are deployed, on a terminal and in a log."""

import io

import pytest
from rich.console import Console

from rehearsal.journal import Entry, Kind
from rehearsal.progress import Progress

STACK = "AWS::CloudFormation::Stack"


def event(logical_id: str, status: str, kind: str = "AWS::EC2::VPC") -> Entry:
    return Entry(kind=Kind.EVENT, stack="dev-network", logical_id=logical_id, type=kind, status=status)


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "CREATE_FAILED"])
def test_a_log_gets_one_line_a_stack(status: str) -> None:
    console = Console(file=io.StringIO(), width=120)
    with Progress(console) as progress:
        progress.step("deploying")
        progress([event("dev-network", "CREATE_IN_PROGRESS", STACK), event("Vpc", "CREATE_IN_PROGRESS")])
        progress([event("Vpc", "CREATE_COMPLETE"), event("dev-network", status, STACK)])
        progress.done(2.0)

    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined] - a StringIO
    assert lines[0] == "deploying ..."
    assert lines[1].split()[:2] == ["dev-network", status]
    assert "1 resources" in lines[1]
    assert lines[2] == "done deploying, 2.0 s"


def test_a_terminal_shows_what_is_under_way() -> None:
    console = Console(file=io.StringIO(), width=120, force_terminal=True, color_system=None)
    with Progress(console) as progress:
        progress.step("deploying")
        progress([event("dev-network", "CREATE_IN_PROGRESS", STACK), event("Vpc", "CREATE_IN_PROGRESS")])

    text = console.file.getvalue()  # type: ignore[attr-defined] - a StringIO
    assert "deploying" in text
    assert "dev-network" in text
    assert "0 resources" in text
    assert "Vpc (AWS::EC2::VPC)" in text
