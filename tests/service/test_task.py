"""What `/` says of the ECS task, asked from a stand-in of the task metadata endpoint."""

import json

import pytest

from tests.service.conftest import Start
from tests.service.process import free_port, run, stand_in

# The fields that are read, and one that is not.
METADATA = {
    "Cluster": "arn:aws:ecs:eu-central-1:111122223333:cluster/dev",
    "TaskARN": "arn:aws:ecs:eu-central-1:111122223333:task/dev/158d1c8083dd49d6b527399fd6414f5c",
    "Family": "dev-hello",
    "Revision": "7",
    "AvailabilityZone": "eu-central-1b",
}


OK = b"HTTP/1.1 200 OK\r\n\r\n"


def test_the_task_is_shown_without_its_account(start: Start) -> None:
    with stand_in(OK + json.dumps(METADATA).encode()) as (port, asked):
        answer = start(ECS_CONTAINER_METADATA_URI_V4=f"http://127.0.0.1:{port}/v4/0123").ask("/")
    assert answer.json()["task"] == {
        "id": "158d1c8083dd49d6b527399fd6414f5c",
        "definition": "dev-hello:7",
        "zone": "eu-central-1b",
    }
    assert "111122223333" not in answer.text
    assert asked[0].startswith(b"GET /v4/0123/task ")


def read_task(**variables: str) -> tuple[object, str]:
    """What `read_task` gives in this environment, and what it warned of."""
    code = "import json, os, app.task; print(json.dumps(app.task.read_task(os.environ)))"
    ended = run("-c", code, **variables)
    return json.loads(ended.stdout), ended.stderr


def test_outside_ecs_nobody_is_asked() -> None:
    assert read_task() == (None, "")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0\r\n",
        b"HTTP/1.1 404 No\r\n\r\n" + json.dumps(METADATA).encode(),
        OK + b"<html>",
        OK + b"{}",
        OK + b"[]",
        OK + b'{"TaskARN": 1}',
    ],
)
def test_an_answer_it_cannot_use_is_no_reason_not_to_start(answer: bytes) -> None:
    with stand_in(answer) as (port, _):
        task, warning = read_task(ECS_CONTAINER_METADATA_URI_V4=f"http://127.0.0.1:{port}/v4/0123")
    assert task is None
    assert warning.startswith("the task metadata endpoint gave no answer to use: ")


@pytest.mark.parametrize("uri", [f"http://127.0.0.1:{free_port()}/v4/0123", "http://[", "v4"])
def test_an_endpoint_that_is_not_there_is_no_reason_either(uri: str) -> None:
    task, warning = read_task(ECS_CONTAINER_METADATA_URI_V4=uri)
    assert task is None
    assert warning.startswith("the task metadata endpoint gave no answer to use: ")
