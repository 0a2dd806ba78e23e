"""A stage of a deployment by ECS itself, which asks again for as long as the answer is IN_PROGRESS.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html
"""

from .attempt import Result, Tester
from .log import say, words_of_failure
from .settings import Json
from .tasks import of_service_revision

CALL_BACK_SECONDS = 10
# ECS hands back what is returned under these names, so that the clock runs on from call to call. The stage is
# there because the same hook may serve several.
_STARTED, _STAGE = "smokeTestStarted", "smokeTestStage"


def serve(event: Json, tester: Tester) -> Json:
    """Test once; what ECS is told."""
    stage = event["lifecycleStage"]
    if _rolls_back(event):
        # What is being left need not pass, and going back must not wait for it.
        say(stage=stage, answered="SUCCEEDED", why="The deployment is rolling back.")
        return {"hookStatus": "SUCCEEDED"}
    started = _started(event, tester.now())
    deadline = started + tester.settings.timeout_seconds
    try:
        result = _test(event["executionDetails"]["targetServiceRevisionArn"], tester, deadline)
    except Exception:  # ECS rolls back when a hook fails, but does not say why
        result = Result(passed=False, words=words_of_failure())
        deadline = started
    answer: Json = {"hookStatus": "SUCCEEDED" if result.passed else "FAILED"}
    if not result.passed and tester.now() + CALL_BACK_SECONDS <= deadline:
        answer = {
            "hookStatus": "IN_PROGRESS",
            "callBackDelay": CALL_BACK_SECONDS,
            "hookDetails": {_STARTED: started, _STAGE: stage},
        }
    say(stage=stage, answered=answer["hookStatus"], why=result.words)
    return answer


def _test(revision_arn: str, tester: Tester, deadline: float) -> Result:
    test = tester.settings
    return tester.attempt(
        lambda: of_service_revision(tester.ecs, test.cluster, test.service, revision_arn), deadline
    )


def _started(event: Json, now: float) -> int:
    details = event.get("hookDetails")
    if isinstance(details, dict) and details.get(_STAGE) == event["lifecycleStage"]:  # pyright: ignore
        return int(details[_STARTED])  # pyright: ignore
    return int(now)


def _rolls_back(event: Json) -> bool:
    """Whether traffic goes back, which is announced at the stages of that name alone, by the weights."""
    weights: dict[str, float] = {
        "PRODUCTION_TRAFFIC_SHIFT": event["executionDetails"].get("productionTrafficWeights"),
        "TEST_TRAFFIC_SHIFT": event["executionDetails"].get("testTrafficWeights"),
    }.get(event["lifecycleStage"]) or {}
    return weights.get(event["executionDetails"]["targetServiceRevisionArn"]) == 0
