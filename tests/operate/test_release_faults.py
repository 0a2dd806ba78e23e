"""What goes wrong between here and AWS during a release: the right words and exit code, nothing lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from environments.model import Environment
from operate.problem import ExitCode, OperateError
from operate.releasing import commands
from operate.releasing.outcome import Outcome
from operate.releasing.release import Choice
from operate.releasing.release import release as release_in_steps
from rehearsal import images
from tests.operate.rehearsed import Rehearsed, rehearsed

URL = "https://codedeploy.eu-central-1.amazonaws.com/"
MIGRATION = ("python", "-m", "migrate")

# What a release with a migration asks AWS for. True: without the answer it cannot go on.
ACTIONS = {
    ("application-autoscaling", "DescribeScalingActivities"): False,
    ("cloudwatch", "DescribeAlarms"): True,
    ("codedeploy", "BatchGetApplicationRevisions"): True,
    ("codedeploy", "BatchGetDeploymentTargets"): True,
    ("codedeploy", "BatchGetDeployments"): True,
    ("codedeploy", "CreateDeployment"): True,
    ("codedeploy", "GetDeployment"): True,
    ("codedeploy", "GetDeploymentConfig"): False,
    ("codedeploy", "GetDeploymentGroup"): True,
    ("codedeploy", "ListDeployments"): True,
    ("ecr", "BatchGetImage"): True,
    ("ecr", "GetDownloadUrlForLayer"): True,
    ("ecs", "DescribeClusters"): True,
    ("ecs", "DescribeServices"): True,
    ("ecs", "DescribeTaskDefinition"): True,
    ("ecs", "DescribeTasks"): True,
    ("ecs", "ListTaskDefinitions"): True,
    ("ecs", "ListTasks"): True,
    ("ecs", "RegisterTaskDefinition"): True,
    ("ecs", "RunTask"): True,
    ("elbv2", "DescribeRules"): True,
    ("elbv2", "DescribeTargetHealth"): False,
    ("logs", "GetLogEvents"): False,
}
# After this one something goes on in AWS, and the words must say so.
WATCHING = {("codedeploy", "BatchGetDeploymentTargets"), ("codedeploy", "GetDeployment")}


@pytest.fixture
def hello(dev: Environment) -> Iterator[Rehearsed]:
    with rehearsed(dev, migration=MIGRATION) as service:
        # A deployment lies behind, so that there is history to read.
        service.push("v2")
        service.stack.start(service.configure("v2"))
        service.embedded.sleep(3_600)
        # For one processor, as `docker push` does it: its name is in a file of the registry's.
        images.store(service.embedded.client("ecr"), "dev/hello", "v3", "arm64")
        service.forget()
        yield service


def release(hello: Rehearsed, image: str = "v2", **choice: Any) -> Outcome:
    return hello.run(commands.releasing(Choice(image=image, **choice), hello.pace))


def test_the_list_of_actions_is_whole(hello: Rehearsed) -> None:
    asked: set[tuple[str, str]] = set()
    for service in {service for service, _ in ACTIONS}:
        hello.listens(service, asked)
    release(hello, "v3")
    assert asked == set(ACTIONS)


@pytest.mark.parametrize(("service", "action"), [each for each, needed in ACTIONS.items() if needed])
def test_an_action_that_is_not_allowed_ends_it(hello: Rehearsed, service: str, action: str) -> None:
    message = f"User: x is not authorized to perform: {service}:{action}"
    hello.fails(service, action, "AccessDeniedException", message=message)
    with pytest.raises(OperateError) as ended:
        release(hello, "v3")
    # A check that cannot be made is a warning; the step itself then says the same.
    assert "Not allowed: " in ended.value.problem
    assert message in ended.value.problem
    assert ended.value.code is ExitCode.FAILED
    assert "operate/actions.py" in str(ended.value.next_step)
    assert ("make watch ENV=dev" in str(ended.value.next_step)) == ((service, action) in WATCHING)


@pytest.mark.parametrize(("service", "action"), [each for each, needed in ACTIONS.items() if not needed])
def test_without_what_is_only_good_to_know_it_goes_on(hello: Rehearsed, service: str, action: str) -> None:
    hello.fails(service, action, "AccessDeniedException")
    assert release(hello, "v3").result == "released"


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url=URL),
        ReadTimeoutError(endpoint_url=URL),
        ConnectTimeoutError(endpoint_url=URL),
    ],
    ids=["lost connection", "read time-out", "connect time-out"],
)
def test_a_lost_connection_half_way_is_waited_for(hello: Rehearsed, error: Exception) -> None:
    hello.loses("codedeploy", "GetDeployment", error, times=3)
    assert release(hello, "v3").result == "released"
    said = hello.written
    assert said.count("AWS did not answer while trying to read the deployment d-") == 1
    assert "What was started goes on; asking again." in said
    assert "AWS answers again" in said


@pytest.mark.parametrize("code", ["ThrottlingException", "Throttling", "ServiceUnavailable"])
def test_a_throttled_poll_is_waited_for(hello: Rehearsed, code: str) -> None:
    hello.fails("codedeploy", "BatchGetDeploymentTargets", code, message="Rate exceeded", times=2)
    assert release(hello, "v3").result == "released"
    assert hello.written.count("Rate exceeded") == 1


def test_a_throttled_order_is_not_given_twice(hello: Rehearsed) -> None:
    hello.fails("codedeploy", "CreateDeployment", "ThrottlingException", message="Rate exceeded")
    with pytest.raises(OperateError, match="AWS throttles CreateDeployment") as ended:
        release(hello, "v3")
    assert ended.value.next_step == "wait a minute and run the command again."
    assert ended.value.code is ExitCode.FAILED
    assert hello.live.under_way is None


@pytest.mark.parametrize("code", ["ExpiredTokenException", "ExpiredToken"])
def test_credentials_that_end_half_way(hello: Rehearsed, code: str) -> None:
    seen: list[int] = []

    def count() -> None:
        seen.append(1)
        if len(seen) == 3:
            hello.fails("codedeploy", "GetDeployment", code, message="The security token is expired")

    hello.asked("codedeploy", "GetDeployment", count)
    with pytest.raises(OperateError, match=f"The credentials have expired \\({code}\\)") as ended:
        release(hello, "v3")
    assert "sign in again" in str(ended.value.next_step)
    assert "then make watch ENV=dev SERVICE=hello" in str(ended.value.next_step)
    assert ended.value.code is ExitCode.FAILED

    hello.heal()
    assert hello.live.under_way is not None
    assert release(hello, "v3").result == "released"


def test_an_image_that_is_nowhere(hello: Rehearsed) -> None:
    with pytest.raises(OperateError) as ended:
        release(hello, "v9")
    assert ended.value.problem == (
        "There is no image dev/hello:v9 in eu-central-1: Requested image not found."
    )
    assert "docker push 123456789012.dkr.ecr.eu-central-1.amazonaws.com/dev/hello:v9" in str(
        ended.value.next_step
    )
    assert ended.value.code is ExitCode.REFUSED


def test_somebody_else_comes_first(hello: Rehearsed) -> None:
    other = hello.stack.start
    hello.once("codedeploy", "CreateDeployment", lambda: other(hello.service.task_definition))
    with pytest.raises(OperateError) as ended:
        release(hello, "v3")
    assert ended.value.problem == (
        f"hello has the deployment {hello.stack.id} under way; nothing was started."
    )
    assert "one deployment at a time" in str(ended.value.cause)
    assert "make watch ENV=dev SERVICE=hello" in str(ended.value.next_step)
    assert ended.value.code is ExitCode.REFUSED


def test_somebody_else_starts_the_same_release(hello: Rehearsed) -> None:
    def other() -> None:
        hello.stack.start(f"{hello.service.task_definition.rpartition(':')[0]}:3")

    hello.once("codedeploy", "CreateDeployment", other)
    outcome = release(hello, "v3")
    assert (outcome.result, outcome.deployment) == ("released", hello.stack.id)
    assert "It brings the same revision." in hello.written


@pytest.mark.parametrize("step", ["checked", "registered", "migrated", "created"])
def test_killed_after_a_step_the_next_run_goes_on(hello: Rehearsed, step: str) -> None:
    class Killed(BaseException):
        pass

    def kill(done: str) -> None:
        if done == step:
            raise Killed

    choice = Choice(image="v3")
    with pytest.raises(Killed):
        release_in_steps(hello.aws, hello.service, choice, hello.progress, hello.pace, after=kill)
    begun = hello.live.under_way
    assert (begun is not None) == (step == "created")

    outcome = release(hello, "v3")
    assert (outcome.result, hello.stack.primary()) == ("released", "hello:3")
    # The revision of the first run is used again, and so is its deployment.
    assert hello.revisions() == ["hello:1", "hello:2", "hello:3"]
    if begun is not None:
        assert outcome.deployment == begun.id
        assert f"The deployment {begun.id} brings this revision already; watching it." in hello.written
    # Once, and again only where it had ended before the first run was killed.
    assert len(hello.one_off_tasks()) == (2 if step == "migrated" else 1)


def test_killed_in_the_middle_of_the_migration(hello: Rehearsed) -> None:
    hello.interrupts("ecs", "DescribeTasks")
    with pytest.raises(OperateError) as left:
        release(hello, "v3")
    assert left.value.problem.startswith("Left alone: the migration goes on as task ")
    assert left.value.code is ExitCode.INTERRUPTED

    hello.heal()
    outcome = release(hello, "v3")
    assert outcome.result == "released"
    assert "of an earlier run still runs 'python -m migrate'; waiting for it" in hello.written
    assert len(hello.one_off_tasks()) == 1


def test_ctrl_c_leaves_the_deployment_running(hello: Rehearsed) -> None:
    hello.interrupts("codedeploy", "GetDeployment")
    with pytest.raises(OperateError) as left:
        release(hello, "v3")
    assert left.value.problem == "Left alone: the deployment goes on."
    assert left.value.code is ExitCode.INTERRUPTED
    assert left.value.next_step == (
        "make watch ENV=dev SERVICE=hello comes back to it; "
        "make stop ENV=dev SERVICE=hello stops it and moves traffic back."
    )
    hello.heal()
    assert hello.live.under_way is not None
    assert hello.run(commands.watching(hello.pace)).result == "released"


def test_ctrl_c_before_anything_was_started(hello: Rehearsed) -> None:
    hello.interrupts("ecs", "RegisterTaskDefinition")
    with pytest.raises(OperateError, match="Interrupted before a deployment was started") as left:
        release(hello, "v3")
    assert left.value.code is ExitCode.INTERRUPTED
