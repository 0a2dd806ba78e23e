"""A service that has one task on every instance."""

from collections.abc import Sequence
from typing import Unpack

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform.capacity.ec2_capacity import Ec2Capacity
from ecs_platform.capacity.placement import MemberOf, PlacementConstraint, placement_mistakes
from ecs_platform.deployment.controller import by_ecs
from ecs_platform.mistakes import Mistake, out_of_range, refuse
from ecs_platform.network.interface import INetwork
from ecs_platform.service.exec import allow_exec, enable_exec
from ecs_platform.service.fargate import task_security_group
from ecs_platform.service.machines.task_checks import machine_mistakes
from ecs_platform.service.machines.unsupported import ON_DAEMON, NotForDaemon, unsupported
from ecs_platform.service.other_task import refuse_other_task
from ecs_platform.task.checks.container import name_mistakes
from ecs_platform.task.machines.ec2_task_definition import Ec2TaskDefinition
from ecs_platform.task.network_mode import NetworkMode


class DaemonService(Construct):
    """One task on every instance of a cluster, on those that come later too: a collector of logs or metrics.

    A task starts before any other on its instance, and is replaced by stopping it first. Nothing scales it,
    and no load balancer leads to it: it serves the instance it is on. On Fargate there is no such thing; what
    belongs to every task there is a sidecar.

    It runs on instances of the task's architecture alone: a constraint that is added says so.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service-options.html#service_scheduler_daemon

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        name: The service's name in ECS and on the command line.
        network: Where the instances are, and the interfaces of tasks in awsvpc mode.
        instances: What it runs on: at least one capacity, all of one cluster and of the task's architecture.
            What the task's volumes and its log driver reach is opened for their security groups.
        task: What a task is.
        constraints: What an instance must be to have a task, up to nine with those of the task. By default
            every instance of the cluster has one, those of capacities that are not named here included.
        min_healthy_percent: How many of the tasks stay during an update, 0 to 99; ECS rounds up. 0 by
            default, which is ECS's own and lets a single instance be updated: all tasks are replaced at once.
        circuit_breaker: Whether tasks that do not start end an update, and roll it back. On by default.
        exec_enabled: Whether people may open ECS Exec sessions in its tasks. By default not.
        unsupported_arguments: Arguments of other services that AWS refuses here, each with its reason.

    Raises:
        ConfigurationError: A task definition for Fargate or external instances, no instances, or what AWS
            refuses with DAEMON; all at once.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        network: INetwork,
        instances: Sequence[Ec2Capacity],
        task: Ec2TaskDefinition,
        constraints: Sequence[PlacementConstraint] = (),
        min_healthy_percent: int = 0,
        circuit_breaker: bool = True,
        exec_enabled: bool = False,
        **unsupported_arguments: Unpack[NotForDaemon],
    ) -> None:
        super().__init__(scope, id_)
        refuse_other_task(task, kind="DaemonService")
        # The cluster may get instances of another architecture some day, and a daemon is put on every one.
        # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-constraints.html#attributes
        where = [MemberOf(f"attribute:ecs.cpu-architecture == {task.architecture.lower()}"), *constraints]
        refuse(
            [
                *name_mistakes("name", name, "DaemonService(name=...)."),
                *_instances_mistakes(instances),
                *(each for one in instances for each in machine_mistakes(task, one, kind="DaemonService")),
                *placement_mistakes(
                    (), [*task.placement_constraints, *where], where="DaemonService(constraints=...)."
                ),
                # With 100 no task could stop, and none may start beside another.
                *out_of_range(
                    min_healthy_percent,
                    0,
                    99,
                    what="min_healthy_percent",
                    where="DaemonService(min_healthy_percent=...).",
                ),
                *unsupported(dict(unsupported_arguments), ON_DAEMON, kind="DaemonService"),
            ]
        )
        cluster = instances[0].cluster
        settings = by_ecs(circuit_breaker=circuit_breaker, roll_back_on_alarm=False, alarms=())
        # The L2 writes 100 as a daemon's maximum.
        settings["min_healthy_percent"] = min_healthy_percent
        self.task = task
        self.security_group = (
            task_security_group(self, vpc=network.vpc, description=f"Tasks of {name}: out to AWS.")
            if task.network_mode is NetworkMode.AWSVPC
            else None
        )
        self.service = ecs.Ec2Service(
            self,
            "Service",
            service_name=name,
            cluster=cluster.cluster,
            task_definition=task.definition,
            daemon=True,
            vpc_subnets=(
                ec2.SubnetSelection(subnets=list(network.task_subnets)) if self.security_group else None
            ),
            security_groups=[self.security_group] if self.security_group else None,
            placement_constraints=[each.bind() for each in where],
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.DISABLED,
            enable_ecs_managed_tags=True,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            **settings,
        )
        self.service.node.add_dependency(*instances)
        resource = self.service.node.default_child
        assert isinstance(resource, ecs.CfnService)  # noqa: S101 - narrows a type, the L2 promises it
        # ECS refuses a daemon in a cluster with a default capacity provider strategy, as every Cluster here
        # has one, unless the launch type is said: the L2 says EC2.
        # https://github.com/aws/containers-roadmap/issues/692
        for connections in (
            [self.security_group.connections]
            if self.security_group
            else [each.connections for each in instances]
        ):
            task.connect(connections)
        if exec_enabled:
            allow_exec(task, cluster=cluster, network=network)
            enable_exec(resource)


def _instances_mistakes(instances: Sequence[Ec2Capacity]) -> list[Mistake]:
    if not instances:
        return [
            Mistake(
                problem="A daemon has no instances to run on.",
                allowed="at least one Ec2Capacity.",
                where="DaemonService(instances=...).",
            )
        ]
    if len({id(each.cluster) for each in instances}) > 1:
        return [
            Mistake(
                problem="The daemon's instances belong to several clusters, and a service to one.",
                allowed="capacities of one cluster.",
                where="DaemonService(instances=...).",
            )
        ]
    return []
