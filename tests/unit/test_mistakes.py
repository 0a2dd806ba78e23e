"""One mistake is a sentence, several are a list."""

import pytest

from ecs_platform.mistakes import Mistake, not_a_list, refuse
from ecs_platform.problem import ConfigurationError

PORT = Mistake(problem="The port is 0.", allowed="1 to 65535.", where="X(port=...).")
NAME = Mistake(problem="The name is empty.", allowed="a name.", where="X(name=...).")


def test_none_is_none() -> None:
    refuse([])


def test_one_is_a_sentence() -> None:
    with pytest.raises(ConfigurationError) as error:
        refuse([PORT])
    assert str(error.value) == "The port is 0. Allowed: 1 to 65535. Change: X(port=...)."


def test_several_are_a_line_each_and_none_is_said_twice() -> None:
    with pytest.raises(ConfigurationError) as error:
        refuse([PORT, NAME, PORT])
    assert str(error.value) == (
        "2 mistakes:\n"
        "- The port is 0. Allowed: 1 to 65535. Change: X(port=...).\n"
        "- The name is empty. Allowed: a name. Change: X(name=...)."
    )
    assert error.value.problem == "The port is 0. The name is empty."


def test_a_word_is_no_list_of_its_letters() -> None:
    (found,) = not_a_list("/*", where="X(paths=...).")
    assert (found.problem, found.allowed) == ('"/*" stands alone.', 'a list: ["/*"].')
    assert not_a_list(["/*"], where="X(paths=...).") == ()
