"""What CloudFormation and the log are told, and when."""

import contextlib
import importlib
import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from ecs_platform.load_balancer import rule_function
from ecs_platform.load_balancer.rule_function.swap_safe_rule import handler as code
from tests.unit.load_balancer.rule_clients import Client, failing
from tests.unit.load_balancer.rule_world import Resource, World, moto_world, refused, succeeded


class _Signed:
    """CloudFormation's pre-signed address: takes PUTs, answers with the status codes that a test wants."""

    def __init__(self, *codes: int) -> None:
        self.puts: list[tuple[dict[str, str], Any]] = []
        answers = iter(codes)
        puts = self.puts

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                puts.append((dict(self.headers), body))
                self.send_response(next(answers, 200))
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/?X-Amz-Signature=secret"

    @contextlib.contextmanager
    def open(self) -> Iterator["_Signed"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


class _Context:
    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 180_000


@pytest.fixture
def as_lambda(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, Any]], None]]:
    """The handler as Lambda finds it: index.py, with its folder on the path."""
    monkeypatch.syspath_prepend(str(Path(rule_function.__file__).parent))
    for name, value in {"AWS_DEFAULT_REGION": "eu-central-1", "no_proxy": "127.0.0.1"}.items():
        monkeypatch.setenv(name, value)
    before = set(sys.modules)
    index = importlib.import_module("index")
    yield lambda event: index.handler(event, _Context())
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("index", "swap_safe_rule"):
            del sys.modules[name]


@mock_aws
def test_lambda_makes_the_rule_answers_and_logs_one_line_without_the_address(
    as_lambda: Callable[[dict[str, Any]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    world = moto_world()
    resource = Resource(world)

    with _Signed().open() as signed:
        event = resource.event("Create") | {"ResponseURL": signed.url}
        as_lambda(event)

    (rule,) = world.rules()
    ((headers, body),) = signed.puts
    # Any other content type breaks the signature.
    assert headers["Content-Type"] == ""
    assert body == {
        "Status": "SUCCESS",
        "PhysicalResourceId": rule.arn,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": "Production",
    }
    (line,) = capsys.readouterr().out.splitlines()
    assert "secret" not in line
    logged = json.loads(line)
    assert logged["RequestType"] == "Create"
    assert logged["Properties"]["Priority"] == "10"
    assert logged["PhysicalResourceId"] == rule.arn
    assert logged["Wrote"] == ["create_rule"]


def test_an_answer_that_does_not_arrive_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(code.time, "sleep", lambda _: None)

    with _Signed(503, 503).open() as signed:
        code.send(signed.url, {"Status": "SUCCESS"})

    assert [body for _, body in signed.puts] == [{"Status": "SUCCESS"}] * 3


def test_an_answer_that_never_arrives_fails_the_invocation_so_that_lambda_repeats_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(code.time, "sleep", lambda _: None)

    with _Signed(403, 403, 403).open() as signed, pytest.raises(OSError, match="403"):
        code.send(signed.url, {})

    assert len(signed.puts) == 3


def test_a_reason_is_one_short_line_with_listener_and_priority(fake: World) -> None:
    def verbose(_: int, name: str) -> None:
        raise RuntimeError("first\nsecond\n" + "x" * 10_000)

    resource = Resource(fake, elb=Client(fake.elb, before=verbose))

    reason = refused(resource.send(resource.event("Create")))

    assert reason.startswith(f"Rule with priority 10 on {fake.http}: RuntimeError: first second xxx")
    assert len(reason) == 1500


def test_what_elb_answers_is_passed_on(fake: World) -> None:
    resource = Resource(fake, BlueTargetGroupArn=fake.blue + "0")

    reason = refused(resource.send(resource.event("Create")))

    assert "TargetGroupNotFound" in reason


@pytest.mark.parametrize("broken", [{"Priority": "ten"}, {"Priority": None}])
def test_properties_that_make_no_sense_are_answered_too(fake: World, broken: dict[str, Any]) -> None:
    resource = Resource(fake)
    resource.properties |= broken

    refused(resource.send(resource.event("Create")))


def test_a_failed_create_answers_a_physical_id_that_names_its_request(fake: World) -> None:
    resource = Resource(fake, Priority="ten")
    event = resource.event("Create")

    assert resource.send(event)["PhysicalResourceId"] == f"not-created/{event['RequestId']}"


@pytest.mark.parametrize("busy", ["Throttling", "ThrottlingException", "RequestLimitExceeded"])
def test_throttled_calls_are_repeated(fake: World, busy: str) -> None:
    operations = ("describe_rules", "create_rule", "describe_tags")
    resource = Resource(fake, elb=Client(fake.elb, before=failing(*operations, code=busy, times=8)))

    assert fake.weights(resource.create()) == (100, 0)
    assert 170 - 50 < resource.seconds_left < 170 - 10


def test_a_right_that_the_same_update_wrote_is_waited_for(fake: World) -> None:
    resource = Resource(fake)
    resource.create()
    resource.elb = Client(fake.elb, before=failing("modify_rule", code="AccessDenied", times=4))

    resource.update(Paths=["/other"])

    assert fake.rule(resource.physical_id).conditions == {"path-pattern": ["/other"]}


@pytest.mark.parametrize("denied", ["AccessDenied", "AccessDeniedException"])
def test_a_right_that_nobody_gives_is_said_within_half_a_minute(fake: World, denied: str) -> None:
    resource = Resource(fake, elb=Client(fake.elb, before=failing("create_rule", code=denied, times=10**6)))

    reason = refused(resource.send(resource.event("Create")))

    assert denied in reason
    assert 170 - 30 < resource.seconds_left < 170 - 5
    assert len(resource.elb.calls) < 20


@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
def test_endless_throttling_is_answered_while_there_is_time(fake: World, kind: str) -> None:
    resource = Resource(fake)
    if kind != "Create":
        resource.create()
    operations = ("describe_rules", "delete_rule")
    resource.elb = Client(fake.elb, before=failing(*operations, code="Throttling", times=10**6))
    event = resource.update_event() if kind == "Update" else resource.event(kind)

    told = resource.send(event)

    assert "is answered with Throttling. There is no time left to wait." in refused(told)
    # What botocore may still take for the last call, and the answer.
    assert 50 < resource.seconds_left < 60
    if kind != "Create":
        assert told["PhysicalResourceId"] == resource.physical_id


def test_deletion_goes_on_after_throttling(fake: World) -> None:
    resource = Resource(fake)
    resource.create()
    resource.elb = Client(fake.elb, before=failing("delete_rule", code="Throttling", times=3))

    succeeded(resource.send(resource.event("Delete")))
    assert fake.rules() == []
