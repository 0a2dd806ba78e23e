"""Samples of what AWS says, and an AWS that says what a test gives it: botocore stubs, nothing listens."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.stub import Stubber

from environments.model import Environment
from operate.aws import Aws
from operate.outputs import ServiceOutputs
from operate.reading.history import Deployment
from operate.reading.live import Alarm, Live
from operate.reading.tasks import TaskSet

REGION = "eu-central-1"
ACCOUNT = "123456789012"
FAMILY = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/dev-hello"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
_ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
BLUE = f"{_ELB}:targetgroup/blue/1111111111111111"
GREEN = f"{_ELB}:targetgroup/green/2222222222222222"
PRODUCTION_RULE = f"{_ELB}:listener-rule/app/dev/3333333333333333/4444444444444444/5555555555555555"
TEST_RULE = f"{_ELB}:listener-rule/app/dev/3333333333333333/6666666666666666/7777777777777777"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

SERVICE = ServiceOutputs(
    name="hello",
    stack="dev-hello",
    cluster="dev",
    service="hello",
    repository="dev/hello",
    task_definition=f"{FAMILY}:3",
    container="app",
    port=8080,
    subnets=("subnet-1", "subnet-2"),
    security_group="sg-1",
    log_group="/ecs/dev/hello",
    application="application",
    deployment_group="group",
    blue=BLUE,
    green=GREEN,
    production_rule=PRODUCTION_RULE,
    test_rule=TEST_RULE,
    url="http://dev.example.com",
)
NATIVE = replace(SERVICE, application=None, deployment_group=None)
ROLLING = replace(NATIVE, green=None, test_rule=None)

TASKS = TaskSet(
    id="ecs-svc/1",
    label="blue",
    status="PRIMARY",
    revision=f"{FAMILY}:3",
    target_group=BLUE,
    desired=2,
    running=2,
    pending=0,
)
ENDED = Deployment(
    id="d-OLD",
    status="Succeeded",
    creator="user",
    created=NOW,
    configuration="CodeDeployDefault.ECSAllAtOnce",
    revision=f"{FAMILY}:3",
    error=None,
    rolled_back_by=None,
)
UNDER_WAY = replace(ENDED, id="d-NEW", status="InProgress", revision=f"{FAMILY}:4")
LIVE = Live(
    revision=f"{FAMILY}:3",
    image=f"{REGISTRY}/dev/hello:v3",
    desired=2,
    running=2,
    pending=0,
    controller="CODE_DEPLOY",
    task_sets=(TASKS,),
    production={BLUE: 100, GREEN: 0},
    test={BLUE: 100, GREEN: 0},
    alarms=(Alarm(name="errors", state="OK", reason="none"),),
    under_way=None,
    deployments=(ENDED,),
)


@cache
def _client(service: str) -> Any:
    return boto3.client(service, region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b")


class StubbedAws(Aws):
    """An AWS whose clients give the answers of a test, each client in its own order, and no others."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self._account = ACCOUNT
        self._stubbers: dict[str, Stubber] = {}
        self._always: list[tuple[Any, str, str]] = []

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = _client(service)
            self._stubbers[service] = Stubber(self._clients[service])
            self._stubbers[service].activate()
        return self._clients[service]

    @property
    def stubbed(self) -> set[str]:
        """The services that a test gave answers for."""
        return set(self._stubbers)

    def close(self) -> None:
        """Give the clients back: they are made once, and the stubs are a test's own."""
        for stubber in self._stubbers.values():
            stubber.deactivate()
        for events, name, id_ in self._always:
            events.unregister(name, unique_id=id_)

    def answers(
        self, service: str, action: str, answer: Mapping[str, Any], asked: Mapping[str, Any] | None = None
    ) -> None:
        """The next answer of a client, to a question that a test may check."""
        self.client(service)
        self._stubbers[service].add_response(
            action, dict(answer), expected_params=None if asked is None else dict(asked)
        )

    def refuses(self, service: str, action: str, code: str, message: str = "No.") -> None:
        """The next answer of a client is an error."""
        self.client(service)
        self._stubbers[service].add_client_error(action, service_error_code=code, service_message=message)

    def always(self, service: str, answers: Mapping[str, Mapping[str, Any]]) -> None:
        """These answers whenever they are asked for, in any order: for clients that several threads ask."""
        meta = self.client(service).meta
        self._stubbers.pop(service).deactivate()
        events, name = meta.events, meta.service_model.service_id.hyphenize()

        def answer(model: Any, **_: Any) -> tuple[Any, Mapping[str, Any]]:
            return AWSResponse("", 200, {}, None), answers[xform_name(model.name)]

        events.register(f"before-call.{name}", answer, "always")
        self._always.append((events, f"before-call.{name}", "always"))

    def notes(self, service: str, to: list[tuple[str, Mapping[str, Any]]]) -> None:
        """Note what a client that always answers is asked: action and parameters."""
        meta = self.client(service).meta
        events, name = meta.events, f"provide-client-params.{meta.service_model.service_id.hyphenize()}"

        def note(params: Mapping[str, Any], model: Any, **_: Any) -> None:
            to.append((xform_name(model.name), params))

        events.register(name, note, "notes")
        self._always.append((events, name, "notes"))

    def all_was_asked(self) -> None:
        """Every answer was given."""
        for stubber in self._stubbers.values():
            stubber.assert_no_pending_responses()


def task_set(**changes: Any) -> dict[str, Any]:
    """As DescribeServices shows one."""
    return {
        "id": "ecs-svc/1",
        "status": "PRIMARY",
        "taskDefinition": f"{FAMILY}:3",
        "computedDesiredCount": 2,
        "runningCount": 2,
        "pendingCount": 0,
        "loadBalancers": [{"targetGroupArn": BLUE, "containerName": "app", "containerPort": 8080}],
        "stabilityStatus": "STEADY_STATE",
        **changes,
    }


def ecs_service(**changes: Any) -> dict[str, Any]:
    """The answer of DescribeServices, under CodeDeploy unless a test says else."""
    return {
        "services": [
            {
                "serviceName": "hello",
                "status": "ACTIVE",
                "desiredCount": 2,
                "runningCount": 2,
                "pendingCount": 0,
                "deploymentController": {"type": "CODE_DEPLOY"},
                "taskDefinition": f"{FAMILY}:3",
                "taskSets": [task_set()],
                **changes,
            }
        ]
    }


def task_definition(
    number: int, *, image: str = f"{REGISTRY}/dev/hello:v3", base: str | None = None, **changes: Any
) -> dict[str, Any]:
    """The answer of DescribeTaskDefinition."""
    return {
        "taskDefinition": {
            "taskDefinitionArn": f"{FAMILY}:{number}",
            "family": "dev-hello",
            "revision": number,
            "status": "ACTIVE",
            "runtimePlatform": {"cpuArchitecture": "ARM64"},
            "containerDefinitions": [{"name": "app", "image": image}],
            **changes,
        },
        "tags": [{"key": "release:base", "value": base}] if base else [],
    }


def rules(blue: int, green: int | None) -> dict[str, Any]:
    """The answer of DescribeRules: one rule with these weights."""
    groups = [{"TargetGroupArn": BLUE, "Weight": blue}]
    if green is not None:
        groups.append({"TargetGroupArn": GREEN, "Weight": green})
    return {"Rules": [{"Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]}]}


def code_deploy_info(id_: str, *, minutes: int, **changes: Any) -> dict[str, Any]:
    """One of BatchGetDeployments, created so many minutes after NOW."""
    return {
        "deploymentId": id_,
        "status": "Succeeded",
        "creator": "user",
        "createTime": NOW + timedelta(minutes=minutes),
        "deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce",
        "revision": {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": f"hash of {id_}"}},
        **changes,
    }
