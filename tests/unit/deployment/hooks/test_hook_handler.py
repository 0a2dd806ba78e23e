import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecs_platform.deployment.hooks import functions
from ecs_platform.deployment.hooks.functions import hook
from ecs_platform.deployment.hooks.functions.smoke_test import handler
from tests.unit.deployment.hooks.stubbed_aws import SETTINGS, Aws, code_deploy_event, native_event

FOLDER = Path(functions.__file__).parent
ENVIRONMENT = {
    "CLUSTER_NAME": "dev",
    "SERVICE_NAME": "hello",
    "TASK_PORT": "8080",
    "TEST_PATH": "/health",
    "TEST_STATUS": "200",
    "TIMEOUT_SECONDS": "60",
    "PROBER_NAME": "prober-1",
}


@pytest.fixture
def enter(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], Any]:
    """Lambda's way in, with the environment of the construct and stubbed clients."""
    clients = {"ecs": aws.ecs, "lambda": aws.functions, "codedeploy": aws.codedeploy}
    monkeypatch.setattr(handler, "_client", lambda name, _config: clients[name])
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return lambda event: hook.handler(event, None)


def test_the_environment_is_the_test() -> None:
    assert handler.Settings.read(ENVIRONMENT) == SETTINGS


def test_an_event_of_code_deploy_is_reported(aws: Aws, enter: Callable[[dict[str, Any]], Any]) -> None:
    aws.has_task_set()
    aws.has_tasks("10.0.1.4")
    aws.prober_says("10.0.1.4", {"status": 200, "body": ""})
    aws.expects_report("Succeeded")
    assert enter(code_deploy_event()) is None


def test_an_event_of_ecs_is_answered(aws: Aws, enter: Callable[[dict[str, Any]], Any]) -> None:
    aws.has_revision()
    aws.has_deployments()
    aws.has_tasks("10.0.1.4")
    aws.prober_says("10.0.1.4", {"status": 200, "body": ""})
    assert enter(native_event()) == {"hookStatus": "SUCCEEDED"}


def test_another_event_is_a_mistake_of_whoever_sent_it(enter: Callable[[dict[str, Any]], Any]) -> None:
    with pytest.raises(ValueError, match=r"^neither an event of CodeDeploy nor of ECS: \['detail'\]$"):
        enter({"detail": {}})


def test_no_request_outlasts_what_lambda_leaves_for_it() -> None:
    def longest(config: Any) -> float:
        attempts = config.retries["total_max_attempts"]
        # Standard mode waits at most 1 and then 2 seconds between attempts.
        return attempts * (config.connect_timeout + config.read_timeout) + sum(range(attempts))

    # The revision, the service, a page of tasks and their addresses; a question; the report.
    at_most = 4 * longest(handler._READ) + longest(handler._ASK) + longest(handler._REPORT)
    assert at_most < 120
    # Otherwise the hook would hang up on a prober that is still at it.
    assert handler._ASK.read_timeout > 15


def test_the_hook_runs_as_lambda_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    spec = importlib.util.spec_from_file_location("hook_alone", FOLDER / "hook.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        assert module.handler.__module__ == "smoke_test.handler"
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "smoke_test"]:
            del sys.modules[name]


def test_the_prober_runs_alone_and_loads_nothing_of_aws() -> None:
    program = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import prober;"
        "answer = prober.handler({'address': '127.0.0.1', 'port': 1, 'path': '/'}, None);"
        "print(json.dumps([sorted(answer), [m for m in sys.modules if m.startswith(('boto', 'smoke'))]]))"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(FOLDER)], capture_output=True, check=True, timeout=30
    )
    assert json.loads(run.stdout) == [["error"], []]
