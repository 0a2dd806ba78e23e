"""A first deployment whose tasks stop one after the other ends with their reason."""

from typing import Any

import pytest

from operate.deploying.assembly import Stack
from operate.deploying.first_tasks import FirstTasks
from operate.outputs import Deployed
from operate.problem import ExitCode, OperateError
from tests.operate.reading import FAMILY, StubbedAws

TEMPLATE = {
    "Resources": {
        "S": {
            "Type": "AWS::ECS::Service",
            "Properties": {"ServiceName": "hello", "LoadBalancers": [{"ContainerName": "app"}]},
        }
    }
}
TASK = "arn:aws:ecs:eu-central-1:123456789012:task/dev/0123"


def look(stubbed: StubbedAws, *, times: int = 5) -> None:
    stack = Stack(
        id="hello", path="dev/hello", name="dev-hello", template=TEMPLATE, tags={}, bootstrap=6, needs=[]
    )
    watching = FirstTasks(Deployed(stubbed), stack)
    for _ in range(times):
        watching("dev-hello")


def platform(stubbed: StubbedAws) -> None:
    outputs = [{"OutputKey": "ClusterName", "OutputValue": "dev"}]
    described = {"StackName": "dev-platform", "StackStatus": "CREATE_COMPLETE", "Outputs": outputs}
    stubbed.answers("cloudformation", "describe_stacks", {"Stacks": [{**described, "CreationTime": 0}]})


def service(stubbed: StubbedAws, running: int) -> None:
    asked = {"cluster": "dev", "services": ["hello"]}
    stubbed.answers("ecs", "describe_services", {"services": [{"runningCount": running}]}, asked)


def stopped(stubbed: StubbedAws, count: int) -> None:
    asked = {"cluster": "dev", "serviceName": "hello", "desiredStatus": "STOPPED"}
    stubbed.answers("ecs", "list_tasks", {"taskArns": [TASK] * count}, asked)


def test_three_tasks_that_stopped_and_none_that_runs(stubbed: StubbedAws) -> None:
    platform(stubbed)
    service(stubbed, 0)
    stopped(stubbed, 3)
    task: dict[str, Any] = {
        "taskArn": TASK,
        "taskDefinitionArn": f"{FAMILY}:1",
        "stoppedReason": "CannotPullContainerError: exec format error",
        "containers": [{"name": "app", "exitCode": 126}],
    }
    stubbed.answers("ecs", "describe_tasks", {"tasks": [task]})
    stubbed.answers("ecs", "describe_task_definition", {"taskDefinition": {"containerDefinitions": []}})
    with pytest.raises(OperateError) as hopeless:
        look(stubbed)
    assert hopeless.value.code is ExitCode.FAILED
    assert hopeless.value.problem.splitlines()[:3] == [
        "hello: 3 tasks have stopped and none runs.",
        "task 0123 stopped: CannotPullContainerError: exec format error",
        "  app: exit code 126 (the command could not be executed: built for another processor, or not "
        "executable)",
    ]
    assert "ecr.api" in (hopeless.value.cause or "")
    assert "make destroy ENV=dev STACK=hello gives up now" in (hopeless.value.next_step or "")
    stubbed.all_was_asked()


def test_a_task_that_runs_is_hope(stubbed: StubbedAws) -> None:
    platform(stubbed)
    service(stubbed, 1)
    look(stubbed)
    stubbed.all_was_asked()


def test_two_tasks_may_have_had_bad_luck(stubbed: StubbedAws) -> None:
    platform(stubbed)
    service(stubbed, 0)
    stopped(stubbed, 2)
    look(stubbed)
    stubbed.all_was_asked()


def test_it_looks_now_and_then(stubbed: StubbedAws) -> None:
    look(stubbed, times=4)
    assert stubbed.stubbed == set()
