"""What `import ecs_platform` gives, and what it does not load."""

import ast
import subprocess
import sys

import pytest

import ecs_platform
from tests.synthesis import ROOT

STUB = ast.parse((ROOT / "constructs" / "ecs_platform" / "__init__.pyi").read_text())
LISTED = ast.literal_eval(next(node.value for node in STUB.body if isinstance(node, ast.Assign)))


@pytest.mark.parametrize("name", LISTED)
def test_every_name_is_there(name: str) -> None:
    assert getattr(ecs_platform, name) is not None


def test_what_type_checkers_see_is_what_there_is() -> None:
    assert sorted(LISTED) == sorted(ecs_platform.__all__)


def test_what_is_not_public_is_not_there() -> None:
    with pytest.raises(AttributeError):
        _ = ecs_platform.Topic  # type: ignore[attr-defined]


def test_a_value_loads_its_module_and_not_all_of_cdk() -> None:
    code = (
        "import sys, ecs_platform; ecs_platform.FargateSize(cpu=256, memory_mib=512);"
        "print('aws_cdk' in sys.modules, 'ecs_platform.task.fargate_size' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False True\n"
