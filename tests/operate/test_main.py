"""`python -m operate` as a process begins."""

import runpy

import pytest

import operate.cli


def test_ctrl_c_while_python_loads_is_130_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def press() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(operate.cli, "main", press)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("operate", run_name="__main__")
    assert ended.value.code == 130
