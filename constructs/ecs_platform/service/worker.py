"""A Fargate service that no load balancer leads to: it fetches its work, or is called by other services."""

from collections.abc import Mapping, Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform import once
from ecs_platform.cluster import CapacityShare, Cluster
from ecs_platform.deployment.metric_alarm import metric_alarm
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import check_combination
from ecs_platform.mistakes import Mistake, out_of_range, refuse
from ecs_platform.network.interface import INetwork
from ecs_platform.service.autoscaling import Scaling, autoscale
from ecs_platform.service.calls import Called, let_call
from ecs_platform.service.discovery import Discovery
from ecs_platform.service.fargate import fargate_service, refuse_counts, task_security_group
from ecs_platform.service.queue import WorkQueue
from ecs_platform.service.queue_scaling import QueueScaling, scale_on_backlog
from ecs_platform.service.service_connect import ServiceConnect
from ecs_platform.task.task_definition import TaskDefinition


class Worker(Construct):
    """A Fargate service without a load balancer, deployed by a rolling update.

    Nothing reaches its tasks until another service `calls` it. With a queue its tasks may receive and delete
    messages there, and the queue's two alarms end a deployment and roll it back: a message that was given up,
    and one that has waited for too long. So does a third, fewer running tasks than a deployment should ever
    leave. ECS ignores an alarm that fires already when a deployment starts.

    ECS counts a task as healthy when its container health check passes, or 40 seconds after it started where
    it has none.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html,
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html and
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        name: The service's name in ECS and on the command line.
        network: Where tasks run, always without a public address.
        cluster: The cluster; its default capacity provider strategy decides between Fargate and Spot.
        task: What a task is. It needs no port.
        tasks: The bounds and targets of scaling, or a fixed number of tasks. With scaling the template holds
            no desired count, so an update never resets it.
        queue: What its tasks work on; `queue.queue.queue_url` goes into the task's environment. By default
            none.
        deployment: How a new revision takes over. `RollingUpdate()` by default.
        too_few_tasks_minutes: For how many minutes in a row too few tasks may run before the alarm fires,
            1 to 1,440. 5 by default, so that the first tasks have time to start.
        alarms: Alarms of the application's own that end a deployment. By default none.
        capacity: How this service's tasks are shared between Fargate and Fargate Spot. By default as the
            cluster says.
        service_connect: Its place among the services of a namespace. By default none.
        discovery: The DNS name of its tasks. By default none.
        platform_version: Fargate's platform version. By default the latest when a task starts.
        exec_enabled: Whether people may run commands in its tasks. By default they may not.

    Raises:
        ConfigurationError: A number of tasks that ECS does not take, scaling by requests or on a queue that
            is not there, or bounds from which nothing would ever start a task.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        network: INetwork,
        cluster: Cluster,
        task: TaskDefinition,
        tasks: Scaling | int,
        queue: WorkQueue | None = None,
        deployment: RollingUpdate | None = None,
        too_few_tasks_minutes: int = 5,
        alarms: Sequence[cloudwatch.CfnAlarm] = (),
        capacity: CapacityShare | None = None,
        service_connect: ServiceConnect | None = None,
        discovery: Discovery | None = None,
        platform_version: ecs.FargatePlatformVersion | None = None,
        exec_enabled: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        strategy = deployment or RollingUpdate()
        fewest = tasks if isinstance(tasks, int) else tasks.fewest_tasks
        refuse_counts(tasks, of="Worker")
        refuse([*_of_scaling(tasks, queue), *_of_alarm(too_few_tasks_minutes)])
        check_combination(strategy, fewest_tasks=fewest, service_connect=service_connect is not None)

        self.port = task.port
        self.queue = queue
        self.security_group = task_security_group(
            self, vpc=network.vpc, description=f"Tasks of {name}: in from whom it is called by, out to AWS."
        )
        of_service = {"ClusterName": once.cluster_name(cluster.cluster), "ServiceName": name}
        self.alarms = [
            *self._too_few(strategy.fewest_tasks(fewest), too_few_tasks_minutes, of_service),
            *(queue.alarms if queue else ()),
            *alarms,
        ]
        if queue:
            queue.grant_consume(task, network=network)
        self.service, _, self.connections = fargate_service(
            self,
            name=name,
            network=network,
            cluster=cluster,
            task=task,
            security_group=self.security_group,
            desired_count=tasks if isinstance(tasks, int) else None,
            settings=strategy.settings(self.alarms),
            capacity=capacity,
            service_connect=service_connect,
            discovery=discovery,
            platform_version=platform_version,
            exec_enabled=exec_enabled,
        )
        if isinstance(tasks, Scaling):
            scaled = autoscale(self, self.service, scaling=tasks)
            if isinstance(tasks, QueueScaling) and queue:
                scale_on_backlog(
                    self, self.service, scaled, scaling=tasks, queue=queue, of_service=of_service
                )

    def calls(self, called: Called, *, port: int | None = None, wait: bool = True) -> None:
        """Let this service's tasks reach those of another, by whatever name they call them.

        Args:
            called: The other service.
            port: The TCP port its tasks listen on. By default its application's.
            wait: Whether CloudFormation deploys it before this one, as it does by default: Service Connect
                tells a task the names that are there when it starts. Not for the second of two services that
                call each other.

        Raises:
            ConfigurationError: The other listens on no port, or waits for this one.
        """
        let_call(self, called, port=port, wait=wait)

    def _too_few(
        self, fewest: int, minutes: int, of_service: Mapping[str, str]
    ) -> Sequence[cloudwatch.CfnAlarm]:
        if not fewest:
            return []
        return [
            metric_alarm(
                self,
                "TooFewTasks",
                description="Fewer tasks run than even a deployment should leave.",
                namespace="ECS/ContainerInsights",
                metric="RunningTaskCount",
                statistic="Average",
                dimensions=of_service,
                threshold=fewest,
                minutes=minutes,
                below=True,
            )
        ]


def _of_alarm(minutes: int) -> Sequence[Mistake]:
    # CloudWatch evaluates a day of such values at most.
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    return out_of_range(
        minutes, 1, 1_440, what="too_few_tasks_minutes", where="Worker(too_few_tasks_minutes=...)."
    )


def _of_scaling(tasks: Scaling | int, queue: WorkQueue | None) -> Sequence[Mistake]:
    if isinstance(tasks, int):
        return []
    mistakes: list[Mistake] = []
    if isinstance(tasks, QueueScaling) and queue is None:
        mistakes.append(
            Mistake(
                problem="The tasks are scaled on a queue, and there is none.",
                allowed="the queue they work on, or Scaling(...) by CPU or memory.",
                where="Worker(queue=...).",
            )
        )
    if not isinstance(tasks, QueueScaling) and tasks.fewest_tasks == 0:
        mistakes.extend(_never_woken(tasks))
    return mistakes


def _never_woken(tasks: Scaling) -> Sequence[Mistake]:
    # Tasks that do not run use no CPU, so there is no value that could start one.
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
    if any(schedule.min_tasks for schedule in tasks.schedules):
        return []
    return [
        Mistake(
            problem="With min_tasks=0 nothing would start a task again: where none runs, there is no CPU or "
            "memory use to scale on.",
            allowed="min_tasks of 1 or more, QueueScaling(...), or a schedule that raises min_tasks.",
            where="Scaling(min_tasks=...).",
        )
    ]
