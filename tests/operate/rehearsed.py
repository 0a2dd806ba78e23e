"""A service to release in the test's own process: CodeDeploy's clock moves when somebody waits."""

import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from rich.console import Console

from environments.model import Environment
from operate.aws import _CONFIG, Aws
from operate.outputs import ServiceOutputs
from operate.reading.live import Live, read
from operate.releasing.commands import Command
from operate.releasing.outcome import Outcome
from operate.releasing.progress import Progress
from operate.releasing.watch import Pace
from rehearsal.clock import CLOCK
from rehearsal.in_process import InProcessAws
from tests.operate.reading import REGION, REGISTRY, SERVICE
from tests.rehearsal.releasing import Releasing
from tests.rehearsal.test_models_ecs import task

CANARY = {"Type": "TimeBasedCanary", "TimeBasedCanary": {"CanaryPercentage": 20, "CanaryInterval": 5}}
LOG_GROUP = "/ecs/dev/hello"
APPROVAL = {
    "DeploymentReadyOption": {"ActionOnTimeout": "STOP_DEPLOYMENT", "WaitTimeInMinutes": 30},
    "TerminateBlueInstancesOnDeploymentSuccess": {"Action": "TERMINATE", "TerminationWaitTimeInMinutes": 5},
}


@cache
def _client(service: str) -> Any:
    # Nobody checks a signature here, and it takes a tenth of a call.
    return boto3.client(service, region_name=REGION, config=_CONFIG.merge(Config(signature_version=UNSIGNED)))


class RehearsedAws(Aws):
    """Clients that are made once for all tests: reading their models takes longer than any test."""

    def client(self, service: str) -> Any:
        return _client(service)


class Rehearsed:
    """`hello`, released by CodeDeploy with a canary of 20 % for five minutes, and `v1` of it live.

    Args:
        embedded: Where.
        environment: A value for the region and the names.
        migration: The service's migration.
        group: Properties of the deployment group.
    """

    def __init__(
        self, embedded: InProcessAws, environment: Environment, *, migration: Sequence[str] = (), **group: Any
    ) -> None:
        self.embedded = embedded
        embedded.client("logs").create_log_group(logGroupName=LOG_GROUP)
        embedded.client("ecr").create_repository(repositoryName="dev/hello")
        embedded.push_image("dev/hello", "v1")
        self.stack = Releasing(embedded, CANARY, resources={"Task": _task("v1")}, **group)
        network = self.stack.service()["networkConfiguration"]["awsvpcConfiguration"]
        self.aws = RehearsedAws(environment)
        self._faults: list[tuple[Any, str, Any]] = []
        self.console = Console(file=io.StringIO(), width=500)
        self.progress = Progress(self.console, now=embedded.now)
        # Minutes of a release in few looks.
        self.pace = Pace(every=60, sleep=embedded.sleep, clock=CLOCK.now)
        self.service: ServiceOutputs = replace(
            SERVICE,
            task_definition=self.stack.service()["taskDefinition"],
            subnets=tuple(network["subnets"]),
            security_group=network["securityGroups"][0],
            application=self.stack.out["Application"],
            deployment_group=self.stack.out["Group"],
            blue=self.stack.out["Blue"],
            green=self.stack.out["Green"],
            production_rule=self.stack.out["Rule"],
            test_rule=self.stack.out["TestRule"],
            migration=tuple(migration),
        )

    def run(self, command: Command) -> Outcome:
        """A command of `operate`, without the command line."""
        return command(self.aws, self.service, self.progress)

    def push(self, tag: str, architecture: str = "ARM64") -> str:
        """Push an image; its digest."""
        return self.embedded.push_image("dev/hello", tag, architecture)

    def configure(self, tag: str = "v1") -> str:
        """A stack update with a change of the task: one more configured revision, live nowhere."""
        made = self.embedded.client("ecs").register_task_definition(**_request(tag))
        arn = made["taskDefinition"]["taskDefinitionArn"]
        self.service = replace(self.service, task_definition=arn)
        return arn

    @property
    def live(self) -> Live:
        """How the service is."""
        return read(self.aws, self.service)

    @property
    def written(self) -> str:
        """What a person has read so far."""
        return self.console.file.getvalue()  # type: ignore[attr-defined]

    def forget(self) -> None:
        """A clean screen."""
        self.console.file = io.StringIO()

    def revisions(self) -> list[str]:
        """The names of the family's revisions that are ACTIVE."""
        arns = self.embedded.client("ecs").list_task_definitions(familyPrefix="hello")["taskDefinitionArns"]
        return [arn.rpartition("/")[2] for arn in arns]

    def app_spec(self, deployment: str) -> str:
        """The AppSpec of a deployment: GetDeployment tells its hash alone."""
        answer = self.embedded.client("codedeploy").get_application_revision(
            applicationName=self.service.application, revision=self.stack.info(deployment)["revision"]
        )
        return answer["revision"]["appSpecContent"]["content"]

    def one_off_tasks(self) -> list[dict[str, Any]]:
        """Tasks that no service keeps, whatever their state."""
        ecs = self.embedded.client("ecs")
        arns = [
            arn
            for status in ("RUNNING", "STOPPED")
            for arn in ecs.list_tasks(cluster="dev", desiredStatus=status)["taskArns"]
        ]
        found = ecs.describe_tasks(cluster="dev", tasks=arns)["tasks"]
        return [each for each in found if not each["startedBy"].startswith("ecs-svc/")]

    def fails(
        self, service: str, action: str, code: str, *, message: str = "No.", times: int = 10**6
    ) -> None:
        """Let an action answer with one of its documented errors, so many times."""
        status = 503 if code == "ServiceUnavailable" else 400
        error = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
        left = [times]

        def answer(**_: Any) -> Any:
            left[0] -= 1
            return (AWSResponse("", status, {}, None), error) if left[0] >= 0 else None

        self._before(service, action, answer)

    def answers(self, service: str, action: str, answer: dict[str, Any]) -> None:
        """Let an action answer with this, always."""
        self._before(service, action, lambda **_: (AWSResponse("", 200, {}, None), answer))

    def changes(self, service: str, action: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Let AWS answer something else than it does here."""
        client = self.aws.client(service)
        event = f"after-call.{client.meta.service_model.service_id.hyphenize()}.{action}"

        def answer(parsed: dict[str, Any], **_: Any) -> None:
            change(parsed)

        client.meta.events.register(event, answer)
        self._faults.append((client.meta.events, event, answer))

    def with_hooks(self, **functions: str) -> None:
        """The stack has hooks: function by stage."""
        self.service = replace(self.service, hooks=functions)

    def loses(self, service: str, action: str, error: Exception, *, times: int = 10**6) -> None:
        """Let an action not be answered at all, so many times."""
        left = [times]

        def answer(**_: Any) -> None:
            left[0] -= 1
            if left[0] >= 0:
                raise error

        self._before(service, action, answer)

    def asked(self, service: str, action: str, then: Callable[[], None]) -> None:
        """Do something whenever an action is asked for."""

        def answer(**_: Any) -> None:
            then()

        self._before(service, action, answer)

    def once(self, service: str, action: str, then: Callable[[], Any]) -> None:
        """Do something before the first of these is answered."""
        left = [then]
        self.asked(service, action, lambda: left.pop()() if left else None)

    def listens(self, service: str, to: set[tuple[str, str]]) -> None:
        """Note every action that a service is asked for."""
        client = self.aws.client(service)
        name = client.meta.service_model.service_id.hyphenize()

        def note(model: Any, **_: Any) -> None:
            to.add((service, model.name))

        client.meta.events.register_first(f"before-call.{name}", note)
        self._faults.append((client.meta.events, f"before-call.{name}", note))

    def notes(self, service: str, action: str, to: list[dict[str, Any]]) -> None:
        """Note what an action is asked, in the words of the API."""
        self._before(service, action, lambda params, **_: to.append(json.loads(params["body"])))

    def interrupts(self, service: str, action: str) -> None:
        """Ctrl-C while an action is asked for."""

        def press() -> None:
            raise KeyboardInterrupt

        self.asked(service, action, press)

    def _before(self, service: str, action: str, answer: Callable[..., Any]) -> None:
        client = self.aws.client(service)
        name = client.meta.service_model.service_id.hyphenize()
        event = f"before-call.{name}.{action}"
        client.meta.events.register_first(event, answer)
        self._faults.append((client.meta.events, event, answer))

    def heal(self) -> None:
        """Nothing fails any more."""
        for events, name, answer in self._faults:
            events.unregister(name, answer)
        self._faults.clear()


@contextmanager
def rehearsed(environment: Environment, **settings: Any) -> Iterator[Rehearsed]:
    """A service of its own, for one test.

    Args:
        environment: A value for the region and the names.
        settings: What `Rehearsed` takes besides.
    """
    with InProcessAws() as embedded:
        hello = Rehearsed(embedded, environment, **settings)
        try:
            yield hello
        finally:
            hello.heal()


def _image(tag: str) -> str:
    return f"{REGISTRY}/dev/hello:{tag}"


def _task(tag: str) -> dict[str, Any]:
    logs = {
        "LogDriver": "awslogs",
        "Options": {
            "awslogs-group": LOG_GROUP,
            "awslogs-stream-prefix": "hello",
            "awslogs-region": "eu-central-1",
        },
    }
    container = {
        "Name": "app",
        "Image": _image(tag),
        "Essential": True,
        "PortMappings": [{"ContainerPort": 8080}],
        "LogConfiguration": logs,
        "Environment": [{"Name": "B", "Value": "2"}, {"Name": "A", "Value": "1"}],
    }
    return task(ContainerDefinitions=[container], Tags=[{"Key": "owner", "Value": "platform-team"}])


def _request(tag: str) -> dict[str, Any]:
    """The same for RegisterTaskDefinition, with a change."""
    return {
        "family": "hello",
        "cpu": "512",
        "memory": "1024",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        "containerDefinitions": [
            {
                "name": "app",
                "image": _image(tag),
                "essential": True,
                "portMappings": [{"containerPort": 8080}],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {"awslogs-group": LOG_GROUP, "awslogs-stream-prefix": "hello"},
                },
            }
        ],
    }
