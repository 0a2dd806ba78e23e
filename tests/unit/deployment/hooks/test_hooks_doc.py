"""The example in docs/hooks.md does what the page says."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.unit.deployment.hooks.stubbed_aws import Aws, code_deploy_event, native_event

PAGE = Path(__file__).parents[4] / "docs" / "hooks.md"
Json = dict[str, Any]


@pytest.fixture
def example(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Json:
    (source,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    monkeypatch.setattr(boto3, "client", lambda name: {"codedeploy": aws.codedeploy}[name])
    names: Json = {}
    exec(compile(source, str(PAGE), "exec"), names)  # noqa: S102 - our own page
    return names


def _raises() -> bool:
    raise OSError("down")


CASES = pytest.mark.parametrize(
    ("check", "passes"), [(lambda: True, True), (lambda: False, False), (_raises, False)]
)


@CASES
def test_it_reports_to_code_deploy(aws: Aws, example: Json, check: Callable[[], bool], passes: bool) -> None:
    example["is_fine"] = check
    aws.expects_report("Succeeded" if passes else "Failed")
    assert example["handler"](code_deploy_event(), None) is None


@CASES
def test_it_answers_ecs(example: Json, check: Callable[[], bool], passes: bool) -> None:
    example["is_fine"] = check
    assert example["handler"](native_event(), None) == {"hookStatus": "SUCCEEDED" if passes else "FAILED"}
