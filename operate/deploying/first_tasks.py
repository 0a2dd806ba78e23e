"""The first tasks of a service: where none comes to run, the reason in a minute and not after three hours.

CloudFormation waits until a new service is steady, ECS starts one task after the other, and no event of the
stack says why. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html
"""

from dataclasses import dataclass
from typing import cast

from operate.aws import explained
from operate.deploying.assembly import Stack
from operate.outputs import Deployed, ServiceOutputs
from operate.problem import ExitCode, OperateError
from operate.reading.stopped import StoppedTask, told

ENOUGH = 3
"""So many tasks that stopped, and none that runs, and the next one will stop too."""

_EVERY = 5


@dataclass(frozen=True, kw_only=True)
class _Starting:
    """As much of a service as there is before its stack has outputs."""

    cluster: str
    service: str
    container: str
    log_group: str


class FirstTasks:
    """Looks at the tasks while the stack of a service is created.

    Args:
        deployed: The environment; its platform stack is there.
        stack: The stack of a service.
    """

    def __init__(self, deployed: Deployed, stack: Stack) -> None:
        self._deployed = deployed
        self._stack = stack
        self._looks = 0
        self._found: _Starting | None = None

    def __call__(self, _: str) -> None:
        """Look, now and then.

        Raises:
            OperateError: The tasks stop one after the other.
        """
        self._looks += 1
        if self._looks % _EVERY:
            return
        service = self._service()
        if service is None:
            return
        aws = self._deployed.aws
        ecs = aws.client("ecs")
        with explained("describe the service"):
            found = ecs.describe_services(cluster=service.cluster, services=[service.service])["services"]
        if not found or found[0].get("runningCount", 0) > 0:
            return
        with explained("list the stopped tasks"):
            arns = ecs.list_tasks(
                cluster=service.cluster, serviceName=service.service, desiredStatus="STOPPED"
            )["taskArns"]
        if len(arns) < ENOUGH:
            return
        with explained("describe the stopped tasks"):
            tasks = ecs.describe_tasks(cluster=service.cluster, tasks=arns[:10])["tasks"]
        if tasks:
            raise self._hopeless(len(arns), told(aws, cast("ServiceOutputs", service), tasks[0]))

    def _hopeless(self, count: int, task: StoppedTask) -> OperateError:
        environment = self._deployed.environment.name
        lines = "\n".join(task.told())
        return OperateError(
            f"{self._stack.id}: {count} tasks have stopped and none runs.\n{lines}",
            cause=task.cause,
            next_step="CloudFormation goes on trying for up to three hours.\n"
            f"make destroy ENV={environment} STACK={self._stack.id} gives up now; put the reason right, then "
            f"make deploy ENV={environment}.",
            code=ExitCode.FAILED,
        )

    def _service(self) -> _Starting | None:
        if self._found is None:
            environment = self._deployed.environment.name
            for resource in self._stack.template.get("Resources", {}).values():
                if resource["Type"] != "AWS::ECS::Service":
                    continue
                properties = resource["Properties"]
                behind = properties.get("LoadBalancers") or [{}]
                self._found = _Starting(
                    cluster=self._deployed.outputs(f"{environment}-platform")["ClusterName"],
                    service=str(properties.get("ServiceName", "")),
                    container=str(behind[0].get("ContainerName", "")),
                    log_group=f"/ecs/{environment}/{self._stack.id}",
                )
        return self._found
