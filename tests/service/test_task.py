"""What `/` says of the ECS task, asked from a stand-in of the task metadata endpoint."""

import json
from contextlib import ExitStack

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


def test_without_an_answer_to_use_it_warns_and_starts_all_the_same() -> None:
    answers = [
        b"",
        b"SSH-2.0\r\n",
        b"HTTP/1.1 404 No\r\n\r\n" + json.dumps(METADATA).encode(),
        OK + b"<html>",
        OK + b"{}",
        OK + b"[]",
        OK + b'{"TaskARN": 1}',
    ]
    # One process for all of them, because starting Python is what takes the time here.
    code = (
        "import json, sys, app.task\n"
        "for uri in sys.argv[1:]:\n"
        "    print(json.dumps(app.task.read_task({'ECS_CONTAINER_METADATA_URI_V4': uri})))"
    )
    with ExitStack() as stack:
        ports = [stack.enter_context(stand_in(answer))[0] for answer in answers]
        uris = [f"http://127.0.0.1:{port}/v4/0123" for port in [*ports, free_port()]] + ["http://[", "v4"]
        ended = run("-c", code, *uris)
    assert ended.stdout.splitlines() == ["null"] * len(uris)
    warning = "the task metadata endpoint gave no answer to use: "
    assert [line.startswith(warning) for line in ended.stderr.splitlines()] == [True] * len(uris)


def test_outside_ecs_nobody_is_asked() -> None:
    ended = run("-c", "import app.task; print(app.task.read_task({}))")
    assert (ended.stdout, ended.stderr) == ("None\n", "")
