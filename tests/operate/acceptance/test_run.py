"""What is said and refused around a run, and the requests that are counted during it."""

import io
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
import typer
from rich.console import Console

from environments.model import Environment
from operate.acceptance import run
from operate.acceptance.claims import CLAIMS, ELSEWHERE, Outcome, Verdict
from operate.acceptance.probe import Probe
from operate.deploying.cdk import PROJECT
from operate.problem import ExitCode, OperateError


@dataclass
class Standing:
    """An environment with these stacks."""

    environment: Environment
    found: tuple[str, ...] = ()
    aws: ClassVar[Any] = SimpleNamespace(account="111122223333", region="eu-central-1")

    def service_names(self) -> list[str]:
        return [service.name for service in self.environment.services]

    def stacks(self) -> tuple[str, ...]:
        return self.found


def accept(standing: Standing, name: str = "hello", *, console: Console | None = None) -> None:
    run.accept(standing, name, agreed=False, console=console or Console(file=io.StringIO()))  # type: ignore[arg-type]


def test_an_environment_that_stands_is_never_destroyed(dev: Environment) -> None:
    with pytest.raises(OperateError, match=r"dev stands already \(dev-network\)"):
        accept(Standing(dev, found=("dev-network",)))


def test_an_environment_that_is_meant_to_stay_is_refused(environments: dict[str, Environment]) -> None:
    with pytest.raises(OperateError, match="production is not removable"):
        accept(Standing(environments["production"]))


def test_an_unknown_service_is_refused(dev: Environment) -> None:
    with pytest.raises(OperateError, match="no service 'other'"):
        accept(Standing(dev), "other")


def test_it_says_what_it_does_and_costs_and_asks(dev: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(typer, "confirm", asked.append)
    monkeypatch.setattr(run.sys.stdin, "isatty", lambda: True)
    console = Console(file=io.StringIO(), width=500)
    with pytest.raises(OperateError, match="Nothing was done"):
        accept(Standing(dev), console=console)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert "deploys dev to account 111122223333, eu-central-1" in said
    assert "DESTROYS dev" in said
    assert "two US dollars" in said
    assert all(claim in said for claim in CLAIMS.values())
    assert asked == ["\nDeploy, exercise and destroy dev?"]


def test_a_machine_is_told_how_to_answer_beforehand(
    dev: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.sys.stdin, "isatty", lambda: False)
    with pytest.raises(OperateError, match="Nobody is there to be asked") as raised:
        accept(Standing(dev))
    assert "make acceptance ENV=dev YES=1" in str(raised.value)
    assert raised.value.code is ExitCode.REFUSED


@pytest.mark.parametrize(
    ("odd", "code"), [(Verdict.HELD, 0), (Verdict.BROKEN, 1), (Verdict.NOT_SHOWN, 1)], ids=str
)
def test_the_exit_code(odd: Verdict, code: int) -> None:
    outcomes = {claim: Outcome(verdict=Verdict.HELD, seen="") for claim in CLAIMS}
    outcomes["update"] = Outcome(verdict=odd, seen="x")
    assert run.exit_code(outcomes) is ExitCode(code)
    console = Console(file=io.StringIO(), width=300)
    run.show(outcomes, console)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert odd.value in said
    assert all(each in said for each in ELSEWHERE)


def test_the_pages_for_what_it_leaves_out_are_there() -> None:
    pages = [page for each in ELSEWHERE for page in re.findall(r"[a-z]+/[a-z./-]+", each)]
    assert len(pages) >= len(ELSEWHERE)
    assert [page for page in pages if not (PROJECT / page).is_file()] == []


def test_it_runs_the_commands_of_this_project_and_destroys_that_environment_alone(
    dev: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[dict[str, Any]] = []
    ran: list[tuple[str, ...]] = []

    def story(**parts: Any) -> Any:
        began.append(parts)
        return SimpleNamespace(run=dict)

    def start(words: Sequence[str], **_: Any) -> Any:
        ran.append(tuple(words))
        return SimpleNamespace(returncode=3)

    monkeypatch.setattr(run, "Story", story)
    monkeypatch.setattr(run.subprocess, "run", start)
    run.accept(Standing(dev), "hello", agreed=True, console=Console(file=io.StringIO()))  # type: ignore[arg-type]
    (parts,) = began
    assert (parts["operate"](["finish", "dev", "hello"]), parts["destroy"]()) == (3, 3)
    assert ran[0] == (sys.executable, "-m", "operate", "finish", "dev", "hello")
    assert ran[1][:4] == ("cdk", "destroy", "dev/*", "--force")


class Answers(BaseHTTPRequestHandler):
    status: ClassVar[int] = 200

    def do_GET(self) -> None:
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_: object) -> None:  # type: ignore[override]
        return


@pytest.fixture
def url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/healthz"
        server.shutdown()


def test_the_probe_counts_what_is_not_answered(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Probe(url, every=0.01) as probe:
        while probe.sent < 3:
            pass
        assert probe.failures == []
        monkeypatch.setattr(Answers, "status", 503)
        while not probe.failures:
            pass
    assert probe.failures[0].endswith("status 503")
    assert probe.sent >= 4


def test_the_probe_counts_a_refused_connection() -> None:
    failure = Probe("http://127.0.0.1:9/").answers()
    assert failure is not None
    assert "refused" in failure
