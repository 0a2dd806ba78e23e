"""What runs now: tasks and their revision, where the traffic goes, alarms and deployments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from operate.aws import Aws, explained
from operate.outputs import ServiceOutputs
from operate.reading import history
from operate.reading.history import Deployment, History
from operate.reading.tasks import Tasks, TaskSet, read_tasks
from operate.reading.weights import Weights, read_weights
from operate.together import together

MISSING = "MISSING"
"""The state of an alarm that deployments are to watch and that does not exist."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm that deployments of the service watch.

    Args:
        name: Its name.
        state: OK, ALARM, INSUFFICIENT_DATA, or `MISSING`.
        reason: Why, as CloudWatch says it.
    """

    name: str
    state: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Live:
    """A service as it runs.

    Args:
        revision: ARN of the task definition of the primary task set.
        image: The image of its container behind the load balancer.
        desired: Tasks that are to run.
        running: Tasks that run, in all task sets.
        pending: Tasks that start, in all task sets.
        controller: Who moves traffic: CodeDeploy, or ECS itself.
        task_sets: The primary one first. With ECS's own strategies, one for each ECS deployment.
        production: The weights that users meet.
        test: The weights of the rule on the test listener. Empty where there is none.
        alarms: What deployments watch.
        under_way: The deployment that has not ended. None where all have.
        deployments: The last five, newest first.
        base: The configured revision, `family:number`, that a release derived the live one from. None where
            CloudFormation made it.
        exec_enabled: Whether people get in by ECS Exec.
    """

    revision: str
    image: str
    desired: int
    running: int
    pending: int
    controller: Literal["CODE_DEPLOY", "ECS"]
    task_sets: Sequence[TaskSet]
    production: Weights
    test: Weights
    alarms: Sequence[Alarm]
    under_way: Deployment | None
    deployments: Sequence[Deployment]
    base: str | None = None
    exec_enabled: bool = False

    @property
    def primary(self) -> TaskSet | None:
        """The task set that serves users. None while the service has none."""
        return next((each for each in self.task_sets if each.status == "PRIMARY"), None)


def read(aws: Aws, service: ServiceOutputs) -> Live:
    """Ask ECS, the load balancer, CodeDeploy and CloudWatch how a service is.

    Args:
        aws: The way to AWS.
        service: The service, as its stack says.

    Raises:
        OperateError: The service or a rule of it does not exist, or AWS refused to answer.
    """
    for name in ("ecs", "elbv2", "cloudwatch", "codedeploy"):
        aws.client(name)
    # A thread for each client's questions, because most need the answer before them.
    asked: Sequence[Callable[[], Any]] = (
        lambda: _of_ecs(aws, service),
        lambda: _of_load_balancer(aws, service),
        lambda: _of_code_deploy(aws, service),
    )
    answers: list[Any] = together(asked)
    tasks: Tasks = answers[0][0]
    production, test = answers[1]
    releases, alarms = answers[2] or answers[0][1:]
    return Live(
        revision=tasks.revision.arn,
        image=tasks.revision.image.uri,
        base=tasks.revision.base,
        desired=tasks.described.get("desiredCount", 0),
        running=tasks.described.get("runningCount", 0),
        pending=tasks.described.get("pendingCount", 0),
        controller=tasks.controller,
        task_sets=tasks.task_sets,
        production=production,
        test=test,
        alarms=alarms,
        under_way=releases.under_way,
        deployments=releases.last,
        exec_enabled=tasks.described.get("enableExecuteCommand", False),
    )


def _of_ecs(aws: Aws, service: ServiceOutputs) -> tuple[Tasks, History | None, Sequence[Alarm]]:
    tasks = read_tasks(aws, service)
    if service.by_code_deploy:
        return tasks, None, ()
    watched = tasks.described.get("deploymentConfiguration", {}).get("alarms", {})
    names = watched.get("alarmNames", []) if watched.get("enable") else []
    return tasks, history.by_ecs(aws, service), _alarms(aws, names)


def _of_load_balancer(aws: Aws, service: ServiceOutputs) -> tuple[Weights, Weights]:
    production = read_weights(aws, service.production_rule)
    return production, read_weights(aws, service.test_rule) if service.test_rule else {}


def _of_code_deploy(aws: Aws, service: ServiceOutputs) -> tuple[History, Sequence[Alarm]] | None:
    if not service.by_code_deploy:
        return None
    with explained("read the deployment group"):
        group: dict[str, Any] = aws.client("codedeploy").get_deployment_group(
            applicationName=service.application, deploymentGroupName=service.deployment_group
        )["deploymentGroupInfo"]
    watched = group.get("alarmConfiguration") or {}
    names = [each["name"] for each in watched.get("alarms", [])] if watched.get("enabled") else []
    return history.by_code_deploy(aws, service), _alarms(aws, names)


def _alarms(aws: Aws, names: Sequence[str]) -> Sequence[Alarm]:
    if not names:
        return ()
    with explained("read the alarms"):
        answer = aws.client("cloudwatch").describe_alarms(
            AlarmNames=list(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100
        )
    found: dict[str, dict[str, Any]] = {
        each["AlarmName"]: each
        for each in [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]
    }
    return tuple(
        Alarm(name=name, state=found[name]["StateValue"], reason=found[name].get("StateReason", ""))
        if name in found
        else Alarm(name=name, state=MISSING, reason="There is no such alarm.")
        for name in names
    )
