"""Commands in one piece, values that are no text, and names that no variable has."""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
import pytest

from ecs_platform.task.checks.texts import text_mistakes
from tests.unit.task.containers import container, lines, words


def found(**fields: Any) -> Sequence[str]:
    (application,) = words(container("app", **fields))
    return lines(text_mistakes(application))


def test_a_command_of_words_and_values_of_text() -> None:
    assert (
        found(
            command=["sleep", "5"],
            entry_point=(),
            environment={"PORT": "8080", "EMPTY": "", "a.b-c": "1"},
            docker_labels={"team": "shop"},
            system_controls={"net.core.somaxconn": "1024"},
            extra_hosts={"db": "10.0.0.7"},
        )
        == []
    )


def test_what_only_the_deployment_knows_is_text() -> None:
    value = cdk.Token.as_string({"Ref": "Queue"})
    assert found(command=cdk.Fn.split(",", value), environment={"QUEUE": value}) == []


@pytest.mark.parametrize("field", ["command", "entry_point"])
@pytest.mark.parametrize(
    ("value", "said"),
    [("php artisan", "'php artisan'"), ("", "''"), (["sleep", 5], "['sleep', 5]"), (5, "5")],
)
def test_a_command_that_is_no_list_of_words(field: str, value: Any, said: str) -> None:
    assert found(**{field: value}) == [
        f'{field} is {said}. Allowed: a list of words, each a text, such as ["python", "-m", "report"]. '
        f"Change: TaskDefinition({field}=...)"
    ]


@pytest.mark.parametrize("field", ["environment", "docker_labels", "system_controls", "extra_hosts"])
@pytest.mark.parametrize(
    ("value", "said", "allowed"), [(8080, "8080", 'a text, such as "8080".'), (None, "None", "a text.")]
)
def test_a_value_that_is_no_text(field: str, value: Any, said: str, allowed: str) -> None:
    assert found(**{field: {"X": value}}) == [
        f"X in {field} is {said}. Allowed: {allowed} Change: TaskDefinition({field}=...)"
    ]


@pytest.mark.parametrize("field", ["environment", "secrets"])
@pytest.mark.parametrize("name", ["", "A=B"])
def test_a_name_that_no_variable_has(field: str, name: str) -> None:
    assert found(**{field: {name: "x"}}) == [
        f'"{name}" in {field} is no name of a variable. Allowed: one character or more, without =. '
        f"Change: TaskDefinition({field}=...)"
    ]


def test_a_sidecars_mistake_names_it() -> None:
    _, web = words(container("app"), container("web", command="nginx"))
    assert lines(text_mistakes(web)) == [
        "command of the container \"web\" is 'nginx'. Allowed: a list of words, each a text, such as "
        '["python", "-m", "report"]. Change: Container(name="web", command=...)'
    ]
