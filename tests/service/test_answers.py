import socket

import pytest

from tests.service.process import Running


def test_the_root_says_who_answers(application: Running) -> None:
    answer = application.ask("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "service": "greeter",
        "version": "1.4.2+3f2c1ab",
        "color": "green",
        "host": socket.gethostname(),
        "task": None,
    }


def test_health(application: Running) -> None:
    answer = application.ask("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/", "/healthz"])
def test_head_is_get_without_a_body(application: Running, path: str) -> None:
    answer = application.ask(path, "HEAD")
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["content-length"] == str(len(application.ask(path).content))


# "/healthz/" too: neither an answer nor a redirect built from the client's Host header.
@pytest.mark.parametrize("path", ["/nowhere", "/healthz/"])
def test_an_unknown_path_is_a_404_in_json(application: Running, path: str) -> None:
    answer = application.ask(path)
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


def test_it_only_reads(application: Running) -> None:
    answer = application.ask("/", "POST", content="x")
    assert (answer.status_code, answer.json()) == (405, {"error": "Method Not Allowed"})
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_slow_waits_as_long_as_it_is_asked(application: Running) -> None:
    answer = application.ask("/slow?seconds=0.01")
    assert (answer.status_code, answer.json()) == (200, {"waited_seconds": 0.01})


@pytest.mark.parametrize("seconds", ["2.1", "-1", "nan", "inf", "long", ""])
def test_slow_is_bounded(application: Running, seconds: str) -> None:
    answer = application.ask("/slow", params={"seconds": seconds})
    assert (answer.status_code, answer.json()) == (400, {"error": "seconds must be a number from 0 to 2"})


def test_the_server_does_not_name_its_software(application: Running) -> None:
    assert "server" not in application.ask("/").headers
