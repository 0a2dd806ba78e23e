import dataclasses
import re

import pytest

from ecs_platform.deployment.hooks.smoke_test import SmokeTest
from ecs_platform.problem import ConfigurationError


def test_a_path_is_enough() -> None:
    test = SmokeTest(path="/")
    assert (test.status, test.timeout_seconds) == (200, 300)


@pytest.mark.parametrize("path", ["/", "/health", "/health?deep=1&x=a%20b", "/a/b.c-d_e~f;g=1:@!$'()*+,"])
def test_what_a_url_may_hold_is_taken(path: str) -> None:
    assert SmokeTest(path=path).path == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "health",
        "http://elsewhere/",
        "/a b",
        "/a#b",
        "/ä",
        "/a\r\nX-Injected: 1",
        "/a\n",
        "/a\x00",
    ],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        SmokeTest(path=path)
    assert str(refused.value) == (
        f"The smoke test would ask for {path!r}. Allowed: a path that begins with /, a query if need be, in "
        "the characters of a URL; others as %XX. Change: SmokeTest(path=...)"
    )


@pytest.mark.parametrize(
    ("field", "low", "high"), [("status", 200, 599), ("timeout_seconds", 10, 780)], ids=["status", "timeout"]
)
def test_numbers_have_their_ranges(field: str, low: int, high: int) -> None:
    for taken in (low, high):
        assert getattr(SmokeTest(path="/", **{field: taken}), field) == taken
    for refused in (low - 1, high + 1):
        words = f"{field} is {refused}. Allowed: {low} to {high}. Change: SmokeTest({field}=...)"
        with pytest.raises(ConfigurationError, match=f"^{re.escape(words)}$"):
            SmokeTest(path="/", **{field: refused})


def test_it_is_a_value() -> None:
    test = SmokeTest(path="/")
    assert test == SmokeTest(path="/", status=200)
    with pytest.raises(dataclasses.FrozenInstanceError):
        test.path = "/other"  # type: ignore[misc]
