"""A life-cycle event of CodeDeploy, which waits an hour for the answer and gets it long before.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
"""

from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from .attempt import Result, Tester
from .log import say, words_of_failure
from .settings import Json
from .tasks import of_code_deploy

PAUSE_SECONDS = 5.0


def serve(event: Json, tester: Tester, codedeploy: Any) -> None:
    """Test until all is well or time is up, and report."""
    try:
        result = _test(event["DeploymentId"], tester)
    except Exception:  # whatever it is: CodeDeploy would wait for an hour
        result = Result(passed=False, words=words_of_failure())
    status = "Succeeded" if result.passed else "Failed"
    say(deployment=event["DeploymentId"], reported=status, why=result.words)
    try:
        codedeploy.put_lifecycle_event_hook_execution_status(
            deploymentId=event["DeploymentId"],
            lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
            status=status,
        )
    except ClientError as error:
        # Lambda may deliver an event twice. Any other error ends the invocation, and Lambda repeats it: three
        # times fifteen minutes at most, and the pauses between, are still less than the hour.
        code: str = error.response["Error"]["Code"]  # pyright: ignore
        if code != "LifecycleEventAlreadyCompletedException":
            raise


def _test(deployment_id: str, tester: Tester) -> Result:
    test = tester.settings
    deadline = tester.now() + test.timeout_seconds

    def started_by() -> str:
        return of_code_deploy(tester.ecs, test.cluster, test.service, deployment_id)

    while True:
        result = tester.attempt(started_by, deadline)
        if result.passed or tester.now() + PAUSE_SECONDS > deadline:
            return result
        say(deployment=deployment_id, waits=result.words)
        tester.sleep(PAUSE_SECONDS)
