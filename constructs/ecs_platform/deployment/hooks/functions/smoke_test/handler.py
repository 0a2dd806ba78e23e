"""Where an event comes in: from CodeDeploy or from ECS, told apart by what they carry."""

import os
from typing import Any, cast

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs]

from . import code_deploy, native
from .attempt import Tester
from .settings import Json, Settings

# Lambda ends the function two minutes after the test's time is up. Into those must go what has begun before:
# four requests of 7 seconds and one question of 27; and the report, of 33. One attempt each, for the test
# repeats them itself.
_READ = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1})
_ASK = Config(connect_timeout=2, read_timeout=25, retries={"total_max_attempts": 1})
_REPORT = Config(connect_timeout=2, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 3})


def handler(event: Json, _context: object) -> Json | None:
    """Serve one event.

    Raises:
        ValueError: The event is neither CodeDeploy's nor ECS's.
    """
    tester = Tester(Settings.read(os.environ), ecs=_client("ecs", _READ), functions=_client("lambda", _ASK))
    if "LifecycleEventHookExecutionId" in event:
        return code_deploy.serve(event, tester, _client("codedeploy", _REPORT))
    if "executionDetails" in event:
        return native.serve(event, tester)
    raise ValueError(f"neither an event of CodeDeploy nor of ECS: {sorted(event)}")


def _client(name: str, config: object) -> Any:
    return cast(Any, boto3).client(name, config=config)
