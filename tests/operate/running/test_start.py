"""What is sent to ECS beside the job: words and variables, and their limits."""

import pytest

from operate.problem import ExitCode, OperateError
from operate.running.start import MOST_OVERRIDES, Request, variables


def test_variables_as_people_write_them() -> None:
    assert variables(["A=1", "B_2=x=y z", "C="]) == {"A": "1", "B_2": "x=y z", "C": ""}
    assert variables([]) == {}


def test_all_that_is_wrong_with_variables_at_once() -> None:
    with pytest.raises(OperateError) as refused:
        variables(["A", "=1", "2=3", "B-C=1", "OK=1", "OK=2"])
    assert refused.value.problem == (
        "'A' is not of the form NAME=VALUE.\n'=1' is not of the form NAME=VALUE.\n"
        "'2=3' is not of the form NAME=VALUE.\n'B-C=1' is not of the form NAME=VALUE.\nOK is given twice."
    )
    assert refused.value.code is ExitCode.REFUSED


def test_nothing_is_overridden_unless_asked() -> None:
    assert Request().overrides("app") == {}
    assert Request(command=["x"]).overrides("app") == {
        "containerOverrides": [{"name": "app", "command": ["x"]}]
    }
    assert Request(variables={"A": "1"}).overrides("app") == {
        "containerOverrides": [{"name": "app", "environment": [{"name": "A", "value": "1"}]}]
    }


def test_more_than_ecs_takes() -> None:
    room = MOST_OVERRIDES - len('{"containerOverrides": [{"name": "app", "command": [""]}]}')
    assert Request(command=["x" * room]).overrides("app")
    with pytest.raises(OperateError, match="together have 8,193 characters; ECS takes 8,192") as refused:
        Request(command=["x" * (room + 1)]).overrides("app")
    assert refused.value.code is ExitCode.REFUSED
