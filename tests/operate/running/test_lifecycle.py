"""The words for a task's life: complete as far as AWS lists them, and the same in the docs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader

from operate.reading import lifecycle
from operate.reading.lifecycle import (
    EXIT_CODES,
    PHASES,
    REASONS,
    START_ERRORS,
    START_FAILURES,
    STOP_CODES,
    Meaning,
)
from operate.reading.stopped import Container

DOC = (Path(__file__).resolve().parents[3] / "docs" / "lifecycle.md").read_text()
TABLES: Mapping[str, Mapping[Any, Meaning]] = {
    name: value for name, value in vars(lifecycle).items() if name.isupper() and isinstance(value, Mapping)
}
SHAPES = Loader().load_service_model("ecs", "service-2")


def test_there_are_six_tables() -> None:
    assert set(TABLES) == {
        "EXIT_CODES",
        "PHASES",
        "REASONS",
        "START_ERRORS",
        "START_FAILURES",
        "STOP_CODES",
    }


@pytest.mark.parametrize("name", sorted(TABLES))
def test_the_docs_have_every_word_that_the_code_knows(name: str) -> None:
    rows = [f"| `{word}` | {meaning.means} | {meaning.do} |" for word, meaning in TABLES[name].items()]
    assert "\n".join(rows) in DOC, "docs/lifecycle.md needs these lines:\n" + "\n".join(rows)


def test_the_docs_have_no_word_besides() -> None:
    rows = [line for line in DOC.splitlines() if line.startswith("| `")]
    assert len(rows) == sum(len(table) for table in TABLES.values())


def test_every_stop_code_of_the_api() -> None:
    assert set(STOP_CODES) == set(SHAPES["shapes"]["TaskStopCode"]["enum"])


def test_every_phase_that_aws_documents() -> None:
    assert list(PHASES) == [
        "PROVISIONING",
        "PENDING",
        "ACTIVATING",
        "RUNNING",
        "DEACTIVATING",
        "STOPPING",
        "DEPROVISIONING",
        "STOPPED",
        "DELETED",
    ]


def test_every_exit_code_of_the_list() -> None:
    assert set(EXIT_CODES) == {0, 1, 126, 127, 137, 139, 143}


def test_every_error_of_the_call_but_those_that_speak_for_themselves() -> None:
    errors = {each["shape"] for each in SHAPES["operations"]["RunTask"]["errors"]}
    # What is wrong with the words or the rights stands in AWS's own message.
    assert errors - set(START_ERRORS) == {
        "AccessDeniedException",
        "ClientException",
        "InvalidParameterException",
    }
    assert set(START_ERRORS) <= errors


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("CannotPullContainerError: x", "CannotPullContainerError"),
        ("Task stopped\nOutOfMemoryError: Container killed", "OutOfMemoryError"),
        ("Essential container in task exited\nOutOfMemoryError: killed", "OutOfMemoryError"),
        ("ContainerRuntimeTimeoutError: x", "ContainerRuntimeTimeoutError"),
        ("(service x) Task failed ELB health checks in (target-group y)", "Task failed ELB health checks"),
    ],
)
def test_the_most_telling_reason_speaks(said: str, begins: str) -> None:
    assert lifecycle.reason(said) is REASONS[begins]


def test_reasons_that_nobody_knows() -> None:
    assert lifecycle.reason("Something else") is None
    assert lifecycle.start_failure("Something else") is None


@pytest.mark.parametrize(
    ("said", "begins"), [("RESOURCE:ENI", "RESOURCE:ENI"), ("RESOURCE:CPU", "RESOURCE:"), ("AGENT", "AGENT")]
)
def test_failures_of_a_start(said: str, begins: str) -> None:
    assert lifecycle.start_failure(said) is START_FAILURES[begins]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, "app: exit code 0"),
        (1, "app: exit code 1"),
        (127, "app: exit code 127 (the command was not found)"),
        (None, "app: never started"),
        (5, "app: exit code 5"),
    ],
)
def test_a_container_in_words(code: int | None, text: str) -> None:
    assert str(Container(name="app", exit_code=code, reason="")) == text
