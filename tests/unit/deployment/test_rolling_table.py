"""The table of docs/services.md is what the code that refuses says, and AWS's roundings."""

import math
import re

import pytest

from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.problem import ConfigurationError
from tests.synthesis import ROOT

ROW = re.compile(r"\| (\d+) / (\d+) \|(.*)\|")
PAGE = (ROOT / "docs" / "services.md").read_text()
DESIRED = (1, 2, 3, 4, 10)
ROWS = [(int(low), int(high), cells) for low, high, cells in ROW.findall(PAGE)]


def _cell(low: int, high: int, desired: int) -> str:
    strategy = RollingUpdate(min_healthy_percent=low, max_percent=high)
    try:
        strategy.check_movable(tasks=desired)
    except ConfigurationError:
        return "*stuck*"
    return f"{strategy.fewest_tasks(desired)} to {strategy.most_tasks(desired)}"


def test_the_table_is_there() -> None:
    heads = "".join(f" {desired} task{'s' if desired > 1 else ''} |" for desired in DESIRED)
    assert f"| minimum / maximum |{heads}\n" in PAGE
    assert {(100, 200), (50, 200)} <= {(low, high) for low, high, _ in ROWS}
    assert len(ROWS) == 7


@pytest.mark.parametrize(("low", "high", "cells"), ROWS)
def test_a_row_of_the_table(low: int, high: int, cells: str) -> None:
    assert [cell.strip() for cell in cells.split("|")] == [_cell(low, high, desired) for desired in DESIRED]


def test_the_worked_example() -> None:
    strategy = RollingUpdate(min_healthy_percent=50, max_percent=200)
    fewest, most = strategy.fewest_tasks(4), strategy.most_tasks(4)
    assert f"50 % of 4 = {fewest} tasks" in PAGE
    assert f"200 % of 4 = {most} exist" in PAGE


# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
@pytest.mark.parametrize("desired", range(12))
def test_the_fewest_are_rounded_up_and_the_most_down(desired: int) -> None:
    for low in range(0, 101, 5):
        strategy = RollingUpdate(min_healthy_percent=low, max_percent=200 - low // 2)
        assert strategy.fewest_tasks(desired) == math.ceil(desired * low / 100)
        assert strategy.most_tasks(desired) == math.floor(desired * (200 - low // 2) / 100)
