"""No call of AWS can end in a traceback: each stands inside `with explained(...)`, which has words for it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operate.aws_calls import Call, calls

FOLDER = Path(__file__).resolve().parents[2] / "operate"
# Pages that a helper asks for, while whoever goes through them stands inside.
PAGES = {
    ("operate/checking/quotas.py", f"elasticloadbalancing:Describe{each}")
    for each in ("Listeners", "Rules", "TargetGroups")
}


def outside(folder: Path) -> set[Call]:
    return {
        call
        for call in calls(folder)
        if call.line not in explained(folder.parent / call.file) and (call.file, call.action) not in PAGES
    }


def explained(path: Path) -> set[int]:
    """The lines that stand inside."""
    return {
        line
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.With) and "explained" in called(node)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def called(node: ast.With) -> Iterator[str]:
    for item in node.items:
        if isinstance(item.context_expr, ast.Call):
            yield ast.unparse(item.context_expr.func)


def test_every_call_is_explained() -> None:
    assert outside(FOLDER) == set()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('with explained("stop"):\n    aws.client("ecs").stop_task()\n', 0),
        ('with explained("stop"):\n    pass\naws.client("ecs").stop_task()\n', 1),
        ('with other("stop"):\n    aws.client("ecs").stop_task()\n', 1),
    ],
)
def test_one_outside_is_seen(source: str, found: int, tmp_path: Path) -> None:
    (tmp_path / "operate").mkdir()
    (tmp_path / "operate" / "module.py").write_text(source)
    assert len(outside(tmp_path / "operate")) == found
