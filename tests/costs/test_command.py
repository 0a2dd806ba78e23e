"""`make cost`, as somebody types it."""

import json
import subprocess
import sys
from typing import Any

import pytest

from costs import __main__ as command
from costs.prices import PRICES
from environments.loading.files import load
from operate.problem import OperateError
from tests.synthesis import ROOT


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "costs", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_all_environments_for_a_person() -> None:
    done = _run()
    assert done.returncode == 0, done.stderr
    for name in ("dev", "staging", "production"):
        assert f"{name} in eu-central-1, a month" in done.stdout
    assert "tasks of hello" in done.stdout
    assert "interface endpoints" in done.stdout
    assert "endpoints in 2 zones: $" in done.stdout
    assert "A release that has all tasks twice: $" in done.stdout
    assert "In no sum" not in done.stdout
    assert done.stdout.rstrip().endswith("(costs/prices.py).")


def test_one_environment_for_a_program() -> None:
    done = _run("staging", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert list(document) == ["staging"]
    staging = document["staging"]
    assert staging["region"] == "eu-central-1"
    assert staging["least"] == pytest.approx(sum(line["least"] for line in staging["lines"]))
    assert staging["most"] == pytest.approx(sum(line["most"] for line in staging["lines"]))
    assert staging["ways_out"][0].startswith("3 endpoints in 2 zones: ")


def test_an_environment_that_is_none() -> None:
    done = _run("nope")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "There is no environment 'nope'.\nNext: one of: dev, staging, production.\n"


def test_a_region_whose_prices_nobody_wrote_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PRICES", {"us-east-1": PRICES["us-east-1"]})
    with pytest.raises(OperateError) as refused:
        command.chosen("dev")
    assert str(refused.value) == (
        "The prices of eu-central-1 are not known here; those of us-east-1 are.\n"
        "Next: add them to PRICES in costs/prices.py."
    )


def test_mistakes_of_a_file_are_said_before_anything_is_synthesized(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "dev.py").write_text("environment = 1 / 0\n")
    monkeypatch.setattr(command, "load", lambda *_: load(["dev"], tmp_path))
    monkeypatch.setattr(command, "Cdk", lambda **_: pytest.fail("synthesized"))
    with pytest.raises(OperateError, match=r"dev\.py"):
        command.main(None)


def test_every_price_is_one() -> None:
    for region, prices in PRICES.items():
        assert prices.vcpu_hour.keys() == prices.gb_hour.keys() == {"X86_64", "ARM64"}, region
        numbers = [*prices.vcpu_hour.values(), *prices.gb_hour.values()]
        numbers += [value for value in vars(prices).values() if isinstance(value, float)]
        assert all(0 < number <= 10 for number in numbers), region
        assert prices.nat_gateway_gb > prices.endpoint_gb, f"{region}: nothing would ever break even"
