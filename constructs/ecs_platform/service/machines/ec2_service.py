"""A service on EC2 instances, behind the shared load balancer or without one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform import once
from ecs_platform.capacity.ec2_capacity import Ec2Capacity
from ecs_platform.capacity.placement import PlacementConstraint, PlacementStrategy, placement_mistakes
from ecs_platform.deployment.alarms import Alarms, AlarmThresholds
from ecs_platform.deployment.native import Native
from ecs_platform.deployment.native_deployment import NativeDeployment
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy
from ecs_platform.load_balancer.listener_rule import ListenerRule
from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.mistakes import refuse
from ecs_platform.network.interface import INetwork
from ecs_platform.service.autoscaling import Scaling, autoscale
from ecs_platform.service.exec import allow_exec, enable_exec
from ecs_platform.service.fargate import task_security_group
from ecs_platform.service.machines.ec2_checks import (
    count_mistakes,
    strategy_mistakes,
    traffic_mistakes,
)
from ecs_platform.service.machines.ec2_native import native_deployment
from ecs_platform.service.machines.ec2_wiring import outer_port, rebalancing, target_type
from ecs_platform.service.machines.task_checks import machine_mistakes
from ecs_platform.service.other_task import refuse_other_task
from ecs_platform.service.routing import Routing
from ecs_platform.service.target_groups import TargetGroups, TargetGroupSettings
from ecs_platform.task.checks.container import name_mistakes
from ecs_platform.task.machines.ec2_task_definition import Ec2TaskDefinition
from ecs_platform.task.network_mode import NetworkMode

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch


class Ec2Service(Construct):
    """A service whose tasks run on the instances of an Ec2Capacity, which brings more of them when it must.

    The task's network mode decides who is let in where, see docs/network-modes.md: in awsvpc mode the tasks'
    own security group to the container's port, in bridge mode the instances' group to the ports that Docker
    chooses from, in host mode the instances' group to the container's port. Rules for the instances' group
    belong to the stack of the capacity, since services share them.

    Behind a load balancer it has the two target groups and the two rules of every service here. In awsvpc and
    bridge mode the tasks of a rolling update stand behind both groups, in host mode behind the blue one.

    Follows https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service-options.html

    Args:
        scope: The construct this one belongs to.
        id_: Its id within the scope.
        name: The service's name in ECS and on the command line.
        network: Where the instances are, and the interfaces of tasks in awsvpc mode.
        capacity: The instances it runs on, of the task's architecture; their cluster is the service's.
        task: What a task is.
        tasks: The bounds and targets of scaling, or a fixed number of tasks. With scaling the template holds
            no desired count, so an update never resets it.
        load_balancer: The shared load balancer. By default none: nothing reaches the tasks.
        routing: Which requests are this service's; given with a load balancer and not without.
        target_groups: Health check and deregistration delay of both groups.
        health_check_grace_period_seconds: How long a new task may fail the load balancer's health check
            before it is replaced, from 0. 60 by default.
        deployment: How a new revision takes over. `RollingUpdate()` by default. The native strategies take
            awsvpc mode and a load balancer; CodeDeploy is refused.
        alarms: When the alarms that stop a deployment fire. By default as AlarmThresholds() says. Like the
            two before, it is refused without a load balancer.
        placement: Strategies in the order in which ECS applies them, up to five. By default tasks are spread
            over zones, then over instances.
        constraints: What every instance of the service must be, up to ten with those of the task. By default
            nothing.
        exec_enabled: Whether people may open ECS Exec sessions in its tasks. By default not.

    Raises:
        ConfigurationError: A combination that AWS does not take, or that could never work; all at once.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        network: INetwork,
        capacity: Ec2Capacity,
        task: Ec2TaskDefinition,
        tasks: Scaling | int,
        load_balancer: LoadBalancer | None = None,
        routing: Routing | None = None,
        target_groups: TargetGroupSettings | None = None,
        health_check_grace_period_seconds: int | None = None,
        deployment: Strategy | None = None,
        alarms: AlarmThresholds | None = None,
        placement: Sequence[PlacementStrategy] = (),
        constraints: Sequence[PlacementConstraint] = (),
        exec_enabled: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        refuse_other_task(task, kind="Ec2Service")
        strategy = deployment or RollingUpdate()
        scaling = tasks if isinstance(tasks, Scaling) else None
        about_traffic = {
            "target_groups": target_groups,
            "health_check_grace_period_seconds": health_check_grace_period_seconds,
            "alarms": alarms,
        }
        grace_seconds = 60 if health_check_grace_period_seconds is None else health_check_grace_period_seconds
        refuse(
            [
                *name_mistakes("name", name, "Ec2Service(name=...)."),
                *machine_mistakes(task, capacity, kind="Ec2Service"),
                *count_mistakes(tasks, grace_seconds, kind="Ec2Service"),
                *traffic_mistakes(
                    mode=task.network_mode,
                    port=task.port,
                    load_balancer=load_balancer is not None,
                    routing=routing is not None,
                    scaling=scaling,
                    useless=[name for name, value in about_traffic.items() if value is not None],
                ),
                *strategy_mistakes(
                    strategy,
                    mode=task.network_mode,
                    load_balancer=load_balancer is not None,
                    fewest_tasks=tasks if isinstance(tasks, int) else tasks.fewest_tasks,
                ),
                *placement_mistakes(
                    placement,
                    [*task.placement_constraints, *constraints],
                    where="Ec2Service(placement=..., constraints=...).",
                ),
            ]
        )
        self.task = task
        self.capacity = capacity
        self.port = task.port
        awsvpc = task.network_mode is NetworkMode.AWSVPC
        self.security_group = (
            task_security_group(self, vpc=network.vpc, description=f"Tasks of {name}: out to AWS.")
            if awsvpc
            else None
        )
        self.connections: ec2.Connections = (
            capacity.connections if self.security_group is None else self.security_group.connections
        )
        self.target_groups: TargetGroups | None = None
        self.production_rule: ListenerRule | None = None
        self.test_rule: ListenerRule | None = None
        self.alarms: Sequence[cloudwatch.CfnAlarm] = ()
        if load_balancer and routing and task.port is not None:
            self.target_groups = TargetGroups(
                self,
                "TargetGroups",
                vpc=network.vpc,
                port=task.port,
                settings=target_groups or TargetGroupSettings(),
                load_balancer_full_name=once.load_balancer_full_name(load_balancer.load_balancer),
                target_type=target_type(task.network_mode),
            )
            self.production_rule, self.test_rule = routing.rules(self, load_balancer, self.target_groups)
            self.alarms = Alarms(
                self,
                "Alarms",
                groups=self.target_groups,
                thresholds=alarms or AlarmThresholds(),
                tasks_in_both=isinstance(strategy, RollingUpdate),
            ).alarms
            self.connections.allow_from(
                load_balancer.load_balancer,
                outer_port(
                    task.network_mode,
                    port=task.port,
                    host_port=task.host_port,
                    dynamic=capacity.dynamic_ports,
                ),
                "load balancer to tasks",
            )

        self.service = ecs.Ec2Service(
            self,
            "Service",
            service_name=name,
            cluster=capacity.cluster.cluster,
            task_definition=task.definition,
            desired_count=None if scaling else cast("int", tasks),
            capacity_provider_strategies=[
                ecs.CapacityProviderStrategy(capacity_provider=capacity.provider_name, weight=1)
            ],
            vpc_subnets=ec2.SubnetSelection(subnets=list(network.task_subnets)) if awsvpc else None,
            security_groups=None if self.security_group is None else [self.security_group],
            # Where nothing checks from outside it is unused, and was once refused.
            # https://github.com/aws-cloudformation/cfn-lint/issues/3612
            health_check_grace_period=once.seconds(grace_seconds) if load_balancer else None,
            placement_strategies=[each.bind() for each in placement],
            placement_constraints=[each.bind() for each in constraints],
            availability_zone_rebalancing=rebalancing(
                strategy, placement, [*task.placement_constraints, *constraints]
            ),
            enable_ecs_managed_tags=True,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            **strategy.settings(self.alarms),
        )
        # ECS knows the provider once it belongs to the cluster, by a resource inside of CDK's cluster that
        # nothing refers to; and the service has to be gone before the instances are.
        self.service.node.add_dependency(capacity.cluster.cluster, capacity)
        resource = self.service.node.default_child
        assert isinstance(resource, ecs.CfnService)  # noqa: S101 - narrows a type, the L2 promises it
        task.connect(self.connections)
        if exec_enabled:
            allow_exec(task, cluster=capacity.cluster, network=network)
            enable_exec(resource)
        self.deployment: NativeDeployment | None = None
        if self.target_groups and self.production_rule and self.test_rule and load_balancer:
            self._attach(self.target_groups, strategy)
            self.service.node.add_dependency(self.production_rule, self.test_rule)
            if isinstance(strategy, Native) and self.security_group and task.port is not None:
                self.deployment = native_deployment(
                    self,
                    strategy=strategy,
                    resource=resource,
                    name=name,
                    network=network,
                    capacity=capacity,
                    task=task,
                    groups=self.target_groups,
                    load_balancer=load_balancer,
                    rules=(self.production_rule, self.test_rule),
                    security_group=self.security_group,
                    port=task.port,
                )
        if scaling:
            autoscale(self, self.service, scaling=scaling, groups=self.target_groups)

    def _attach(self, groups: TargetGroups, strategy: Strategy) -> None:
        groups.blue.add_target(self.service)
        # In host mode no strategy is possible that could lead to green: docs/network-modes.md
        if isinstance(strategy, RollingUpdate) and self.task.network_mode is not NetworkMode.HOST:
            # Whichever group the rules point at: docs/decisions/rolling-behind-both-groups.md
            groups.green.add_target(self.service)
