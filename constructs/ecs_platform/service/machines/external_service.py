"""A service on machines that are registered with ECS Anywhere."""

from collections.abc import Sequence
from typing import Unpack

from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform.capacity.placement import MemberOf, PlacementConstraint, placement_mistakes
from ecs_platform.cluster import Cluster
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy
from ecs_platform.mistakes import Mistake, refuse
from ecs_platform.service.autoscaling import Scaling
from ecs_platform.service.exec import allow_exec, enable_exec
from ecs_platform.service.machines.ec2_checks import count_mistakes, movable_mistakes
from ecs_platform.service.machines.unsupported import ON_EXTERNAL, NotExternal, unsupported
from ecs_platform.service.other_task import refuse_other_task
from ecs_platform.task.checks.container import name_mistakes
from ecs_platform.task.machines.external_task_definition import ExternalTaskDefinition


class ExternalService(Construct):
    """A service whose tasks run on machines of your own, with launch type EXTERNAL.

    The machines are registered with the cluster by an ExternalCapacity's steps. What tasks reach and who
    reaches them is up to the network around the machines; AWS has no load balancer, no discovery and no
    capacity provider there. Roles, secrets and the log group are those of every task.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-anywhere.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        name: The service's name in ECS and on the command line.
        cluster: The cluster that the machines are registered with.
        task: What a task is.
        tasks: How many tasks. None with `daemon`, which counts the machines.
        daemon: Whether every machine has one task. By default not.
        deployment: How tasks are replaced: a `RollingUpdate(...)`. By default new tasks start before old ones
            stop, as far as the machines have room; a daemon's stop first, all at once.
        constraints: What a machine must be, such as `MemberOf("attribute:site == hamburg")`, up to ten with
            those of the task. By default any that is registered.
        exec_enabled: Whether people may open ECS Exec sessions in its tasks. By default not.
        unsupported_arguments: Arguments of other services that AWS refuses here, each with its reason.

    Raises:
        ConfigurationError: A task definition for other machines, or what AWS refuses with EXTERNAL; all at
            once.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        cluster: Cluster,
        task: ExternalTaskDefinition,
        tasks: int | None = None,
        daemon: bool = False,
        deployment: Strategy | None = None,
        constraints: Sequence[PlacementConstraint] = (),
        exec_enabled: bool = False,
        **unsupported_arguments: Unpack[NotExternal],
    ) -> None:
        super().__init__(scope, id_)
        refuse_other_task(task, kind="ExternalService")
        rolling = RollingUpdate(min_healthy_percent=0, max_percent=100) if daemon else RollingUpdate()
        if isinstance(deployment, RollingUpdate):
            rolling = deployment
        refuse(
            [
                *name_mistakes("name", name, "ExternalService(name=...)."),
                *_count_mistakes(tasks, daemon=daemon),
                *_deployment_mistakes(deployment, tasks, daemon=daemon),
                *placement_mistakes(
                    (), [*task.placement_constraints, *constraints], where="ExternalService(constraints=...)."
                ),
                *unsupported(dict(unsupported_arguments), ON_EXTERNAL, kind="ExternalService"),
            ]
        )
        self.task = task
        self.service = ecs.ExternalService(
            self,
            "Service",
            service_name=name,
            cluster=cluster.cluster,
            task_definition=task.definition,
            desired_count=tasks,
            daemon=daemon,
            enable_ecs_managed_tags=True,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            # Nothing that an alarm could watch comes with the service.
            **rolling.settings(()),
        )
        resource = self.service.node.default_child
        assert isinstance(resource, ecs.CfnService)  # noqa: S101 - narrows a type, the L2 promises it
        if constraints:
            # The L2 takes none, and ECS does.
            # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html
            resource.placement_constraints = [_property(each) for each in constraints]
        if exec_enabled:
            allow_exec(task, cluster=cluster, network=task.network)
            enable_exec(resource)


def _property(constraint: PlacementConstraint) -> ecs.CfnService.PlacementConstraintProperty:
    if isinstance(constraint, MemberOf):
        return ecs.CfnService.PlacementConstraintProperty(type="memberOf", expression=constraint.expression)
    return ecs.CfnService.PlacementConstraintProperty(type="distinctInstance")


def _count_mistakes(tasks: int | None, *, daemon: bool) -> list[Mistake]:
    if isinstance(tasks, Scaling):
        # Of other services; a type checker says it sooner.
        return [
            Mistake(
                problem="The service is to scale, and nothing here brings a machine or takes one away.",
                allowed="tasks=..., a number; or daemon=True for one on every machine.",
                where="ExternalService(tasks=...).",
            )
        ]
    if daemon and tasks is not None:
        # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, schedulingStrategy
        return [
            Mistake(
                problem="ECS counts the machines itself: DAEMON with a desired count is refused.",
                allowed="tasks without daemon=True, or daemon=True alone.",
                where="ExternalService(tasks=..., daemon=...).",
            )
        ]
    if not daemon and tasks is None:
        return [
            Mistake(
                problem="The service has no number of tasks.",
                allowed="tasks=..., or daemon=True for one on every machine.",
                where="ExternalService(tasks=..., daemon=...).",
            )
        ]
    return list(count_mistakes(tasks or 0, 0, kind="ExternalService"))


def _deployment_mistakes(deployment: Strategy | None, tasks: int | None, *, daemon: bool) -> list[Mistake]:
    if deployment is None:
        return []
    where = "ExternalService(deployment=...)."
    if not isinstance(deployment, RollingUpdate):
        return [
            Mistake(
                problem=f"{type(deployment).__name__} moves the traffic of a load balancer, and external "
                "instances stand behind none.",
                allowed="RollingUpdate(...).",
                where=where,
            )
        ]
    if daemon and deployment.max_percent != 100:
        return [
            Mistake(
                problem=f"max_percent is {deployment.max_percent}, and a second daemon never starts beside "
                "the first.",
                allowed="RollingUpdate(min_healthy_percent=..., max_percent=100).",
                where=where,
            )
        ]
    if daemon or not isinstance(tasks, int):
        return []
    return list(movable_mistakes(deployment, fewest_tasks=tasks))
