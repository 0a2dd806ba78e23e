"""A Fargate service behind a shared load balancer, released by the strategy of its choice."""

from collections.abc import Sequence

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from ecs_platform import once
from ecs_platform.cluster import Cluster
from ecs_platform.deployment.alarms import Alarms, AlarmThresholds
from ecs_platform.deployment.blue_green import CodeDeployBlueGreen
from ecs_platform.deployment.code_deploy import BlueGreenDeployment
from ecs_platform.deployment.controller import ControllerSettings
from ecs_platform.deployment.hooks.smoke_test_function import SmokeTestFunction
from ecs_platform.deployment.native import Native
from ecs_platform.deployment.native_deployment import NativeDeployment
from ecs_platform.deployment.rolling import RollingUpdate
from ecs_platform.deployment.strategy import Strategy, check_combination
from ecs_platform.load_balancer.load_balancer import LoadBalancer
from ecs_platform.network.interface import INetwork
from ecs_platform.problem import ConfigurationError
from ecs_platform.service.autoscaling import Scaling, autoscale
from ecs_platform.service.routing import Routing
from ecs_platform.service.target_groups import TargetGroups, TargetGroupSettings
from ecs_platform.task.task_definition import TaskDefinition

_GRACE_LIMIT_SECONDS = 2_147_483_647


class Service(Construct):
    """A Fargate service with two target groups, its listener rules, scaling, alarms and strategy.

    CloudFormation owns the shape. With CodeDeploy a release decides which revision is live, so the template
    names the task definition by family, and no stack update starts, stops or moves anything. With every other
    strategy the template names the revision, and CloudFormation starts its deployment and waits for the end.

    Target groups and rules are the same with every strategy and keep their ids, so that another strategy
    replaces none of them; docs/strategies.md says which steps a change takes.

    Args:
        name: The service's name in ECS, CodeDeploy and on the command line.
        network: Where tasks run, always without a public address.
        cluster: The cluster; its default capacity provider strategy decides between Fargate and Spot.
        load_balancer: The shared load balancer.
        task: What a task is. Its container listens on a port.
        routing: Which requests are this service's.
        tasks: The bounds and targets of scaling, or a fixed number of tasks. With scaling the template holds
            no desired count, so an update never resets it: ECS starts the first task, and Application Auto
            Scaling raises the count to the lower bound at once.
        target_groups: Health check and deregistration delay of both groups.
        health_check_grace_period_seconds: How long a new task may fail its health check before it is
            replaced, from 0. 60 by default.
        deployment: How a new revision takes over. `CodeDeployBlueGreen()` by default.
        alarms: When the alarms that stop a deployment fire.
        service_connect: How other services of a namespace reach this one. By default they do not.

    Raises:
        ConfigurationError: A task without a port, a grace period or number of tasks that ECS does not take,
            or values that do not go together.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service-options.html
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        network: INetwork,
        cluster: Cluster,
        load_balancer: LoadBalancer,
        task: TaskDefinition,
        routing: Routing,
        tasks: Scaling | int,
        target_groups: TargetGroupSettings | None = None,
        health_check_grace_period_seconds: int = 60,
        deployment: Strategy | None = None,
        alarms: AlarmThresholds | None = None,
        service_connect: ecs.ServiceConnectProps | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self.port = _port_of(task)
        _refuse_counts(tasks, health_check_grace_period_seconds)
        strategy = deployment or CodeDeployBlueGreen()
        check_combination(
            strategy,
            fewest_tasks=tasks if isinstance(tasks, int) else tasks.fewest_tasks,
            service_connect=service_connect is not None,
        )

        self.production_listener = load_balancer.production_listener
        self.test_listener = load_balancer.test_listener
        self.target_groups = TargetGroups(
            self,
            "TargetGroups",
            vpc=network.vpc,
            port=self.port,
            settings=target_groups or TargetGroupSettings(),
            load_balancer_full_name=once.load_balancer_full_name(load_balancer.load_balancer),
        )
        self.production_rule, self.test_rule = routing.rules(self, load_balancer, self.target_groups)

        self.security_group = ec2.SecurityGroup(
            self,
            "SecurityGroup",
            vpc=network.vpc,
            description=f"Tasks of {name}: in from the load balancer, out to AWS.",
            allow_all_outbound=False,
        )
        # HTTPS is all that a task needs of AWS; open more with `service.connections.allow_to(...)`.
        self.security_group.add_egress_rule(once.any_ipv4(), once.tcp(443), "AWS and HTTPS")
        by_code_deploy, rolling = (
            isinstance(strategy, kind) for kind in (CodeDeployBlueGreen, RollingUpdate)
        )
        self.alarms = Alarms(
            self,
            "Alarms",
            groups=self.target_groups,
            thresholds=alarms or AlarmThresholds(),
            tasks_in_both=rolling,
        ).alarms
        self.service, resource = self._service(
            name=name,
            # ECS lets nobody change the subnets of a CODE_DEPLOY service; each release says anew where its
            # tasks run. So the service is created in the first two zones, and a zone added later needs no
            # write that ECS refuses. docs/decisions/first-two-zones.md
            subnets=network.task_subnets[:2] if by_code_deploy else network.task_subnets,
            cluster=cluster,
            task=task,
            desired_count=tasks if isinstance(tasks, int) else None,
            grace_seconds=health_check_grace_period_seconds,
            settings=strategy.settings(self.alarms),
            service_connect=service_connect,
        )
        self.connections = self.service.connections
        self.connections.allow_from(
            load_balancer.load_balancer, once.tcp(self.port), "load balancer to tasks"
        )
        # A deployment that moves traffic brings green in; ECS takes one group for it.
        self.target_groups.blue.add_target(self.service)
        if rolling:
            # Whichever group the rules point at, now or after another strategy: the tasks stand behind it.
            # docs/decisions/rolling-behind-both-groups.md
            self.target_groups.green.add_target(self.service)
        # ECS refuses a target group that stands behind no load balancer.
        self.service.node.add_dependency(self.production_rule, self.test_rule)

        if isinstance(tasks, Scaling):
            autoscale(self, self.service, scaling=tasks, groups=self.target_groups)
        self.deployment: BlueGreenDeployment | NativeDeployment | None = None
        if not isinstance(strategy, RollingUpdate):
            self.deployment = self._deployment(
                strategy, resource, name=name, network=network, cluster=cluster, task=task
            )

    def _deployment(
        self,
        strategy: CodeDeployBlueGreen | Native,
        resource: ecs.CfnService,
        *,
        name: str,
        network: INetwork,
        cluster: Cluster,
        task: TaskDefinition,
    ) -> BlueGreenDeployment | NativeDeployment:
        smoke_test = strategy.smoke_test and SmokeTestFunction(
            self,
            "SmokeTest",
            smoke_test=strategy.smoke_test,
            network=network,
            task_security_group=self.security_group,
            port=self.port,
            cluster_name=once.cluster_name(cluster.cluster),
            service_name=name,
            # Its logs are the service's, and kept as long.
            log_retention=task.logs.retention,
            encryption_key=task.logs.encryption_key,
            removal_policy=task.logs.removal_policy,
        )
        match strategy:
            case CodeDeployBlueGreen():
                return BlueGreenDeployment(
                    self,
                    "Deployment",
                    service=self.service,
                    service_name=name,
                    cluster_name=once.cluster_name(cluster.cluster),
                    task_roles=[task.roles.execution_role, task.roles.task_role],
                    groups=self.target_groups,
                    production_listener=self.production_listener,
                    test_listener=self.test_listener,
                    rule_arns=[self.production_rule.rule_arn, self.test_rule.rule_arn],
                    alarms=self.alarms,
                    strategy=strategy,
                    smoke_test=smoke_test,
                )
            case _:
                if smoke_test:
                    # A stack update deploys, so what it is asked by must be there before.
                    self.service.node.add_dependency(smoke_test)
                return NativeDeployment(
                    self,
                    # Another id than CodeDeploy's, so that neither's role ever becomes the other's.
                    "Native",
                    resource=resource,
                    service_name=name,
                    groups=self.target_groups,
                    production_listener=self.production_listener,
                    test_listener=self.test_listener,
                    production_rule_arn=self.production_rule.rule_arn,
                    test_rule_arn=self.test_rule.rule_arn,
                    strategy=strategy,
                    smoke_test=smoke_test,
                )

    def _service(
        self,
        *,
        name: str,
        subnets: Sequence[ec2.ISubnet],
        cluster: Cluster,
        task: TaskDefinition,
        desired_count: int | None,
        grace_seconds: int,
        settings: ControllerSettings,
        service_connect: ecs.ServiceConnectProps | None,
    ) -> tuple[ecs.FargateService, ecs.CfnService]:
        service = ecs.FargateService(
            self,
            "Service",
            service_name=name,
            cluster=cluster.cluster,
            task_definition=task.definition,
            desired_count=desired_count,
            assign_public_ip=False,
            vpc_subnets=ec2.SubnetSelection(subnets=list(subnets)),
            security_groups=[self.security_group],
            health_check_grace_period=once.seconds(grace_seconds),
            enable_ecs_managed_tags=True,
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            service_connect_configuration=service_connect,
            **settings,
        )
        # The L2 writes LaunchType FARGATE, which would shut out the cluster's default strategy; a strategy
        # written here could never be changed again under CODE_DEPLOY.
        # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
        resource = service.node.default_child
        assert isinstance(resource, ecs.CfnService)  # noqa: S101 - narrows a type, the L2 promises it
        resource.add_property_deletion_override("LaunchType")
        return service, resource


def _port_of(task: TaskDefinition) -> int:
    if task.port is None:
        raise ConfigurationError(
            f"The task {task.family} has no port, so no load balancer reaches it.",
            allowed="a task definition with a port, or OneOffTask for a task that listens nowhere.",
            where="TaskDefinition(port=...).",
        )
    return task.port


def _refuse_counts(tasks: Scaling | int, grace_seconds: int) -> None:
    if isinstance(tasks, int) and tasks < 0:
        raise ConfigurationError(
            f"A service cannot run {tasks} tasks.",
            allowed="0 or more, or Scaling(...).",
            where="Service(tasks=...).",
        )
    if not 0 <= grace_seconds <= _GRACE_LIMIT_SECONDS:
        raise ConfigurationError(
            f"The grace period is {grace_seconds} seconds.",
            allowed=f"0 to {_GRACE_LIMIT_SECONDS}.",
            where="Service(health_check_grace_period_seconds=...).",
        )
