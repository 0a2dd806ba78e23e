"""ECS, Lambda and CodeDeploy by botocore's Stubber: it checks each request and answer against AWS's model."""

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.response import StreamingBody
from botocore.stub import Stubber

from ecs_platform.deployment.hooks.functions.smoke_test.attempt import Tester
from ecs_platform.deployment.hooks.functions.smoke_test.settings import Settings

Json = dict[str, Any]

SETTINGS = Settings(
    cluster="dev",
    service="hello",
    port=8080,
    path="/health",
    status=200,
    timeout_seconds=60,
    prober="prober-1",
)
DEPLOYMENT = "d-ABCDEF123"
EXECUTION = "eyJlbmNyeXB0ZWQ"
_ARN = "arn:aws:ecs:eu-central-1:111122223333:"
NEW_DEFINITION, OLD_DEFINITION = f"{_ARN}task-definition/dev-hello:8", f"{_ARN}task-definition/dev-hello:7"
GREEN, BLUE = "ecs-svc/9313423515462893900", "ecs-svc/1920498462936580504"
REVISION = f"{_ARN}service-revision/dev/hello/9313423515462893900"
OLD_REVISION = f"{_ARN}service-revision/dev/hello/1920498462936580504"


class Clock:
    """Time that passes when somebody sleeps, and by `step` whenever it is asked for."""

    def __init__(self, step: float = 0) -> None:
        self.time = 1_700_000_000.0
        self.slept: list[float] = []
        self._step = step

    def now(self) -> float:
        self.time += self._step
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


class Aws:
    """Three stubbed clients; what is expected must happen, in this order, and nothing else."""

    def __init__(self, clock: Clock, stubs: dict[str, Stubber]) -> None:
        self.clock = clock
        self._stubs = stubs
        self.ecs, self.functions, self.codedeploy = (
            stubs[name].client for name in ("ecs", "lambda", "codedeploy")
        )

    def tester(self, settings: Settings = SETTINGS) -> Tester:
        return Tester(
            settings, ecs=self.ecs, functions=self.functions, now=self.clock.now, sleep=self.clock.sleep
        )

    def fails(self, client: str, operation: str, code: str) -> None:
        self._stubs[client].add_client_error(operation, service_error_code=code, http_status_code=400)

    def describes_service(self, **service: Any) -> None:
        self._stubs["ecs"].add_response(
            "describe_services", {"services": [service]}, {"cluster": "dev", "services": ["hello"]}
        )

    def has_no_service(self) -> None:
        self._stubs["ecs"].add_response("describe_services", {"services": [], "failures": []})

    def has_task_set(self, started_by: str = GREEN) -> None:
        """The service under CodeDeploy: the old task set and the deployment's."""
        self.describes_service(
            taskSets=[
                {"id": BLUE, "externalId": "d-OLD", "status": "PRIMARY"},
                {"id": started_by, "externalId": DEPLOYMENT, "status": "ACTIVE"},
            ]
        )

    def has_revision(self, definition: str = NEW_DEFINITION) -> None:
        self.describes_revisions([{"serviceRevisionArn": REVISION, "taskDefinition": definition}])

    def describes_revisions(self, revisions: list[Json]) -> None:
        self._stubs["ecs"].add_response(
            "describe_service_revisions",
            {"serviceRevisions": revisions},
            {"serviceRevisionArns": [REVISION]},
        )

    def has_deployments(self, newest: str = NEW_DEFINITION) -> None:
        """The service under ECS's own controller, in the middle of a deployment."""
        self.describes_service(
            deployments=[
                {"id": BLUE, "status": "ACTIVE", "taskDefinition": OLD_DEFINITION},
                {"id": GREEN, "status": "PRIMARY", "taskDefinition": newest},
            ]
        )

    def lists_tasks(self, *names: str, next_token: str | None = None, token: str | None = None) -> None:
        answer: Json = {"taskArns": [f"{_ARN}task/dev/{name}" for name in names]}
        request: Json = {"cluster": "dev", "startedBy": GREEN}
        if next_token:
            answer["nextToken"] = next_token
        if token:
            request["nextToken"] = token
        self._stubs["ecs"].add_response("list_tasks", answer, request)

    def describes_tasks(self, *tasks: Json, failures: tuple[Json, ...] = ()) -> None:
        asked = [task["taskArn"] for task in tasks] + [failure["arn"] for failure in failures]
        self._stubs["ecs"].add_response(
            "describe_tasks",
            {"tasks": list(tasks), "failures": list(failures)},
            {"cluster": "dev", "tasks": asked},
        )

    def has_tasks(self, *addresses: str) -> None:
        """Tasks t0, t1, ... that run at these addresses."""
        self.lists_tasks(*(f"t{number}" for number in range(len(addresses))))
        if addresses:
            self.describes_tasks(*(task(f"t{number}", at) for number, at in enumerate(addresses)))

    def prober_says(self, address: str, answer: Json, *, failed: bool = False) -> None:
        raw = json.dumps(answer).encode()
        response: Json = {"StatusCode": 200, "Payload": StreamingBody(io.BytesIO(raw), len(raw))}
        if failed:
            response["FunctionError"] = "Unhandled"
        event = {"address": address, "port": 8080, "path": "/health"}
        self._stubs["lambda"].add_response(
            "invoke", response, {"FunctionName": "prober-1", "Payload": json.dumps(event).encode()}
        )

    def expects_report(self, status: str) -> None:
        self._stubs["codedeploy"].add_response(
            "put_lifecycle_event_hook_execution_status",
            {"lifecycleEventHookExecutionId": EXECUTION},
            {"deploymentId": DEPLOYMENT, "lifecycleEventHookExecutionId": EXECUTION, "status": status},
        )


def task(name: str, address: str | None, status: str = "RUNNING") -> Json:
    """A task of Fargate as DescribeTasks shows it."""
    details = [{"name": "subnetId", "value": "subnet-1"}, {"name": "macAddress", "value": "02:00"}]
    if address:
        details.append({"name": "privateIPv4Address", "value": address})
    return {
        "taskArn": f"{_ARN}task/dev/{name}",
        "lastStatus": status,
        "startedBy": GREEN,
        "attachments": [{"type": "ElasticNetworkInterface", "status": "ATTACHED", "details": details}],
    }


def code_deploy_event() -> Json:
    return {"DeploymentId": DEPLOYMENT, "LifecycleEventHookExecutionId": EXECUTION}


def native_event(stage: str = "POST_TEST_TRAFFIC_SHIFT", **more: Any) -> Json:
    """As in https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html."""
    details = {
        "serviceArn": f"{_ARN}service/dev/hello",
        "targetServiceRevisionArn": REVISION,
        "testTrafficWeights": {},
        "productionTrafficWeights": {},
        **more.pop("execution_details", {}),
    }
    return {
        "executionId": "3a0345ba-b029-404b-890d-7da2a4b266aa",
        "lifecycleStage": stage,
        "resourceArn": f"{_ARN}service-deployment/dev/hello/EZe5RNVLH6PPzHXINuP28",
        "executionDetails": details,
        **more,
    }


@contextmanager
def stubbed_aws(clock: Clock | None = None) -> Iterator[Aws]:
    """The clients; at the end everything expected must have happened."""
    with ExitStack() as stack:
        stubs = {name: stack.enter_context(Stubber(client(name))) for name in ("ecs", "lambda", "codedeploy")}
        yield Aws(clock or Clock(), stubs)
        for stub in stubs.values():
            stub.assert_no_pending_responses()


@cache  # a client reads its service's description, which takes longer than all else here
def client(name: str) -> Any:
    """A client that reaches nobody."""
    return boto3.client(
        name,
        region_name="eu-central-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )
