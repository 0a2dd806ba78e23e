"""`make cost`, as somebody types it."""

import json
import subprocess
import sys
from typing import Any

import pytest

from costs import __main__ as command
from costs.prices import PRICES
from environments import ENVIRONMENTS, load_environments
from environments.loading.files import load
from operate.problem import OperateError
from tests.synthesis import ROOT

ALL = load_environments()


@pytest.fixture
def priced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every region has prices, whichever a fork has moved to."""
    monkeypatch.setattr(command, "PRICES", dict.fromkeys((each.region for each in ALL), PRICES["us-east-1"]))


@pytest.mark.usefixtures("priced")
def test_all_environments_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(None)
    said = capsys.readouterr().out
    for environment in ALL:
        assert f"{environment.name} in {environment.region}, a month" in said
        for service in environment.services:
            assert f"tasks of {service.name}" in said
    assert "A release that has all tasks twice: $" in said
    assert "In no sum" not in said
    assert said.rstrip().endswith("(costs/prices.py).")


@pytest.mark.usefixtures("priced")
def test_one_environment_for_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(ALL[-1].name, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert list(document) == [ALL[-1].name]
    found = document[ALL[-1].name]
    assert found["region"] == ALL[-1].region
    for sum_ in ("least", "most"):
        assert found[sum_] == pytest.approx(sum(line[sum_] for line in found["lines"]))
    assert found["ways_out"]


def test_an_environment_that_is_none() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "costs", "nope"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"There is no environment 'nope'.\nNext: one of: {', '.join(ENVIRONMENTS)}.\n"


def test_a_region_whose_prices_nobody_wrote_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PRICES", {"mars-1": PRICES["us-east-1"]})
    with pytest.raises(OperateError) as refused:
        command.chosen(ALL[0].name)
    assert str(refused.value) == (
        f"The prices of {ALL[0].region} are not known here; those of mars-1 are.\n"
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
